"""`ocpp site|charger|bind|unbind|stop|limit|status|kept` and those of `gbt32960`.

In: names and values. Out: what was entered, what the charger said, what goes on.
"""

import argparse
from collections.abc import Mapping

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines, read_file
from battery_passport.foundation.strict_json import JsonObject, JsonValue

_OPERATIONS = {
    "ocpp site": "ocpp-site",
    "ocpp charger add": "ocpp-charger-add",
    "ocpp charger remove": "ocpp-charger-remove",
    "ocpp bind": "ocpp-bind",
    "ocpp unbind": "ocpp-unbind",
    "ocpp stop": "ocpp-stop",
    "ocpp limit": "ocpp-limit",
    "ocpp status": "ocpp-status",
    "ocpp kept": "ocpp-kept",
    "gbt32960 bind": "gbt32960-bind",
    "gbt32960 platform add": "gbt32960-platform-add",
    "gbt32960 platform remove": "gbt32960-platform-remove",
    "gbt32960 status": "gbt32960-status",
}
_ASKED = (
    "site",
    "charger",
    "supply",
    "power_kw",
    "soc_percent",
    "known_only",
    "operator",
    "token",
    "vin",
    "pack",
    "session",
    "battery",
    "transaction",
    "user",
)


def run(arguments: argparse.Namespace) -> int:
    """Do it, and print what came of it."""
    request: JsonObject = {name: getattr(arguments, name, None) for name in _ASKED}
    file = getattr(arguments, "password_file", None)
    if file is not None:
        request["password"] = read_file(file).decode("utf-8", "replace").strip()
    given: JsonObject = {name: value for name, value in request.items() if value is not None}
    answer = call(_OPERATIONS[arguments.verb], given)
    if arguments.json:
        print_json(answer)
    else:
        _tell(answer)
    return 0


def _tell(answer: JsonObject) -> None:
    for name, value in answer.items():
        if isinstance(value, list):
            print_lines(f"{name.replace('_', ' ')}:", *(f"  {_line(row)}" for row in value))
            if not value:
                print_lines("  none")
        else:
            print_lines(f"{name.replace('_', ' ')}: {_word(value)}")


def _line(row: JsonValue) -> str:
    if not isinstance(row, Mapping):
        return _word(row)
    return ", ".join(
        f"{name.replace('_', ' ')} {_word(value)}"
        for name, value in row.items()
        if value not in (None, "")
    )


def _word(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)
