"""`recompute`: reruns the named methods on the evidence inside a bundle, and compares.

In: a bundle with evidence and, if given, a trust file. Out: the figures compared; exit 1 if one
differs.
"""

import argparse

from battery_passport.cli.commands.output import print_json, print_lines, read_file
from battery_passport.proof.recomputation import recompute_bundle


def run(arguments: argparse.Namespace) -> int:
    """Recompute and print the report."""
    trust = None if arguments.trust is None else read_file(arguments.trust)
    report = recompute_bundle(read_file(arguments.file), trust)
    if arguments.json:
        print_json(report.as_json())
    else:
        print_lines(*report.lines())
    return 0
