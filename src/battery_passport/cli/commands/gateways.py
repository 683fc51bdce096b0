"""`ocpp serve`, `ocpp proxy`, `gbt32960 serve`: gateways, until they are stopped.

In: settings and where to listen. Out: the address on stdout, once the gateway listens.
"""

import argparse
import os
from pathlib import Path

from battery_passport.assembly.gateways.central import serve_chargers
from battery_passport.assembly.gateways.process import Listen
from battery_passport.assembly.gateways.proxy import serve_proxy
from battery_passport.assembly.gateways.vehicles import serve_vehicles
from battery_passport.assembly.settings import load_settings


def run(arguments: argparse.Namespace) -> int:
    """Be the gateway until the process is told to end."""
    settings, listen = load_settings(os.environ), _listen(arguments)
    if arguments.verb == "ocpp proxy":
        serve_proxy(settings, listen, upstream=arguments.upstream, announce=_announce)
    elif arguments.verb == "gbt32960 serve":
        serve_vehicles(settings, listen, idle_s=arguments.idle_s, announce=_announce)
    else:
        serve_chargers(settings, listen, announce=_announce)
    return 0


def _listen(arguments: argparse.Namespace) -> Listen:
    certificate, key = arguments.tls_certificate, arguments.tls_key
    return Listen(
        host=arguments.host,
        port=arguments.port,
        certificate=None if certificate is None else Path(certificate),
        key=None if key is None else Path(key),
    )


def _announce(address: str) -> None:
    print(f"Gateway: {address}", flush=True)
