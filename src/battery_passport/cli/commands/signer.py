"""`signer`: keeps an installation's keys on a machine of their own, and signs.

In: settings of the keystore, an address; or a key to discard. Out: a listening signer.
"""

import argparse
import os

from battery_passport.assembly.settings import load_settings
from battery_passport.assembly.signer.program import Address, discard_key, run_signer
from battery_passport.cli.commands.output import print_json, print_lines


def run(arguments: argparse.Namespace) -> int:
    """Sign until the process is told to end, or discard one key."""
    settings = load_settings(os.environ)
    if arguments.discard is None:
        run_signer(settings, Address(arguments.host, arguments.port), announce=_announce)
        return 0
    answer = discard_key(settings, arguments.discard)
    if arguments.json:
        print_json(answer)
    else:
        print_lines(f"Discarded: {arguments.discard}. The next use makes another key.")
    return 0


def _announce(address: str) -> None:
    print(f"Signer: {address}", flush=True)
