"""The insulation of a battery, day by day, in its whole history.

In: a telemetry table, of which only columns with one value a row are read. Out: findings.
"""

from collections.abc import Iterator

import numpy as np

from battery_passport.assembly.diagnosing.resting import days_of
from battery_passport.diagnostics.insulation.watch import (
    InsulationDay,
    InsulationFinding,
    find_insulation,
    insulation_of_days,
)
from battery_passport.foundation.clock import DAY_MS
from battery_passport.telemetry.possible import possible_values
from battery_passport.telemetry.table import TelemetryTable

_INSULATION, _VOLTAGE = "insulation_kohm", "pack_voltage_mv"


def insulation_findings(table: TelemetryTable) -> tuple[InsulationFinding, ...]:
    """Return what is found; none where insulation or the pack's voltage was not measured."""
    if not {_INSULATION, _VOLTAGE} <= table.columns.keys():
        return ()
    return tuple(find_insulation(_days(table)))


def _days(table: TelemetryTable) -> Iterator[InsulationDay]:
    """Yield the days that are over: one is when a later one has begun."""
    kohm = possible_values(table.columns[_INSULATION], _INSULATION)
    if not np.isfinite(kohm).any():
        return
    volts = possible_values(table.columns[_VOLTAGE], _VOLTAGE)
    days = list(days_of(table.sampled_at_ms))[:-1]
    for (first, past), ohm_per_v in zip(days, insulation_of_days(kohm, volts, days), strict=True):
        if ohm_per_v is not None:
            yield InsulationDay(
                day=int(table.sampled_at_ms[first]) // DAY_MS,
                known_at_ms=int(table.sampled_at_ms[past]),
                ohm_per_v=ohm_per_v,
            )
