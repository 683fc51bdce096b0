"""`diagnose`: a battery's health as figures with intervals, and the evidence they rest on.

In: a battery. Out: the estimate, or why there is none.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines
from battery_passport.foundation.strict_json import JsonObject


def run(arguments: argparse.Namespace) -> int:
    """Diagnose, and print the figures."""
    answer = call("diagnose", {"battery": arguments.battery})
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*_lines(answer))
    return 0


def _lines(answer: JsonObject) -> list[str]:
    health = answer["state_of_health"]
    capacity = answer.get("capacity")
    lines = [f"battery {answer['battery']}"]
    if isinstance(health, dict):
        lines += _health_lines(health)
    if isinstance(capacity, dict):
        lines += _capacity_lines(capacity)
    assumptions = answer.get("assumptions")
    if isinstance(assumptions, list):
        lines += [f"assumed: {text}" for text in assumptions]
    return lines


def _health_lines(health: JsonObject) -> list[str]:
    if health["value_percent"] is None:
        return [f"state of health: not determined. {health['reason']}"]
    evidence = health["evidence"]
    batches = len(evidence) if isinstance(evidence, list) else 0
    return [
        f"state of health: {health['value_percent']} % "
        f"(90 % interval {health['low_percent']} to {health['high_percent']} %)",
        f"method: {health['method']} version {health['version']}, "
        f"{health['charges']} charges in {batches} signed batches",
    ]


def _capacity_lines(capacity: JsonObject) -> list[str]:
    if capacity.get("value_ah") is None:
        return [f"usable capacity: not determined. {capacity.get('reason', '')}"]
    return [
        f"usable capacity: {capacity['value_ah']} Ah "
        f"(90 % interval {capacity['low_ah']} to {capacity['high_ah']} Ah)"
    ]
