"""`verify`: checks a proof bundle against the reader's own trust anchors, with no socket opened.

In: a bundle file and a trust file. Out: what holds, step by step; exit 1 at the first that does
not.
"""

import argparse

from battery_passport.cli.commands.output import print_json, print_lines, read_file
from battery_passport.foundation.clock import SystemClock
from battery_passport.foundation.errors import InvalidInput
from battery_passport.proof.verification import verify_bundle


class NoTrustAnchors(InvalidInput):
    """A bundle cannot vouch for itself."""

    code = "no-trust-anchors"
    remedy = "Get the issuer's trust file from somebody you trust and name it with --trust."


def run(arguments: argparse.Namespace) -> int:
    """Verify and print the report."""
    bundle = read_file(arguments.file)
    if arguments.trust is None:
        raise NoTrustAnchors("There is nothing to check the bundle against.")
    report = verify_bundle(bundle, read_file(arguments.trust), now=SystemClock().now())
    if arguments.json:
        print_json(report.as_json())
    else:
        print_lines(*report.lines())
    return 0
