"""`intake serve`: takes batches and nothing else, beside the platform's server and others like it.

In: settings and, if given, a port. Out: a server; its address on stdout.
"""

import argparse

from battery_passport.assembly.collection.worker import serve_intake
from battery_passport.cli.commands.serve import settings_with_port


def run(arguments: argparse.Namespace) -> int:
    """Serve until the process is told to end."""
    serve_intake(settings_with_port(arguments), announce=_announce)
    return 0


def _announce(address: str) -> None:
    print(f"Intake: {address}", flush=True)
