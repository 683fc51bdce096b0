"""The method `usable-capacity`, version 1: charge counted over state of charge gone through.

In: a telemetry table and what is declared of the battery. Out: findings: capacity and health with
intervals, or the reason why there are none, and the table rows that they rest on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from battery_passport.diagnostics import reasons
from battery_passport.diagnostics.course import follow, rough_capacity_ah
from battery_passport.diagnostics.findings import (
    assumptions_made,
    legs_looked_at,
    rows_relied_on,
    temperatures_met,
)
from battery_passport.diagnostics.model import Anchor, Findings, NotDetermined
from battery_passport.diagnostics.open_circuit import FLAT
from battery_passport.diagnostics.parameters import V1
from battery_passport.diagnostics.posterior import (
    Measured,
    capacity_interval,
    health_interval,
    join,
)
from battery_passport.diagnostics.ratio_fit import RatioFit, fit_ratio
from battery_passport.diagnostics.scale_errors import scale_covariance
from battery_passport.diagnostics.signals import read_signals
from battery_passport.diagnostics.survey import Survey, survey
from battery_passport.diagnostics.swings import Recording
from battery_passport.diagnostics.voltage_reading import VoltageReader
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

_FASTEST_PER_H = 10.0
_LARGEST_CURRENT_A = 1_500.0
_ROUNDS_WITHOUT_RATING = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What was measured, or why not, and what was looked at."""

    measured: Measured | NotDetermined
    survey: Survey
    fits: tuple[RatioFit, ...] = ()


def usable_capacity(table: TelemetryTable, rating: Rating) -> Findings:
    """Return usable capacity, and health if the rated capacity is known.

    Usable is what the car takes up between what its BMS treats as empty and as full.
    Units: Ah; health a ratio. Source: EU-2023-1542 annex-vii
    """
    if table.row_count == 0:
        return _nothing(reasons.NO_MEASUREMENTS)
    rated_ah = rating.rated_capacity_ah
    largest_a = _FASTEST_PER_H * rated_ah if rated_ah else _LARGEST_CURRENT_A
    signals = read_signals(table, V1, largest_current_a=largest_a)
    if signals is None:
        return _nothing(reasons.NO_COUNTED_CHARGE)
    course = follow(signals)
    recording = Recording(
        signals=signals,
        course=course,
        capacity_ah=rated_ah or rough_capacity_ah(signals, course, V1),
        parameters=V1,
    )
    voltages = VoltageReader(table, signals, rating, V1)
    outcome = _measure(recording, voltages, rating)
    # Without a rated capacity the errors scale with what the first rounds find.
    for _ in range(0 if rated_ah else _ROUNDS_WITHOUT_RATING):
        if isinstance(outcome.measured, NotDetermined):
            break
        recording = replace(recording, capacity_ah=1.0 / outcome.measured.per_ah)
        outcome = _measure(recording, voltages, rating)
    return _conclude(table, recording, rating, outcome)


def _measure(recording: Recording, voltages: VoltageReader, rating: Rating) -> _Outcome:
    surveyed = survey(recording, voltages, rating)
    if not surveyed.legs:
        return _Outcome(
            measured=reasons.too_little_charge(V1, _furthest_ah(recording)), survey=surveyed
        )
    if not surveyed.swings:
        flat = rating.chemistry in FLAT
        reason = reasons.FLAT_VOLTAGE if flat else reasons.NO_STATE_OF_CHARGE
        return _Outcome(measured=reason, survey=surveyed)
    fits = tuple(_fits(surveyed, rating))
    if not fits:
        return _Outcome(measured=reasons.CONTRADICTION, survey=surveyed)
    measured = join(fits, V1)
    if measured.relative_sd > V1.largest_relative_sd:
        reason = reasons.too_uncertain(V1, measured.relative_sd, len(surveyed.legs))
        return _Outcome(measured=reason, survey=surveyed, fits=fits)
    return _Outcome(measured=measured, survey=surveyed, fits=fits)


def _fits(surveyed: Survey, rating: Rating) -> Iterator[RatioFit]:
    factor = 1.0 if rating.chemistry is not None else V1.unknown_chemistry_factor
    for anchor in Anchor:
        covariance = scale_covariance(anchor, V1, flat=rating.chemistry in FLAT, factor=factor)
        fit = fit_ratio(
            surveyed.of(anchor),
            covariance,
            V1,
            rated_ah=rating.rated_capacity_ah,
        )
        if fit is not None:
            yield fit


def _conclude(
    table: TelemetryTable, recording: Recording, rating: Rating, outcome: _Outcome
) -> Findings:
    surveyed = outcome.survey
    measured, rated_ah = outcome.measured, rating.rated_capacity_ah
    if isinstance(measured, NotDetermined):
        legs = legs_looked_at(table, recording, surveyed, ())
        return Findings(capacity_ah=measured, health_ratio=measured, legs=legs)
    health = health_interval(measured, rated_ah, V1) if rated_ah else None
    looked_at = (table, recording, surveyed, outcome.fits)
    return Findings(
        capacity_ah=health.scaled(rated_ah) if health and rated_ah else capacity_interval(measured),
        health_ratio=health or reasons.NO_RATED_CAPACITY,
        legs=legs_looked_at(*looked_at),
        rows=rows_relied_on(*looked_at),
        temperature_celsius=temperatures_met(*looked_at),
        assumptions=assumptions_made(outcome.fits, rating),
    )


def _furthest_ah(recording: Recording) -> float:
    counted_ah = recording.course.counted_ah
    return float(counted_ah.max() - counted_ah.min())


def _nothing(reason: NotDetermined) -> Findings:
    return Findings(capacity_ah=reason, health_ratio=reason)
