"""`serve`: runs the platform until it is stopped.

In: settings and, if given, a port. Out: a server on loopback; its address on stdout.
"""

import argparse
import os
from dataclasses import replace

from battery_passport.assembly.server import serve
from battery_passport.assembly.settings import Settings, load_settings


def run(arguments: argparse.Namespace) -> int:
    """Serve until the process is told to end."""
    serve(settings_with_port(arguments), announce=_announce)
    return 0


def settings_with_port(arguments: argparse.Namespace) -> Settings:
    """Return the environment's settings, with the port of the command line if one was given."""
    settings = load_settings(os.environ)
    return settings if arguments.port is None else replace(settings, port=arguments.port)


def _announce(address: str) -> None:
    print(f"Battery Passport Platform: {address}", flush=True)
