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
    return [*lines, *_assumption_lines(answer)]


def _assumption_lines(answer: JsonObject) -> list[str]:
    made = answer["assumptions"]
    declared = answer["evidence_assumptions"]
    if not isinstance(made, list) or not isinstance(declared, list):
        return []
    sentences = [each["sentence"] for each in made if isinstance(each, dict)]
    return [
        *(f"method assumes: {sentence}" for sentence in sentences),
        *(f"importer assumed: {text}" for text in declared),
    ]


def _health_lines(health: JsonObject) -> list[str]:
    if health["value_percent"] is None:
        return [f"state of health: not determined. {health['reason']}"]
    evidence = health["evidence"]
    batches = len(evidence) if isinstance(evidence, list) else 0
    return [
        f"state of health: {health['value_percent']} % {_interval(health, 'percent', '%')}",
        _method_line(health, batches),
    ]


def _capacity_lines(capacity: JsonObject) -> list[str]:
    if capacity.get("value_ah") is None:
        return [f"usable capacity: not determined. {capacity.get('reason', '')}"]
    evidence = capacity["evidence"]
    return [
        f"usable capacity: {capacity['value_ah']} Ah {_interval(capacity, 'ah', 'Ah')}",
        _method_line(capacity, len(evidence) if isinstance(evidence, list) else 0),
    ]


def _interval(figures: JsonObject, unit: str, symbol: str) -> str:
    return f"(90 % interval {figures[f'low_{unit}']} to {figures[f'high_{unit}']} {symbol})"


def _method_line(figures: JsonObject, batches: int) -> str:
    method = f"  by {figures['method']} version {figures['version']}"
    return f"{method}, from {figures['charges']} charges in {batches} signed batches"
