"""`inspector add`, `inspect`, `measured`: what inspection bodies measured, beside the estimate.

In: an organisation, a battery, measured values. Out: the signed statement; both figures.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines, read_file
from battery_passport.cli.commands.registry import MalformedPair
from battery_passport.foundation.strict_json import JsonObject, JsonValue


def run(arguments: argparse.Namespace) -> int:
    """Register, record or tell."""
    operation, request = _REQUESTS[arguments.verb](arguments)
    answer = call(operation, request)
    if arguments.json:
        print_json(answer)
    elif arguments.verb == "measured":
        print_lines(*_beside(answer))
    else:
        print_lines(*(f"{name.replace('_', ' ')}: {value}" for name, value in answer.items()))
    return 0


def _body(arguments: argparse.Namespace) -> tuple[str, JsonObject]:
    key = None if arguments.key is None else read_file(arguments.key).decode("utf-8", "replace")
    return "inspector-add", {
        "organisation": arguments.organisation,
        "name": arguments.name,
        "key": key,
    }


def _inspect(arguments: argparse.Namespace) -> tuple[str, JsonObject]:
    if arguments.statement is not None:
        signed = read_file(arguments.statement).decode("utf-8", "replace")
        return "inspect", {"battery": arguments.battery, "statement": signed}
    values: JsonObject = {}
    for pair in arguments.values:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise MalformedPair(f"{pair!r} has no name or no value.")
        values[name] = value
    return "inspect", {
        "battery": arguments.battery,
        "by": arguments.by,
        "at": arguments.at,
        "values": values,
    }


def _measured(arguments: argparse.Namespace) -> tuple[str, JsonObject]:
    return "measured", {"battery": arguments.battery}


_REQUESTS = {"inspector add": _body, "inspect": _inspect, "measured": _measured}
_COMPARED = {True: "within the estimate", False: "outside the estimate", None: "not comparable"}


def _beside(answer: JsonObject) -> list[str]:
    estimated, measured = _members(answer["estimated"]), _members(answer["measured"])
    waiting = answer["to_sign"] if isinstance(answer["to_sign"], list) else []
    compared = answer["measured_within_estimate"]
    return [
        f"battery {answer['battery']}",
        _estimate_line(estimated) if estimated else "estimated: nothing yet",
        *(_measured_lines(measured) if measured else ["measured: nothing yet"]),
        f"the measured value is {_COMPARED[compared if isinstance(compared, bool) else None]}",
        *([f"{len(waiting)} wait for a body's own signature (--json shows them)"] * bool(waiting)),
    ]


def _estimate_line(estimated: JsonObject) -> str:
    health, capacity = _members(estimated["state_of_health"]), _members(estimated["capacity"])
    figures = [
        f"{told[f'value_{unit}']} {sign} ({told[f'low_{unit}']} to {told[f'high_{unit}']})"
        for told, unit, sign in ((health, "percent", "%"), (capacity, "ah", "Ah"))
        if told.get(f"value_{unit}") is not None
    ]
    by = f"{estimated['method']} {estimated['version']}, as of {estimated['as_of']}"
    return f"estimated: {', '.join(figures)} by {by}"


def _measured_lines(measured: JsonObject) -> list[str]:
    test, items = _members(measured.get("capacity_test")), _members(measured["items"])
    by = f"by {measured['organisation']} on {measured['measured_at']}"
    figures = {"capacity_ah": "Ah", "health_percent": "%"}
    told = [f"{test[name]} {unit}" for name, unit in figures.items() if name in test]
    first = f"measured: {', '.join(told)} ({test['method']}) {by}" if told else f"measured {by}"
    return [first, *(f"  {name}: {_item(value)}" for name, value in items.items())]


def _item(value: JsonValue) -> str:
    item = _members(value)
    return f"{item['value']} {item['unit']}".removesuffix(" 1")


def _members(value: JsonValue) -> JsonObject:
    return dict(value) if isinstance(value, dict) else {}
