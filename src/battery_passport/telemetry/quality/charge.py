"""Checks of the state of charge against the current: its sign, and whether it moves at all.

In: a batch, and the charge given since the state of charge was last known to move. Out: findings
and the same for the next batch.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.quality.model import Finding, QualityMemory

LONGEST_STEP_MS: Final = 60_000
"""Over a longer step nobody knows what flowed."""

SIGN_SHARE: Final = 0.02
STUCK_SHARE: Final = 0.05
USUAL_CAPACITY_AH: Final = 50.0
"""Stands in where no rated capacity is known: small for a car, so that little is remarked on."""

_CURRENT, _SOC = "current_ma", "bms_soc_permyriad"
_MS_MA_PER_UAH: Final = 3_600


def check_charge(
    batch: DecodedBatch, memory: QualityMemory, findings: list[Finding]
) -> QualityMemory:
    """Add where charge and current contradict each other, over as many batches as it takes."""
    current, soc = batch.columns.get(_CURRENT), batch.columns.get(_SOC)
    if current is None or soc is None or current.ndim != 1 or soc.ndim != 1:
        return replace(memory, last_current_ma=None, anchor_soc_permyriad=None, discharged_uah=0)
    soc_now, current_now = int(soc[-1]), int(current[-1])
    flowed = _discharged_uah(batch, memory)
    is_true = _possible(_SOC, soc_now) and _possible(_CURRENT, current_now)
    anchor = memory.anchor_soc_permyriad
    if flowed is None or not is_true or anchor is None:
        return replace(
            memory,
            last_current_ma=current_now if is_true else None,
            anchor_soc_permyriad=soc_now if is_true else None,
            discharged_uah=0,
        )
    discharged = memory.discharged_uah + flowed
    capacity_uah = (memory.rating.rated_capacity_ah or USUAL_CAPACITY_AH) * 1e6
    kind = _contradiction(discharged / capacity_uah, (soc_now - anchor) / 1e4)
    if kind:
        column = _CURRENT if kind == "current-sign" else _SOC
        times = batch.sampled_at_ms
        first = int(times[0]) if memory.last_ms is None else memory.last_ms
        findings.append(Finding(kind, column, times.shape[0], first, int(times[-1])))
    settled = bool(kind) or abs(soc_now - anchor) >= SIGN_SHARE * 1e4
    return replace(
        memory,
        last_current_ma=current_now,
        anchor_soc_permyriad=soc_now if settled else anchor,
        discharged_uah=0 if settled else discharged,
    )


def _contradiction(discharged_share: float, gained_share: float) -> str:
    """Return the kind of finding, or nothing."""
    if abs(discharged_share) >= SIGN_SHARE and abs(gained_share) >= SIGN_SHARE:
        return "current-sign" if (discharged_share > 0) == (gained_share > 0) else ""
    if abs(discharged_share) >= STUCK_SHARE and gained_share == 0:
        return "stuck"
    return ""


def _discharged_uah(batch: DecodedBatch, memory: QualityMemory) -> int | None:
    """Return the charge given since the last batch, or None where a step is too long to tell."""
    times, current = batch.sampled_at_ms, batch.columns[_CURRENT]
    if memory.last_ms is None or memory.last_current_ma is None:
        return None
    first_step = int(times[0]) - memory.last_ms
    if not 0 <= first_step <= LONGEST_STEP_MS:
        return None
    steps = times[1:] - times[:-1]
    low, high = COLUMN_BY_NAME[_CURRENT].low, COLUMN_BY_NAME[_CURRENT].high
    unclear = steps.size and (steps.min() < 0 or steps.max() > LONGEST_STEP_MS)
    if unclear or current.min() < low or current.max() > high:
        return None
    flowed = memory.last_current_ma * first_step + int(np.dot(current[:-1], steps))
    return flowed // _MS_MA_PER_UAH


def _possible(name: str, value: int) -> bool:
    column = COLUMN_BY_NAME[name]
    return column.low <= value <= column.high and value not in column.sentinels
