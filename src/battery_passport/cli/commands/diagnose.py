"""`diagnose`: a battery's health as figures with intervals, and the evidence they rest on.

In: a battery. Out: the estimate, or why there is none.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import count_of, print_json, print_lines
from battery_passport.foundation.strict_json import JsonObject, JsonValue


def run(arguments: argparse.Namespace) -> int:
    """Diagnose, and print the figures."""
    answer = call("diagnose", {"battery": arguments.battery})
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*_lines(answer))
    return 0


def _lines(answer: JsonObject) -> list[str]:
    return [
        f"battery {answer['battery']}",
        *_figure_lines("state of health", answer["state_of_health"], ("percent", "%")),
        *_figure_lines("usable capacity", answer["capacity"], ("ah", "Ah")),
        *_basis_lines(answer),
        *_figure_lines("resistance at 25 °C", answer["resistance"], ("mohm", "mΩ")),
        *_power_lines(answer["figures"]),
        *_usage_lines(answer["usage"]),
        *_finding_lines(answer["findings"]),
        *(f"found: {sentence}" for sentence in _sentences(answer["tampering"])),
        *_forecast_lines(answer["forecast"]),
        *_grade_lines(answer["grade"]),
        *_assumption_lines(answer),
    ]


def _power_lines(figures: JsonValue) -> list[str]:
    power = figures.get("power") if isinstance(figures, dict) else None
    if not isinstance(power, dict):
        return []
    return [
        *_figure_lines("power at 80 % charge", power["at_80_percent"], ("kw", "kW")),
        *_figure_lines("power at 20 % charge", power["at_20_percent"], ("kw", "kW")),
        *_figure_lines("power fade", power["fade"], ("percent", "%")),
    ]


def _usage_lines(usage: JsonValue) -> list[str]:
    if not isinstance(usage, dict) or not usage["covered_hours"]:
        return []
    cycles = "" if usage["full_cycles"] is None else f" ({usage['full_cycles']} full cycles)"
    lines = [
        (
            f"measured for {usage['covered_hours']} h: {usage['charged_kwh']} kWh in, "
            f"{usage['discharged_kwh']} kWh out{cycles}, "
            f"{count_of(int(str(usage['charges'])), 'charge')}, "
            f"{usage['fast_charges']} of them fast"
        ),
        (
            f"  hours above 45 °C {usage['hours_above_45_celsius']}, "
            f"below 0 °C {usage['hours_below_0_celsius']}, "
            f"above 90 % {usage['hours_above_90_percent']}, "
            f"below 10 % {usage['hours_below_10_percent']}"
        ),
    ]
    efficiency = usage["energy_efficiency"]
    if isinstance(efficiency, dict):
        lines.append(
            f"  energy efficiency: {efficiency['value_percent']} % "
            f"({efficiency['low_percent']} to {efficiency['high_percent']} %)"
        )
    return lines


def _finding_lines(findings: JsonValue) -> list[str]:
    return [
        f"found: {each['severity']}, cell {each['cell']} stands apart by {each['deviation_mv']} mV "
        f"since {each['since']}"
        for each in (findings if isinstance(findings, list) else [])
        if isinstance(each, dict)
    ]


def _forecast_lines(forecast: JsonValue) -> list[str]:
    if not isinstance(forecast, dict):
        return []
    loss, remaining = forecast["loss_points_a_year"], forecast["remaining"]
    if not isinstance(loss, dict) or not isinstance(remaining, list):
        return []
    return [
        f"expected loss: {loss['value']} points a year ({loss['low']} to {loss['high']})",
        *(
            f"  {each['line_percent']} % in {_years(each['value_years'])} "
            f"({_years(each['low_years'])} to {_years(each['high_years'])})"
            for each in remaining
            if isinstance(each, dict)
        ),
    ]


def _years(years: JsonValue) -> str:
    return "over 25 years" if years is None else f"{years} years"


def _grade_lines(grade: JsonValue) -> list[str]:
    if not isinstance(grade, dict):
        return []
    told = "none yet" if grade["grade"] is None else f"{grade['grade']}, for {grade['suggestion']}"
    return [
        f"grade: {told}",
        *(f"  {sentence}" for sentence in _sentences(grade["reasons"])),
        *(f"  missing: {sentence}" for sentence in _sentences(grade["missing"])),
    ]


def _sentences(reasons: JsonValue) -> list[str]:
    listed = reasons if isinstance(reasons, list) else []
    return [str(each["sentence"]) for each in listed if isinstance(each, dict)]


def _figure_lines(name: str, figures: JsonValue, unit: tuple[str, str]) -> list[str]:
    ending, symbol = unit
    if not isinstance(figures, dict):
        return []
    value = figures[f"value_{ending}"]
    if value is None:
        return [f"{name}: not determined. {figures['reason']}"]
    low, high = figures[f"low_{ending}"], figures[f"high_{ending}"]
    return [f"{name}: {value} {symbol} (90 % interval {low} to {high} {symbol})"]


def _basis_lines(answer: JsonObject) -> list[str]:
    """Return what the figures rest on; nothing where there are none."""
    figures = [answer["state_of_health"], answer["capacity"]]
    determined = [each for each in figures if isinstance(each, dict) and "evidence" in each]
    if not determined:
        return []
    basis = determined[0]
    evidence = basis["evidence"]
    counts = [
        count_of(int(str(basis["charges"])), "charge"),
        count_of(int(str(answer["discharges"])), "drive"),
    ]
    batches = count_of(len(evidence) if isinstance(evidence, list) else 0, "signed batch", "es")
    used = " and ".join(count for count in counts if not count.startswith("0 "))
    return [f"  by {basis['method']} version {basis['version']}, from {used} in {batches}"]


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
