"""The method `fleet-capacity`, version 1: a battery under the curve that its model's fleet taught.

In: a telemetry table, what is declared of the battery, the model's curve. Out: findings.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from battery_passport.diagnostics import reasons
from battery_passport.diagnostics.cleaning import Integers, temperature_celsius
from battery_passport.diagnostics.fleet_capacity.charges import (
    Charge,
    find_charge_rows,
    find_charges,
)
from battery_passport.diagnostics.fleet_capacity.constants import V1
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.diagnostics.fleet_capacity.solving import Solved, solve
from battery_passport.diagnostics.model import (
    Anchor,
    Assumption,
    Direction,
    Findings,
    Interval,
    Leg,
    NotDetermined,
    Verdict,
)
from battery_passport.diagnostics.parameters import V1 as READING
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

NO_CURVE = NotDetermined(
    "no-fleet-curve", "No curve of this battery's model was learned from a fleet.", {}
)
FLEET_CURVE = Assumption(
    "fleet-curve",
    "The voltage over the state of charge is the one that cars of this model taught, whose "
    "BMSs are taken to be right at empty and full on average.",
)
SENSOR = Assumption(
    "current-sensor-fleet",
    "The car's current sensor is taken to be true within 0.8 % (90 %).",
)
_NINETY = 1.6448536269514722
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def fleet_capacity(table: TelemetryTable, rating: Rating, curve: FleetCurve | None) -> Findings:
    """Return capacity and health under a curve learned from the fleet.

    Capacity is what the battery takes between what its BMS treats as empty and as full.
    """
    if table.row_count == 0:
        return _nothing(reasons.NO_MEASUREMENTS)
    if curve is None:
        return _nothing(NO_CURVE)
    if not rating.rated_capacity_ah:
        return _nothing(reasons.NO_RATED_CAPACITY)
    charges = find_charges(table, rating, curve.constants)
    if not charges:
        return _nothing(reasons.too_little_charge(READING, 0.0))
    mean, modes = curve.arrays()
    solved = solve(charges, mean, modes, curve.constants, cars=curve.cars)
    relative_sd = solved.health_sd / solved.health_ratio
    used = relative_sd <= V1.largest_relative_sd
    legs = tuple(_leg(table, charge, used=used) for charge in charges)
    if not used:
        reason = reasons.too_uncertain(READING, relative_sd, len(charges))
        return Findings(capacity_ah=reason, health_ratio=reason, legs=legs)
    health = _interval(solved)
    return Findings(
        capacity_ah=health.scaled(rating.rated_capacity_ah),
        health_ratio=health,
        legs=legs,
        rows=_rows([charge.row for charge in charges], table.row_count),
        temperature_celsius=_temperatures(table, charges),
        assumptions=(reasons.AS_FOUND, SENSOR, FLEET_CURVE),
    )


def fleet_evidence(
    table: TelemetryTable, rating: Rating, curve: FleetCurve | None
) -> tuple[Integers, int]:
    """Return the rows that `fleet_capacity` relies on if its figure is sure, and of how many legs.

    Much quicker than the figure itself.
    """
    if curve is None or table.row_count == 0:
        return np.zeros(0, dtype=np.int64), 0
    charges = find_charge_rows(table, rating, curve.constants)
    return _rows(charges, table.row_count), len(charges)


def _rows(charges: Sequence[tuple[int, int]], count: int) -> Integers:
    within = np.zeros(count, dtype=np.bool_)
    for first, last in charges:
        within[first : last + 1] = True
    rows: Integers = np.flatnonzero(within)
    return rows


def _interval(solved: Solved) -> Interval:
    reach = _NINETY * solved.health_sd
    return Interval(solved.health_ratio, solved.health_ratio - reach, solved.health_ratio + reach)


def _leg(table: TelemetryTable, charge: Charge, *, used: bool) -> Leg:
    started, ended = (
        _EPOCH + timedelta(milliseconds=int(table.sampled_at_ms[row])) for row in charge.row
    )
    heard = charge.soc[np.isfinite(charge.soc)]
    counted = charge.charge[np.isfinite(charge.soc)]
    whole_ah = charge.moved_ah / max(float(charge.charge[-1]), 1e-9)
    told = heard.size > 1
    return Leg(
        started_at=started,
        ended_at=ended,
        direction=Direction.CHARGE,
        moved_ah=charge.moved_ah,
        anchor=Anchor.BMS if told else Anchor.VOLTAGE,
        counted_ah=float(counted[-1] - counted[0]) * whole_ah if told else None,
        swing_ratio=float(heard[-1] - heard[0]) if told else None,
        verdict=Verdict.USED if used else Verdict.SET_ASIDE,
    )


def _temperatures(table: TelemetryTable, charges: Sequence[Charge]) -> tuple[float, float] | None:
    read = [temperature_celsius(table, row) for charge in charges for row in charge.row]
    known = [value for value in read if np.isfinite(value)]
    return (min(known), max(known)) if known else None


def _nothing(reason: NotDetermined) -> Findings:
    return Findings(capacity_ah=reason, health_ratio=reason)
