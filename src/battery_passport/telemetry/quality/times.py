"""Checks of times: within a batch, against earlier batches, and against its receipt.

In: the times of samples. Out: findings.
"""

from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.clock import unix_ms
from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.quality.model import Finding

TOLERATED_SKEW: Final = timedelta(minutes=5)
"""How far a device's clock may be from the platform's before it is remarked on."""

LATE_AFTER: Final = timedelta(hours=1)
GAP_MS: Final = 300_000
GAP_STEPS: Final = 10

_SKEW_MS: Final = int(TOLERATED_SKEW.total_seconds() * 1_000)
_LATE_MS: Final = int(LATE_AFTER.total_seconds() * 1_000)

Int64s = NDArray[np.int64]


def check_times(times: Int64s, last_ms: int | None, findings: list[Finding]) -> None:
    """Add where time goes back, stands still or leaps, and what earlier batches hold already."""
    if times.shape[0] > 1:
        steps = times[1:] - times[:-1]
        shortest, longest = int(steps.min()), int(steps.max())
        if shortest <= 0:
            _add("time-goes-back", times, np.flatnonzero(steps < 0) + 1, findings)
            _add("repeated-time", times, np.flatnonzero(steps == 0) + 1, findings)
        if longest > GAP_MS:
            usual = float(np.median(steps))
            wide = (steps > GAP_MS) & (steps > GAP_STEPS * usual)
            _add("gap", times, np.flatnonzero(wide) + 1, findings)
    if last_ms is not None and int(times[0]) <= last_ms:
        _add("overlap", times, np.flatnonzero(times <= last_ms), findings)


def check_receipt(batch: DecodedBatch, received_at: datetime, findings: list[Finding]) -> None:
    """Add what the time of receipt tells about the device's clock and about delays."""
    times, claims = batch.sampled_at_ms, batch.claims
    received_ms = unix_ms(received_at)
    everything = np.arange(times.shape[0])
    if int(times.max()) > received_ms + _SKEW_MS:
        _add("future-dated", times, np.flatnonzero(times > received_ms + _SKEW_MS), findings)
    if claims.backfill:
        _add("backfilled", times, everything, findings)
        return
    if abs(received_ms - unix_ms(claims.collected_at)) > _SKEW_MS:
        _add("clock-skew", times, everything, findings)
    if int(times.min()) < received_ms - _LATE_MS:
        _add("late", times, np.flatnonzero(times < received_ms - _LATE_MS), findings)


def _add(kind: str, times: Int64s, rows: NDArray[np.intp], findings: list[Finding]) -> None:
    if rows.size:
        first, last = int(rows[0]), int(rows[-1])
        findings.append(
            Finding(kind, None, int(rows.size), int(times[first]), int(times[last]), first)
        )
