"""What was looked at and relied on, told of charges and drives instead of samples.

In: a survey and the fits made from it. Out: legs with a verdict, the table rows relied on, the
temperatures met, and what was taken for granted.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from battery_passport.diagnostics import reasons
from battery_passport.diagnostics.cleaning import Booleans, Integers, temperature_celsius
from battery_passport.diagnostics.legs import RawLeg
from battery_passport.diagnostics.model import Anchor, Assumption, Leg, Verdict
from battery_passport.diagnostics.ratio_fit import RatioFit
from battery_passport.diagnostics.survey import Survey
from battery_passport.diagnostics.swings import Recording, Swing
from battery_passport.registry.model import Rating
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.table import TelemetryTable

RELIED_ON_COLUMNS = (
    "current_ma",
    "charged_uah",
    "cumulative_charge_mah",
    "cumulative_discharge_mah",
    "segment",
    "bms_soc_permyriad",
    "display_soc_permyriad",
    "cell_voltage_mv",
    "cell_voltage_mean_uv",
    "cell_voltage_max_mv",
    "cell_voltage_min_mv",
    "pack_voltage_mv",
    "probe_temperature_dc",
    "probe_temperature_mean_mc",
    "temperature_max_dc",
    "temperature_min_dc",
)
"""The columns the method may read; no state of health that a car or a laboratory states is one."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANCHOR_ASSUMPTIONS = {
    Anchor.BMS: reasons.BMS_ANCHOR,
    Anchor.DISPLAY: reasons.DISPLAY_ANCHOR,
    Anchor.VOLTAGE: reasons.VOLTAGE_ANCHOR,
}


def legs_looked_at(
    table: TelemetryTable, recording: Recording, surveyed: Survey, fits: Sequence[RatioFit]
) -> tuple[Leg, ...]:
    """Return every charge or drive of the survey with what became of it."""
    used = _by_leg(swing for fit in fits for swing in fit.used)
    read = _by_leg(surveyed.swings)
    return tuple(
        _leg(table, recording, leg, (read.get(number), used.get(number)))
        for number, leg in enumerate(surveyed.legs)
    )


def rows_relied_on(
    table: TelemetryTable, recording: Recording, surveyed: Survey, fits: Sequence[RatioFit]
) -> Integers:
    """Return the rows between head and tail of the legs used that hold anything to read."""
    used = _by_leg(swing for fit in fits for swing in fit.used)
    within = np.zeros(table.row_count, dtype=np.bool_)
    for number in used:
        leg = surveyed.legs[number]
        first, last = recording.signals.row[[leg.head, leg.tail]].tolist()
        within[first : last + 1] = True
    rows: Integers = np.flatnonzero(within).astype(np.int64)
    return rows[_hold_anything(table, rows)]


def temperatures_met(
    table: TelemetryTable, recording: Recording, surveyed: Survey, fits: Sequence[RatioFit]
) -> tuple[float, float] | None:
    """Return the lowest and highest temperature at the ends of the legs used. Units: °C."""
    used = _by_leg(swing for fit in fits for swing in fit.used)
    ends = [end for number in used for end in _ends(surveyed.legs[number])]
    read = [temperature_celsius(table, int(recording.signals.row[end])) for end in ends]
    known = [value for value in read if np.isfinite(value)]
    return (min(known), max(known)) if known else None


def assumptions_made(fits: Sequence[RatioFit], rating: Rating) -> tuple[Assumption, ...]:
    """Return what the figures take for granted."""
    return tuple(_assumptions(fits, rating))


def _assumptions(fits: Sequence[RatioFit], rating: Rating) -> Iterator[Assumption]:
    if not fits:
        return
    yield reasons.AS_FOUND
    yield reasons.CURRENT_SENSOR
    anchors = {swing.anchor for fit in fits for swing in fit.used}
    yield from (text for anchor, text in _ANCHOR_ASSUMPTIONS.items() if anchor in anchors)
    if Anchor.VOLTAGE in anchors and rating.chemistry is None:
        yield reasons.CHEMISTRY_GUESSED
    if any(swing.sign < 0 for fit in fits for swing in fit.used):
        yield reasons.DRIVES_ONLY
    if rating.rated_capacity_ah:
        yield reasons.PRIOR


def _by_leg(swings: Iterator[Swing] | Sequence[Swing]) -> dict[int, Swing]:
    """Return a leg's first swing, which is the car's own state of charge where there is one."""
    found: dict[int, Swing] = {}
    for swing in swings:
        found.setdefault(swing.leg, swing)
    return found


def _leg(
    table: TelemetryTable,
    recording: Recording,
    leg: RawLeg,
    swings: tuple[Swing | None, Swing | None],
) -> Leg:
    read, used = swings
    shown = used or read
    verdict = Verdict.USED if used else Verdict.SET_ASIDE if read else Verdict.NO_STATE_OF_CHARGE
    started, ended = (
        _EPOCH + timedelta(milliseconds=int(table.sampled_at_ms[recording.signals.row[end]]))
        for end in _ends(leg)
    )
    moved_ah = recording.course.counted_ah[leg.last] - recording.course.counted_ah[leg.first]
    return Leg(
        started_at=started,
        ended_at=ended,
        direction=leg.direction,
        moved_ah=abs(float(moved_ah)),
        anchor=shown.anchor if shown else None,
        counted_ah=shown.counted_ah if shown else None,
        swing_ratio=shown.swing_ratio if shown else None,
        verdict=verdict,
    )


def _ends(leg: RawLeg) -> tuple[int, int]:
    return leg.first, leg.last


def _hold_anything(table: TelemetryTable, rows: Integers) -> Booleans:
    held = np.zeros(rows.size, dtype=np.bool_)
    for name in RELIED_ON_COLUMNS:
        values = table.columns.get(name)
        if values is not None:
            known = values[rows] != NULL
            held |= known if known.ndim == 1 else known.any(axis=1)
        elif f"{name}.held" in table.condensed:
            held |= table.condensed[f"{name}.held"][rows] > 0
    return held
