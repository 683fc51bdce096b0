"""What each column may show: its limits, those of the chemistry, and how far it may step.

In: a column's name and a chemistry. Out: arrays that scanning reads.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from battery_passport.registry.model import Chemistry
from battery_passport.telemetry.columns import COLUMN_BY_NAME

CELL_LIMITS_MV: Mapping[Chemistry, tuple[int, int]] = MappingProxyType(
    {
        Chemistry.NMC: (2_500, 4_250),
        Chemistry.NCA: (2_500, 4_250),
        Chemistry.LMO: (2_500, 4_250),
        Chemistry.LFP: (2_000, 3_650),
    }
)
"""Decided by us from what makers of cells usually allow; a pack's own limits are narrower."""

RESOLUTION_MV: Final = 20
"""The coarsest step in which cars tell cell voltages: so far beyond a limit says nothing."""

_PER_MV: Mapping[str, int] = MappingProxyType(
    {
        "cell_voltage_mv": 1,
        "cell_voltage_max_mv": 1,
        "cell_voltage_min_mv": 1,
        "cell_voltage_mean_uv": 1_000,
    }
)

STEPS: Mapping[str, int] = MappingProxyType(
    {
        "pack_voltage_mv": 150_000,
        "cell_voltage_mv": 150,
        "bms_soc_permyriad": 500,
        "display_soc_permyriad": 500,
        "bms_soh_permyriad": 300,
        "probe_temperature_dc": 100,
        "temperature_max_dc": 100,
        "temperature_min_dc": 100,
        "probe_temperature_mean_mc": 10_000,
        "odometer_m": 6_600,
    }
)
"""How far a value may step within a minute; a cell's by its distance from the mean of all."""

MOVEMENTS: Mapping[str, int] = MappingProxyType({"cell_voltage_mv": 40, "probe_temperature_dc": 80})
"""How far the mean must move before a value that stays the same is stuck."""

_ANY_STEP: Final = 2**62


@lru_cache(maxsize=512)
def limits_of(
    name: str, chemistry: Chemistry | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Return a column's (low, high, usual low, usual high, step, movement) and its sentinels.

    None for a column that is not known.
    """
    column = COLUMN_BY_NAME.get(name)
    if column is None:
        return None
    usual_low, usual_high = column.low, column.high
    if name in _PER_MV and chemistry is not None:
        low_mv, high_mv = CELL_LIMITS_MV[chemistry]
        usual_low = (low_mv - RESOLUTION_MV) * _PER_MV[name]
        usual_high = (high_mv + RESOLUTION_MV) * _PER_MV[name]
    # What is usual is not looked at again, so no sentinel may lie within it.
    for sentinel in column.sentinels:
        if usual_low <= sentinel <= usual_high:
            is_low = sentinel - usual_low < usual_high - sentinel
            usual_low = sentinel + 1 if is_low else usual_low
            usual_high = usual_high if is_low else sentinel - 1
    step = STEPS.get(name, _ANY_STEP)
    movement = MOVEMENTS.get(name, _ANY_STEP)
    numbers = (column.low, column.high, usual_low, usual_high, step, movement)
    return np.array(numbers, np.int64), np.array(column.sentinels, np.int64)
