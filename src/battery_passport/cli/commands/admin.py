"""`admin invite`, `admin provider`: the first administrator, and an organisation's own sign-in.

In: an address and a city, or a provider's particulars. Out: a one-time link; the redirect address.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines, read_file
from battery_passport.foundation.strict_json import JsonObject


def run(arguments: argparse.Namespace) -> int:
    """Do it, and print what is to be handed on."""
    operation, request = _REQUESTS[arguments.verb](arguments)
    answer = call(operation, request)
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*(f"{name.replace('_', ' ')}: {value}" for name, value in answer.items()))
    return 0


def _invite(arguments: argparse.Namespace) -> tuple[str, JsonObject]:
    return "admin-invite", {
        "email": arguments.email,
        "city": arguments.city,
        "name": arguments.name,
    }


def _provider(arguments: argparse.Namespace) -> tuple[str, JsonObject]:
    secret = None
    if arguments.client_secret_file:
        secret = read_file(arguments.client_secret_file).decode("utf-8", "replace").strip()
    return "admin-provider", {
        "organisation": arguments.organisation,
        "issuer": arguments.issuer,
        "client_id": arguments.client_id,
        "client_secret": secret,
    }


_REQUESTS = {"admin invite": _invite, "admin provider": _provider}
