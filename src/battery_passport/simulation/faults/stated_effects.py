"""What a fault does to what the car states: insulation, health, counters, warnings.

In: a car's fault, times and the values without it. Out: the values with it, unchanged before it.
"""

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.clock import DAY_MS
from battery_passport.simulation import hidden_constants as hidden
from battery_passport.simulation.fault_model import Fault, FaultKind

Ints = NDArray[np.int64]

_WARNS = frozenset({FaultKind.DRIFTING_CELL, FaultKind.SELF_DISCHARGE, FaultKind.ISOLATION_LOSS})


def insulation_kohm(fault: Fault | None, at_ms: Ints, *, healthy: Ints, pack_v: float) -> Ints:
    """Return the insulation's resistance: it falls by equal factors in equal times."""
    if fault is None or fault.kind is not FaultKind.ISOLATION_LOSS:
        return healthy
    end_kohm = fault.size * pack_v / 1_000
    done = _share_done(fault, at_ms)
    return np.asarray(np.rint(healthy * (end_kohm / healthy) ** done), dtype=np.int64)


def warning_level(fault: Fault | None, at_ms: Ints) -> Ints:
    """Return the BMS's own warning: late, as in real cars."""
    level = np.zeros(at_ms.shape[0], dtype=np.int64)
    if fault is not None and fault.kind in _WARNS:
        done = _share_done(fault, at_ms)
        level[done >= hidden.BMS_LATE_SHARE] = 2
        level[done >= 1] = 3
    return level


def was_reset(fault: Fault | None, moment_ms: int) -> bool:
    """Return whether the BMS had forgotten everything at a moment."""
    return fault is not None and fault.kind is FaultKind.BMS_RESET and moment_ms >= fault.begins_ms


def forgets_health(fault: Fault | None, moment_ms: int) -> bool:
    """Return whether the BMS states a full health because it has not yet learned anew."""
    relearned_ms = 0 if fault is None else fault.begins_ms + hidden.RESET_RELEARN_DAYS * DAY_MS
    return was_reset(fault, moment_ms) and moment_ms < relearned_ms


def _share_done(fault: Fault, at_ms: Ints) -> NDArray[np.float64]:
    return np.clip((at_ms - fault.begins_ms) / max(1, fault.grows_ms), 0.0, 1.0)
