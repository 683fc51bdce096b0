"""`quality` and `battery district`: findings about a battery's measurements; where its car belongs.

In: a battery. Out: findings by kind, devices with what they lost.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import count_of, print_json, print_lines
from battery_passport.foundation.strict_json import JsonObject, JsonValue


def run(arguments: argparse.Namespace) -> int:
    """Tell the findings, or keep the district."""
    if arguments.verb == "battery district":
        answer = call(
            "battery-district",
            {"battery": arguments.battery, "district": arguments.district},
        )
        lines = [f"{answer['battery']} belongs to {answer['name']}"]
    else:
        answer = call("quality", {"battery": arguments.battery})
        lines = _lines(answer)
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*lines)
    return 0


def _lines(answer: JsonObject) -> list[str]:
    findings, devices = _objects(answer["findings"]), _objects(answer["devices"])
    return [
        f"battery {answer['battery']}: {count_of(int(str(answer['samples'])), 'sample')}",
        *(_device_line(each) for each in devices),
        *(_finding_line(each) for each in findings),
        "" if findings else "nothing looked wrong",
    ]


def _device_line(device: JsonObject) -> str:
    batches = count_of(int(str(device["batches"])), "batch", "es")
    return f"device {device['device']}: {batches}, {device['missing']} missing"


def _finding_line(finding: JsonObject) -> str:
    column = f" in {finding['column']}" if finding["column"] else ""
    times = f"{finding['first']} to {finding['last']}"
    return f"{finding['severity']}: {finding['kind']}{column}, {finding['count']}, {times}"


def _objects(value: JsonValue) -> list[JsonObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
