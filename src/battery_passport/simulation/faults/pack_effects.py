"""What a fault does to the cells of a pack.

In: a car's fault and a moment. Out: how one cell differs from what it was.
"""

from dataclasses import dataclass

from battery_passport.foundation.clock import DAY_MS
from battery_passport.simulation import hidden_constants as hidden
from battery_passport.simulation.fault_model import Fault, FaultKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """How one cell has changed: ratios to what was, charge as share of its capacity."""

    cell: int
    capacity_ratio: float = 1.0
    resistance_ratio: float = 1.0
    charge_lost_ratio: float = 0.0


def cell_change(fault: Fault | None, moment_ms: int) -> CellChange | None:
    """Return how a faulty cell has changed by a moment; None if none has."""
    if fault is None or fault.cell is None or moment_ms < fault.begins_ms:
        return None
    if fault.kind is FaultKind.DRIFTING_CELL:
        done = fault.share_done(moment_ms)
        return CellChange(
            cell=fault.cell,
            capacity_ratio=1 - fault.size * done,
            resistance_ratio=1 + fault.gain * done,
        )
    if fault.kind is FaultKind.SELF_DISCHARGE:
        lost = fault.size * (moment_ms - fault.begins_ms) / DAY_MS
        return CellChange(cell=fault.cell, charge_lost_ratio=min(lost, hidden.LEAK_MOST))
    return None


def emptiest_soc(change: CellChange | None) -> float:
    """Return below which charge of the mean cell a changed cell would be empty."""
    if change is None:
        return 0.0
    return 1 - (1 - change.charge_lost_ratio) * change.capacity_ratio
