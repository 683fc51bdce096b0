"""Steps between neighbouring samples, and how long each may be counted.

In: a telemetry table. Out: per step its hours, charge and energy, and the state it was in.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.cleaning import Booleans, Floats, clean
from battery_passport.diagnostics.pack_readings import (
    PACK_COLUMNS,
    pack_voltage_v,
    typical_celsius,
)
from battery_passport.foundation.clock import HOUR_MS
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

COLUMNS = ("current_ma", *PACK_COLUMNS, "bms_soc_permyriad", "display_soc_permyriad")
"""The columns the method may read."""

_WH_PER_KWH = 1_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRules:
    """How long a step may be. Units: hours, ratio of state of charge.

    A moving car is sampled every few seconds; a parked one seldom, and its state of charge says
    that nothing happened meanwhile.
    """

    longest_moving_h: float = 120.0 / 3_600.0
    longest_parked_h: float = 12.0
    parked_change: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedSteps:
    """Steps i between samples i and i + 1; what cannot be counted is 0 hours long.

    Units: hours; Ah and kWh, positive on discharge; degrees Celsius; ratio; ms since 1970 UTC.
    NaN where a temperature or a state of charge is not known. Shape: (steps,).
    """

    at_ms: Floats
    hours: Floats
    moving_hours: Floats
    ah: Floats
    kwh: Floats
    celsius: Floats
    soc_ratio: Floats


def count_steps(table: TelemetryTable, rating: Rating, rules: StepRules) -> CountedSteps:
    """Return the steps of a table, none for fewer than two samples."""
    current_a = clean(table, "current_ma")
    voltage_v = pack_voltage_v(table, rating.cells_in_series)
    soc_ratio = _state_of_charge(table)
    hours = np.diff(table.sampled_at_ms) / HOUR_MS
    is_moving = (hours <= rules.longest_moving_h) & np.isfinite(current_a[1:] + current_a[:-1])
    is_parked = ~is_moving & (hours <= rules.longest_parked_h) & _is_unchanged(soc_ratio, rules)
    moving_hours = np.where(is_moving, hours, 0.0)
    power_kw = current_a * voltage_v / _WH_PER_KWH
    return CountedSteps(
        at_ms=table.sampled_at_ms[1:].astype(np.float64),
        hours=np.where(is_moving | is_parked, hours, 0.0),
        moving_hours=moving_hours,
        ah=_known(moving_hours * _middle(current_a)),
        kwh=_known(moving_hours * _middle(power_kw)),
        celsius=_middle(typical_celsius(table)),
        soc_ratio=_middle(soc_ratio),
    )


def _state_of_charge(table: TelemetryTable) -> Floats:
    bms = clean(table, "bms_soc_permyriad")
    return bms if np.isfinite(bms).any() else clean(table, "display_soc_permyriad")


def _is_unchanged(soc_ratio: Floats, rules: StepRules) -> Booleans:
    unchanged: Booleans = np.abs(np.diff(soc_ratio)) <= rules.parked_change
    return unchanged


def _middle(values: Floats) -> Floats:
    middle: Floats = 0.5 * (values[1:] + values[:-1])
    return middle


def _known(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, 0.0)
