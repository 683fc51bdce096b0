"""`device code`, `list`, `suspend`, `lift`, `move`, `replace`, `retire`: an operator's verbs.

In: a battery or device. Out: a one-time code with its QR, or the device as it stands then.
"""

import argparse

import segno

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines
from battery_passport.foundation.strict_json import JsonObject, JsonValue

_MEMBERS = ("battery", "device", "search", "reason", "hours", "compromised")


def run(arguments: argparse.Namespace) -> int:
    """Do it, and print what came of it."""
    request: JsonObject = {
        name: value
        for name in _MEMBERS
        if (value := getattr(arguments, name, None)) not in {None, ""}
    }
    answer = call(arguments.verb.replace(" ", "-"), request)
    svg = getattr(arguments, "svg", None)
    if svg is not None:
        segno.make(str(answer["link"]), error="m").save(svg, kind="svg", scale=4)
    if arguments.json:
        print_json(answer)
    elif "devices" in answer:
        _print_devices(answer["devices"])
    else:
        print_lines(*(f"{name.replace('_', ' ')}: {value}" for name, value in answer.items()))
        if "link" in answer and svg is None:
            segno.make(str(answer["link"]), error="m").terminal(compact=True)
    return 0


def _print_devices(devices: JsonValue) -> None:
    columns = ("device", "standing", "battery", "last_batch_at", "clock_ahead_ms", "waiting")
    print_lines("  ".join(columns))
    for each in devices if isinstance(devices, list) else []:
        if isinstance(each, dict):
            print_lines("  ".join(_cell(each.get(name)) for name in columns))


def _cell(value: JsonValue) -> str:
    return "-" if value is None else str(value)
