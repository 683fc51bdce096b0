"""Every published method of a figure, by name and version.

In: a name and a version. Out: the method that gave, and gives, exactly those figures.
A row is never changed or taken away: another choice is another version.
"""

from collections.abc import Mapping
from dataclasses import asdict

from battery_passport.diagnostics.conditions import method as conditions
from battery_passport.diagnostics.errors import UnknownMethod
from battery_passport.diagnostics.power import method as power
from battery_passport.diagnostics.resistance import method as resistance
from battery_passport.diagnostics.stating.figures import (
    conditions_1,
    efficiency_1,
    power_1,
    resistance_1,
    usage_1,
)
from battery_passport.diagnostics.stating.model import FigureMethod
from battery_passport.diagnostics.usage import figures as usage
from battery_passport.foundation.strict_json import JsonObject

ROUND_TRIP = "round-trip"
_RESISTANCE_V1: JsonObject = asdict(resistance.V1)
_USAGE_V1: JsonObject = asdict(usage.V1)

METHODS: Mapping[str, Mapping[str, FigureMethod]] = {
    resistance.NAME: {
        "1": FigureMethod(figure="resistance", find=resistance_1, parameters=_RESISTANCE_V1)
    },
    power.NAME: {
        "1": FigureMethod(
            figure="power",
            find=power_1,
            parameters={**power.V1.as_json(), "step_resistance_1": _RESISTANCE_V1},
        )
    },
    usage.NAME: {"1": FigureMethod(figure="usage", find=usage_1, parameters=_USAGE_V1)},
    conditions.NAME: {
        "1": FigureMethod(
            figure="conditions", find=conditions_1, parameters=conditions.V1.as_json()
        )
    },
    ROUND_TRIP: {
        "1": FigureMethod(figure="round_trip", find=efficiency_1, parameters={"usage_1": _USAGE_V1})
    },
}

NEWEST: Mapping[str, tuple[str, str]] = {
    "resistance": (resistance.NAME, "1"),
    "power": (power.NAME, "1"),
    "round_trip": (ROUND_TRIP, "1"),
    "usage": (usage.NAME, "1"),
    "conditions": (conditions.NAME, "1"),
}
"""The method and version that each figure is stated by now, in the order they are stated."""


def figure_method(name: str, version: str) -> FigureMethod:
    """Return a published method.

    Raises: UnknownMethod, naming those there are.
    """
    method = METHODS.get(name, {}).get(version)
    if method is None:
        there_are = ", ".join(f"{each} {number}" for each in METHODS for number in METHODS[each])
        raise UnknownMethod(f"No method {name} {version} is published; there are: {there_are}.")
    return method
