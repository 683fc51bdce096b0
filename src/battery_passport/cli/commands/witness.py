"""`witness`: follows other organisations' logs and cosigns what continues them.

In: settings of a home of its own; a name or a log to begin with. Out: the witness's key, or a
server that runs until it is stopped.
"""

import argparse
import os
from dataclasses import replace

from battery_passport.assembly.settings import Settings, load_settings
from battery_passport.assembly.witness.home import (
    FollowedLog,
    follow_log,
    found_witness,
    opened_witness,
    read_home,
)
from battery_passport.assembly.witness.serving import serve_witness
from battery_passport.cli.commands.output import print_json, print_lines
from battery_passport.ledger.note_keys import VerifierKey


def run(arguments: argparse.Namespace) -> int:
    """Set the witness up if that was asked for, else serve."""
    settings = load_settings(os.environ)
    if arguments.port is not None:
        settings = replace(settings, port=arguments.port)
    if arguments.init is not None:
        found_witness(settings, arguments.init)
    if arguments.log is not None:
        key = VerifierKey.parse(arguments.log)
        follow_log(settings, FollowedLog(key, (arguments.url or "").rstrip("/")))
    if arguments.init is None and arguments.log is None:
        read_home(settings)
        serve_witness(settings, announce=_announce)
        return 0
    return _tell(settings, as_json=arguments.json)


def _tell(settings: Settings, *, as_json: bool) -> int:
    """Print the witness's key, for those who are to ask it, and the logs it follows."""
    with opened_witness(settings) as (home, witness):
        if as_json:
            print_json({"vkey": witness.key.text(), "logs": list(home.origins)})
        else:
            print_lines(f"witness: {witness.key.text()}", *(f"log: {o}" for o in home.origins))
    return 0


def _announce(address: str) -> None:
    print(f"Witness: {address}", flush=True)
