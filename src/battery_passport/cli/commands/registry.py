"""`model add`, `battery add`, `device add`, `event add`: what is known besides measurements.

In: names, files and values. Out: what was registered, under which identifiers.
"""

import argparse
from pathlib import Path

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines, read_file
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject


class MalformedPair(InvalidInput):
    """A value that is not given as NAME=VALUE."""

    code = "malformed-pair"
    remedy = "Write it as in --set odometer_km=42000."


def run(arguments: argparse.Namespace) -> int:
    """Register, and print what was registered."""
    operation, request = _REQUESTS[arguments.verb](arguments)
    answer = call(operation, request)
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*(f"{name.replace('_', ' ')}: {value}" for name, value in answer.items()))
    return 0


def rating_request(arguments: argparse.Namespace) -> JsonObject:
    """Return the registration values that were given."""
    names = ("model", "rated_capacity_ah", "cells_in_series", "chemistry")
    given = {name: getattr(arguments, name) for name in names}
    return {name: value for name, value in given.items() if value is not None}


def _model(arguments: argparse.Namespace) -> tuple[str, JsonObject]:
    octets = read_file(arguments.file)
    return "model-add", {
        "file": octets.decode("utf-8", "replace"),
        "name": Path(arguments.file).name,
    }


def _battery(arguments: argparse.Namespace) -> tuple[str, JsonObject]:
    return "battery-add", {"battery": arguments.battery, **rating_request(arguments)}


def _device(arguments: argparse.Namespace) -> tuple[str, JsonObject]:
    return "device-add", {"battery": arguments.battery, "public_key": arguments.public_key}


def _event(arguments: argparse.Namespace) -> tuple[str, JsonObject]:
    values: JsonObject = {}
    for pair in arguments.values:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise MalformedPair(f"{pair!r} has no name or no value.")
        values[name] = value
    request: JsonObject = {
        "battery": arguments.battery,
        "type": arguments.type,
        "at": arguments.at,
        "by": arguments.by,
        "values": values,
    }
    return "event-add", request


_REQUESTS = {
    "model add": _model,
    "battery add": _battery,
    "device add": _device,
    "event add": _event,
}
