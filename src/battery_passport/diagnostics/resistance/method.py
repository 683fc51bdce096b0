"""The method `step-resistance`, version 1: resistance at 25 °C from the current steps of driving.

In: a telemetry table, what is declared of the battery. Out: a `ResistanceEstimate`.
The steps of one day share its state of charge and its sensors: days, not steps, are counted.
"""

from dataclasses import dataclass, field

import numpy as np

from battery_passport.diagnostics.cleaning import Floats, Integers
from battery_passport.diagnostics.evidence import only_ordinals, ordinals_of
from battery_passport.diagnostics.model import Interval, NotDetermined
from battery_passport.diagnostics.resistance.model import ResistanceEstimate, WarmthPoint
from battery_passport.diagnostics.resistance.steps import COLUMNS, StepLimits, Steps, find_steps
from battery_passport.diagnostics.resistance.warmth import WarmthFit, WarmthPrior, fit_warmth
from battery_passport.foundation.clock import DAY_MS, from_unix_ms
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

NAME = "step-resistance"
VERSION = "1"
_Z_90 = 1.645


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Units: steps, days, percent, kelvin; `systematic_ratio` is what steps cannot show at all."""

    limits: StepLimits = field(default_factory=StepLimits)
    prior: WarmthPrior = field(default_factory=WarmthPrior)
    fewest_steps_a_day: int = 5
    fewest_days: int = 2
    newest_days: int = 90
    most_days: int = 30
    most_steps_a_day: int = 60
    systematic_ratio: float = 0.04
    band_celsius: float = 5.0


V1 = Parameters()


def estimate_resistance(
    table: TelemetryTable, rating: Rating, *, parameters: Parameters = V1
) -> ResistanceEstimate:
    """Return the resistance of the newest days that show it, from the evidence alone.

    Without the other batches some steps may no longer be chosen; so this goes on until every batch
    that is left is relied on, and the figure is what those batches give by themselves.
    """
    table = table.select(COLUMNS)
    while True:
        steps = _chosen(find_steps(table, rating, parameters.limits), parameters)
        relied_on = ordinals_of(table, _rows(steps))
        if relied_on.size == 0 or relied_on.size == len(table.batch_digests):
            return _estimate(table, steps, parameters)
        table = only_ordinals(table, relied_on)


def _rows(steps: Steps) -> Integers:
    return np.concatenate([steps.row - 1, steps.row])


def _chosen(steps: Steps, parameters: Parameters) -> Steps:
    """Return the largest lot that counts: the newest days with enough steps, evenly thinned."""
    days = steps.at_ms // DAY_MS
    numbers, counts = np.unique(days, return_counts=True)
    enough = numbers[counts >= parameters.fewest_steps_a_day]
    if enough.size == 0:
        return steps.at(np.empty(0, dtype=np.int64))
    recent = enough[enough > enough[-1] - parameters.newest_days][-parameters.most_days :]
    places = [
        _thinned(np.flatnonzero(days == day), parameters.most_steps_a_day)
        for day in recent.tolist()
    ]
    return steps.at(np.concatenate(places))


def _thinned(places: Integers, most: int) -> Integers:
    if places.size <= most:
        return places
    return places[np.linspace(0, places.size - 1, most).astype(np.int64)]


def _estimate(table: TelemetryTable, steps: Steps, parameters: Parameters) -> ResistanceEstimate:
    days = np.unique(steps.at_ms // DAY_MS)
    is_enough = days.size >= parameters.fewest_days
    fit = _fit(steps, days, parameters) if is_enough else None
    return ResistanceEstimate(
        method=NAME,
        version=VERSION,
        resistance_ohm=_too_few(days.size, parameters)
        if fit is None
        else _interval(fit, parameters),
        slope_k=None if fit is None else fit.slope_k,
        days=int(days.size),
        steps=int(steps.row.size),
        seconds_between=float(np.median(steps.seconds)) if steps.row.size else None,
        celsius=_range(steps.celsius),
        over_warmth=_bands(steps, parameters.band_celsius),
        as_of=from_unix_ms(int(steps.at_ms[-1])) if steps.row.size else None,
        evidence=table.batch_digests if is_enough else (),
    )


def _fit(steps: Steps, days: Integers, parameters: Parameters) -> WarmthFit:
    of_day = steps.at_ms // DAY_MS
    typical = [
        (
            float(np.exp(np.median(np.log(steps.resistance_ohm[of_day == day])))),
            float(np.median(steps.celsius[of_day == day])),
        )
        for day in days.tolist()
    ]
    resistance_ohm, celsius = np.array(typical).T
    return fit_warmth(resistance_ohm, celsius, parameters.prior)


def _interval(fit: WarmthFit, parameters: Parameters) -> Interval:
    apart = _Z_90 * float(np.hypot(fit.level_sd, parameters.systematic_ratio))
    value = float(np.exp(fit.level))
    return Interval(value, value * float(np.exp(-apart)), value * float(np.exp(apart)))


def _too_few(days: int, parameters: Parameters) -> NotDetermined:
    needed = parameters.fewest_days
    return NotDetermined(
        "too-few-steps",
        f"The current leapt by {parameters.limits.least_step_a:g} A or more on {days} days that "
        f"can be read; {needed} are needed.",
        {"days": days, "needed_days": needed, "least_step_a": parameters.limits.least_step_a},
    )


def _range(celsius: Floats) -> tuple[float, float] | None:
    return (float(celsius.min()), float(celsius.max())) if celsius.size else None


def _bands(steps: Steps, band_celsius: float) -> tuple[WarmthPoint, ...]:
    bands = np.round(steps.celsius / band_celsius)
    return tuple(
        WarmthPoint(
            celsius=band * band_celsius,
            resistance_ohm=float(np.median(steps.resistance_ohm[bands == band])),
            steps=int(np.count_nonzero(bands == band)),
        )
        for band in np.unique(bands).tolist()
    )
