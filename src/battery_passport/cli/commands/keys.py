"""`keys rotate`: another key in the place of one of the installation's own.

In: the name of a key. Out: which key follows which.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines


def run(arguments: argparse.Namespace) -> int:
    """Change the key, and say what is to be done next."""
    answer = call("keys-rotate", {"name": arguments.name})
    if arguments.json:
        print_json(answer)
        return 0
    print_lines(*(f"{name}: {value}" for name, value in answer.items()))
    if "announced" in answer:
        print_lines(
            "Nothing has changed yet. Give the announced key to the witnesses, then stop the "
            "server and run the same verb again."
        )
    elif arguments.name in ("issuer", "diagnostics", "log"):
        print_lines("Write the trust file anew and hand it over: battery-passport trust export")
    return 0
