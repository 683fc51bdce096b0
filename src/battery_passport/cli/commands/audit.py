"""`audit`: checks every stored record against the log, and every checkpoint against the chain.

In: the home. Out: what was checked, or the first bad record by its name and exit code 1.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines


def run(arguments: argparse.Namespace) -> int:
    """Audit, and print the counts."""
    answer = call("audit", {})
    finding = answer.get("finding")
    if arguments.json:
        print_json(answer)
    else:
        lines = answer.get("lines")
        if isinstance(lines, list):
            print_lines(*(str(line) for line in lines))
        if answer.get("insecure_keys"):
            print_lines("Signed with INSECURE demonstration keys: others may have them.")
        if finding is not None:
            print_lines("NOT INTACT. The first record that does not hold:", f"  {finding}")
    return 0 if finding is None else 1
