"""`trust export`: writes this installation's keys and origins for somebody else's `verify`.

In: a file name. Out: a trust file.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines, write_file


def run(arguments: argparse.Namespace) -> int:
    """Write the trust file."""
    answer = call("trust-export", {})
    write_file(arguments.output, str(answer["content"]).encode())
    insecure = bool(answer["insecure_keys"])
    summary = {
        "file": arguments.output,
        "origin": answer["origin"],
        "insecure_keys": insecure,
    }
    if arguments.json:
        print_json(summary)
    else:
        print_lines(
            f"{arguments.output}: keys of {answer['origin']}",
            *(["INSECURE demonstration keys: others may have them."] if insecure else []),
            "Hand it over by a way the reader trusts: it decides what `verify` believes.",
        )
    return 0
