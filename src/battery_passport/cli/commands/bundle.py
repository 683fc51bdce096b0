"""`bundle`: writes the offline proof of a battery's newest passport version.

In: a battery and an audience. Out: one JSON file that `verify` checks without a network.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines, write_file


def run(arguments: argparse.Namespace) -> int:
    """Write the bundle, whole or not at all."""
    answer = call(
        "bundle",
        {
            "battery": arguments.battery,
            "audience": arguments.audience,
            "evidence": arguments.evidence,
        },
    )
    octets = str(answer.pop("content")).encode()
    write_file(arguments.output, octets)
    summary = {"file": arguments.output, "bytes": len(octets), **answer}
    if arguments.json:
        print_json(summary)
    else:
        print_lines(
            f"{arguments.output}: {len(octets)} bytes, passport version {answer['version']}, "
            f"audience {arguments.audience}",
            f"log entry {answer['log_index']} under a checkpoint of {answer['log_size']} entries, "
            f"anchored on the {answer['anchored_on']}",
            f"check it with: battery-passport verify {arguments.output} --trust TRUST-FILE",
        )
    return 0
