"""What charging and parking habits do to the yearly loss, as far as fleets have shown it.

In: shares of fast charges and of hours spent full. Out: a factor on the loss, with its spread.
Source: Geotab EV battery health (22,700 vehicles): 2.3 % a year, 1.5 % mostly on alternating
current, up to 3.0 % with frequent charging above 100 kW.
"""

from dataclasses import dataclass
from math import exp, hypot, log

from battery_passport.diagnostics.forecast.model import ForecastBasis, HabitEffect

ORDINARY_LOSS = 0.023
"""Health lost a year by an ordinary car."""

LOSS_SPREAD = 0.40
"""Standard deviation of the logarithm of the loss between cars of one fleet."""

_POINTS = 100.0
_Z_90 = 1.645


@dataclass(frozen=True, slots=True)
class Habit:
    """A share, its ordinary value, and the slope of the loss's logarithm on it with its spread."""

    name: str
    ordinary_share: float
    slope: float
    slope_sd: float


FAST_CHARGING = Habit("fast-charging", 0.12, log(3.0 / 1.5) / 0.5, 0.5)
"""From hardly any fast charges to half of them: from 1.5 to 3.0 % a year."""

FULL_PARKING = Habit("parked-full", 0.10, 0.6, 0.5)
"""Weakly known: cells age faster when full, by a fifth to a third at the shares seen in cars."""


def expected_loss(basis: ForecastBasis) -> tuple[float, float]:
    """Return the logarithm of the yearly loss before any estimate, and its standard deviation."""
    middle, spread = log(ORDINARY_LOSS), LOSS_SPREAD
    for habit, share in _shares(basis):
        beyond = share - habit.ordinary_share
        middle += habit.slope * beyond
        spread = hypot(spread, habit.slope_sd * beyond)
    return middle, spread


def habit_effects(basis: ForecastBasis, loss_a_year: float) -> tuple[HabitEffect, ...]:
    """Return what each known habit adds to the loss against an ordinary one, in points a year."""
    return tuple(_effect(habit, share, loss_a_year) for habit, share in _shares(basis))


def _effect(habit: Habit, share: float, loss_a_year: float) -> HabitEffect:
    beyond = share - habit.ordinary_share

    def points(slope: float) -> float:
        return _POINTS * loss_a_year * (1.0 - exp(-slope * beyond))

    ends = [points(habit.slope + side * _Z_90 * habit.slope_sd) for side in (-1.0, 1.0)]
    return HabitEffect(
        name=habit.name, points_a_year=points(habit.slope), low=min(ends), high=max(ends)
    )


def _shares(basis: ForecastBasis) -> list[tuple[Habit, float]]:
    known = ((FAST_CHARGING, basis.fast_share), (FULL_PARKING, basis.full_share))
    return [(habit, share) for habit, share in known if share is not None]
