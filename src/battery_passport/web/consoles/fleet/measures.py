"""The measures that districts are coloured by, each one figure a district.

In: cars of a district. Out: a figure, in words too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from types import MappingProxyType

from battery_passport.web.consoles.fleet.ports import Car
from battery_passport.web.language import Language, marked

HEARD_WITHIN = timedelta(hours=24)
"""A parked car wakes a few times a day; one silent for longer is worth a look."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its name, what it counts, and its figure for some cars; None without any."""

    key: str
    title: str
    meaning: str
    value: Callable[[Sequence[Car], datetime], float | None]
    written: Callable[[float, Language], str]
    counted: bool = False


def is_heard(car: Car, at: datetime) -> bool:
    """Return whether a car sent something lately."""
    return car.heard_at is not None and at - car.heard_at <= HEARD_WITHIN


def heard_percent(cars: Sequence[Car], at: datetime) -> float | None:
    """Return the share of cars that sent something lately."""
    return 100 * sum(is_heard(car, at) for car in cars) / len(cars) if cars else None


def usual_lag_s(cars: Sequence[Car], _at: datetime) -> float | None:
    """Return the median of the cars' lags."""
    lags = [max(0.0, car.lag_s) for car in cars if car.lag_s is not None]
    return median(lags) if lags else None


def written_duration(seconds: float, language: Language) -> str:
    """Return a duration in the largest unit of which it has two or more."""
    text, number = language.text, language.number
    for unit_s, words in _UNITS:
        if abs(seconds) >= 2 * unit_s or unit_s == 1:
            return text(words, count=number(round(seconds / unit_s)))
    return ""


_UNITS = (
    (86_400, marked("%(count)s d")),
    (3_600, marked("%(count)s h")),
    (60, marked("%(count)s min")),
    (1, marked("%(count)s s")),
)

_MEASURES = (
    Measure(
        "cars",
        marked("Cars enrolled"),
        marked("Batteries with a collection device of their own"),
        lambda cars, _at: float(len(cars)),
        lambda value, language: language.number(round(value)),
        counted=True,
    ),
    Measure(
        "heard",
        marked("Share heard of"),
        marked("Cars that sent something in the last 24 hours, of those enrolled"),
        heard_percent,
        lambda value, language: f"{language.number(round(value))} %",
    ),
    Measure(
        "lag",
        marked("Delay"),
        marked("From the last measurement to its receipt, the middle one of all cars"),
        usual_lag_s,
        written_duration,
    ),
    Measure(
        "findings",
        marked("Cars with findings"),
        marked("Cars of whose measurements something looked wrong in the last 7 days"),
        lambda cars, _at: float(sum(car.findings > 0 for car in cars)),
        lambda value, language: language.number(round(value)),
        counted=True,
    ),
)
MEASURES: Mapping[str, Measure] = MappingProxyType({each.key: each for each in _MEASURES})
