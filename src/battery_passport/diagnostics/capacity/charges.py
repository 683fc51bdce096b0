"""The method on stored telemetry: its longest charge, whole or in part, by a model's library.

In: a telemetry table, what is declared of the battery, a library. Out: findings as of any method.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from battery_passport.diagnostics import reasons as common_reasons
from battery_passport.diagnostics.capacity import reasons
from battery_passport.diagnostics.capacity.library import CurveLibrary
from battery_passport.diagnostics.capacity.stretch import ChargeStretch, Floats, SocMark
from battery_passport.diagnostics.capacity.window import window_health
from battery_passport.diagnostics.cleaning import Integers, clean
from battery_passport.diagnostics.course import follow
from battery_passport.diagnostics.legs import RawLeg
from battery_passport.diagnostics.model import (
    Anchor,
    Direction,
    Findings,
    Leg,
    NotDetermined,
    Verdict,
)
from battery_passport.diagnostics.parameters import V1 as SIGNAL_PARAMETERS
from battery_passport.diagnostics.signals import read_signals
from battery_passport.diagnostics.survey import survey
from battery_passport.diagnostics.swings import Recording
from battery_passport.diagnostics.voltage_reading import VoltageReader
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

_FASTEST_PER_H = 10.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCharge:
    """One charge found in a table, and the table rows that it was read from."""

    stretch: ChargeStretch
    rows: Integers


def window_findings(table: TelemetryTable, rating: Rating, library: CurveLibrary) -> Findings:
    """Return what the longest charge in a table says, by a library of curves."""
    if not rating.rated_capacity_ah:
        missing = common_reasons.NO_RATED_CAPACITY
        return Findings(capacity_ah=missing, health_ratio=missing)
    charges = stored_charges(table, rating)
    if not charges:
        nothing = reasons.NO_CHARGE
        return Findings(capacity_ah=nothing, health_ratio=nothing)
    longest = max(charges, key=lambda charge: charge.stretch.counted_ah)
    health = window_health(longest.stretch, rated_ah=rating.rated_capacity_ah, library=library)
    legs = tuple(
        _leg(table, charge, is_used=charge is longest and not isinstance(health, NotDetermined))
        for charge in charges
    )
    if isinstance(health, NotDetermined):
        return Findings(capacity_ah=health, health_ratio=health, legs=legs)
    return Findings(
        capacity_ah=health.scaled(rating.rated_capacity_ah),
        health_ratio=health,
        legs=legs,
        rows=longest.rows,
        assumptions=(reasons.LEARNED_CURVES,),
    )


def stored_charges(table: TelemetryTable, rating: Rating) -> list[StoredCharge]:
    """Return the charges in a table of a battery whose rated capacity is known."""
    rated_ah = rating.rated_capacity_ah or 0.0
    signals = (
        read_signals(table, SIGNAL_PARAMETERS, largest_current_a=_FASTEST_PER_H * rated_ah)
        if table.row_count
        else None
    )
    if signals is None:
        return []
    recording = Recording(
        signals=signals,
        course=follow(signals),
        capacity_ah=rated_ah,
        parameters=SIGNAL_PARAMETERS,
    )
    surveyed = survey(recording, VoltageReader(table, signals, rating, SIGNAL_PARAMETERS), rating)
    voltage_v = typical_voltage_v(table, rating)[signals.row]
    return [
        _stored(recording, leg, voltage_v)
        for leg in surveyed.legs
        if leg.direction is Direction.CHARGE
    ]


def _stored(recording: Recording, leg: RawLeg, voltage_v: Floats) -> StoredCharge:
    signals, rows = recording.signals, slice(leg.head, leg.tail + 1)
    elapsed_s, counted_ah = signals.elapsed_s[rows], recording.course.counted_ah[rows]
    soc_ratio = signals.soc_ratio[rows]
    stated = np.flatnonzero(np.isfinite(soc_ratio))
    ends = sorted({int(stated[0]), int(stated[-1])}) if stated.size else []
    # What the driver is shown is bent on purpose, and is no reading of the BMS.
    ends = ends if signals.soc_anchor is Anchor.BMS else []
    return StoredCharge(
        stretch=ChargeStretch(
            elapsed_s=elapsed_s - elapsed_s[0],
            charged_ah=counted_ah - counted_ah[0],
            current_a=signals.current_a[rows],
            cell_voltage_v=voltage_v[rows],
            starts_segment=np.concatenate([[True], signals.is_break[leg.head : leg.tail]]),
            marks=tuple(SocMark(end, float(soc_ratio[end])) for end in ends),
        ),
        rows=signals.row[rows],
    )


def typical_voltage_v(table: TelemetryTable, rating: Rating) -> Floats:
    """Return a typical cell's voltage at every row, by the best source each row has.

    Shape: (rows,), NaN where none was measured.
    """
    cells_v = clean(table, "cell_voltage_mv").reshape(table.row_count, -1)
    known = np.isfinite(cells_v)
    is_enough = 2 * known.sum(axis=1) > cells_v.shape[1]
    sums = np.where(known, cells_v, 0.0).sum(axis=1)
    middle_v = 0.5 * (clean(table, "cell_voltage_max_mv") + clean(table, "cell_voltage_min_mv"))
    sources = (
        clean(table, "cell_voltage_mean_uv"),
        np.where(is_enough, sums / np.maximum(known.sum(axis=1), 1), np.nan),
        middle_v,
        clean(table, "pack_voltage_mv") / (rating.cells_in_series or np.nan),
    )
    voltage_v = sources[0]
    for source in sources[1:]:
        voltage_v = np.where(np.isfinite(voltage_v), voltage_v, source)
    return voltage_v


def _leg(table: TelemetryTable, charge: StoredCharge, *, is_used: bool) -> Leg:
    times_ms = table.sampled_at_ms[charge.rows[[0, -1]]].tolist()
    started, ended = (_EPOCH + timedelta(milliseconds=at_ms) for at_ms in times_ms)
    return Leg(
        started_at=started,
        ended_at=ended,
        direction=Direction.CHARGE,
        moved_ah=charge.stretch.counted_ah,
        anchor=Anchor.VOLTAGE if is_used else None,
        counted_ah=charge.stretch.counted_ah if is_used else None,
        swing_ratio=None,
        verdict=Verdict.USED if is_used else Verdict.SET_ASIDE,
    )
