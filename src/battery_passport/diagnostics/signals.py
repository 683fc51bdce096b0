"""Counted charge and states of charge in the order of time, with the table row behind each.

In: a telemetry table. Out: samples on which charge can be counted, from the current where it is
dense, else from a counter of the source.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from battery_passport.diagnostics.cleaning import Booleans, Floats, Integers, clean
from battery_passport.diagnostics.model import Anchor
from battery_passport.diagnostics.parameters import Parameters
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.table import TelemetryTable

SECONDS_PER_HOUR = 3_600.0
_FEWEST_SAMPLES = 3
_SOC_REACH_MS = 60_000
# 2000 to 2100: no vehicle's battery was measured before, and later times are a clock gone wrong.
_EARLIEST_MS = 946_684_800_000
_LATEST_MS = 4_102_444_800_000


class ChargeSource(StrEnum):
    """What the counted charge was made from."""

    CURRENT = "current"
    SEGMENT_COUNTER = "segment counter"
    LIFETIME_COUNTER = "lifetime counter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """Samples with a known current, or a known count of charge, in the order of time.

    Step i lies between samples i and i + 1: `step_ah` is the charge taken up, `is_break` says that
    nothing was counted there. `row` points into the table.
    Shape: (samples,), steps (samples - 1,). Units: seconds since the first sample; current positive
    on discharge; state of charge a ratio, NaN where it was not read.
    """

    elapsed_s: Floats
    current_a: Floats
    step_ah: Floats
    is_break: Booleans
    soc_ratio: Floats
    soc_anchor: Anchor
    row: Integers
    source: ChargeSource


def read_signals(
    table: TelemetryTable, parameters: Parameters, *, largest_current_a: float
) -> Signals | None:
    """Return the samples that charge can be counted on, or None if there are too few."""
    by_current = _from_current(table, parameters, largest_current_a)
    if by_current is not None:
        return by_current
    lifetime_ah = clean(table, "cumulative_charge_mah") - clean(table, "cumulative_discharge_mah")
    counters = (
        (ChargeSource.SEGMENT_COUNTER, clean(table, "charged_uah")),
        (ChargeSource.LIFETIME_COUNTER, lifetime_ah),
    )
    for source, counter_ah in counters:
        rows = _first_of_each_time(table, np.isfinite(counter_ah))
        if rows.size >= _FEWEST_SAMPLES:
            return _from_counter(
                table, (rows, counter_ah, source), parameters, largest_current_a=largest_current_a
            )
    return None


def _from_current(
    table: TelemetryTable, parameters: Parameters, largest_current_a: float
) -> Signals | None:
    current_a = clean(table, "current_ma")
    rows = _first_of_each_time(table, np.abs(current_a) <= largest_current_a)
    if rows.size < _FEWEST_SAMPLES:
        return None
    elapsed_s = _elapsed_s(table, rows)
    step_s = np.diff(elapsed_s)
    if np.sort(step_s)[step_s.size // 2] > parameters.longest_step_s:
        return None
    sampled_a = current_a[rows]
    soc_ratio, anchor = _state_of_charge(table, rows)
    return Signals(
        elapsed_s=elapsed_s,
        current_a=sampled_a,
        step_ah=(sampled_a[1:] + sampled_a[:-1]) * (-0.5 / SECONDS_PER_HOUR) * step_s,
        is_break=(step_s > parameters.longest_step_s) | _segment_changes(table, rows),
        soc_ratio=soc_ratio,
        soc_anchor=anchor,
        row=rows,
        source=ChargeSource.CURRENT,
    )


def _from_counter(
    table: TelemetryTable,
    counter: tuple[Integers, Floats, ChargeSource],
    parameters: Parameters,
    *,
    largest_current_a: float,
) -> Signals:
    rows, counter_ah, source = counter
    elapsed_s = _elapsed_s(table, rows)
    step_s = np.diff(elapsed_s)
    step_ah = np.diff(counter_ah[rows])
    step_a = -step_ah * SECONDS_PER_HOUR / step_s
    # A counter that leaps was set anew; what it showed before and after does not belong together.
    leaps = np.abs(step_a) > largest_current_a
    step_a[leaps] = 0.0
    soc_ratio, anchor = _state_of_charge(table, rows)
    return Signals(
        elapsed_s=elapsed_s,
        current_a=np.concatenate([step_a[:1], step_a]),
        step_ah=step_ah,
        is_break=(step_s > parameters.longest_pause_s) | _segment_changes(table, rows) | leaps,
        soc_ratio=soc_ratio,
        soc_anchor=anchor,
        row=rows,
        source=source,
    )


def _segment_changes(table: TelemetryTable, rows: Integers) -> Booleans:
    values = table.columns.get("segment")
    if values is None:
        return np.zeros(rows.size - 1, dtype=np.bool_)
    numbers = values[rows]
    known = (numbers[1:] != NULL) & (numbers[:-1] != NULL)
    changes: Booleans = known & (numbers[1:] != numbers[:-1])
    return changes


def _elapsed_s(table: TelemetryTable, rows: Integers) -> Floats:
    times_ms = table.sampled_at_ms[rows]
    elapsed: Floats = np.divide(times_ms - times_ms[0], 1_000.0, dtype=np.float64)
    return elapsed


def _first_of_each_time(table: TelemetryTable, usable: Booleans) -> Integers:
    times_ms = table.sampled_at_ms
    believable = (times_ms >= _EARLIEST_MS) & (times_ms <= _LATEST_MS)
    rows: Integers = np.flatnonzero(usable & believable).astype(np.int64)
    if rows.size == 0:
        return rows
    later = np.diff(times_ms[rows]) > 0
    first_of_time: Integers = rows[np.concatenate([[True], later])]
    return first_of_time


def _state_of_charge(table: TelemetryTable, rows: Integers) -> tuple[Floats, Anchor]:
    for name, anchor in (
        ("bms_soc_permyriad", Anchor.BMS),
        ("display_soc_permyriad", Anchor.DISPLAY),
    ):
        read = clean(table, name)
        if bool(np.isfinite(read).any()):
            return _at_rows(table, rows, read), anchor
    return np.full(rows.size, np.nan), Anchor.BMS


def _at_rows(table: TelemetryTable, rows: Integers, read: Floats) -> Floats:
    """Return readings at the rows; one taken between two rows goes to the nearer of them."""
    found = read[rows]
    elsewhere = np.isfinite(read)
    elsewhere[rows] = False
    others = np.flatnonzero(elsewhere)
    times_ms = table.sampled_at_ms[rows]
    wanted_ms = table.sampled_at_ms[others]
    after = np.clip(np.searchsorted(times_ms, wanted_ms), 1, rows.size - 1)
    nearer = np.where(
        times_ms[after] - wanted_ms < wanted_ms - times_ms[after - 1], after, after - 1
    )
    distance_ms = np.abs(times_ms[nearer] - wanted_ms)
    free = np.isnan(found[nearer]) & (distance_ms <= _SOC_REACH_MS)
    found[nearer[free]] = read[others[free]]
    return found
