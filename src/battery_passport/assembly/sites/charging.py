"""The latest charge in a stretch of history.

In: a table of current and state of charge. Out: when it was, how much went in, from where to where.
"""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.clock import HOUR_MS, from_unix_ms
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.table import TelemetryTable
from battery_passport.web.owner.views import LastCharge

CHARGE_COLUMNS = ("current_ma", "bms_soc_permyriad", "display_soc_permyriad")
_SOC_COLUMNS = ("display_soc_permyriad", "bms_soc_permyriad")

# A charge is current flowing in with no drive in between: braking gives back in bursts only.
_TAKING_MA = -500
_GIVING_MA = 3_000
_LONGEST_GAP_MS = 20 * 60_000
_LONGEST_STEP_MS = 2 * 60_000
_SHORTEST_MS = 5 * 60_000
_LEAST_AH = 0.5
_MAH_MS_PER_AH = HOUR_MS * 1_000
_PERMYRIAD_PER_PERCENT = 100


def last_charge_in(table: TelemetryTable) -> LastCharge | None:
    """Return the latest charge, None if the table holds none.

    Units: Ah taken up, state of charge in percent as the car states it.
    """
    current = table.columns.get("current_ma")
    if current is None:
        return None
    known = current != NULL
    taking = np.flatnonzero(known & (current <= _TAKING_MA))
    giving = np.cumsum(known & (current >= _GIVING_MA))
    for samples in reversed(_stretches(table.sampled_at_ms, taking, giving)):
        charge = _charge(table, current, samples)
        if charge is not None:
            return charge
    return None


def _stretches(
    times_ms: NDArray[np.int64], taking: NDArray[np.int64], giving: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """Return samples that take charge in, cut where time went by or the car was driven."""
    if taking.size == 0:
        return []
    waited = np.diff(times_ms[taking]) > _LONGEST_GAP_MS
    driven = np.diff(giving[taking]) > 0
    return np.split(taking, np.flatnonzero(waited | driven) + 1)


def _charge(
    table: TelemetryTable, current_ma: NDArray[np.int64], samples: NDArray[np.int64]
) -> LastCharge | None:
    times_ms = table.sampled_at_ms[samples]
    steps_ms = np.minimum(np.diff(times_ms), _LONGEST_STEP_MS)
    charged_ah = float(-(current_ma[samples[:-1]] * steps_ms).sum()) / _MAH_MS_PER_AH
    if times_ms[-1] - times_ms[0] < _SHORTEST_MS or charged_ah < _LEAST_AH:
        return None
    levels = _levels(table, samples)
    return LastCharge(
        started_at=_moment(times_ms[0]),
        ended_at=_moment(times_ms[-1]),
        charged_ah=charged_ah,
        from_percent=levels[0],
        to_percent=levels[1],
    )


def _levels(table: TelemetryTable, samples: NDArray[np.int64]) -> tuple[float | None, float | None]:
    """Return the first and last level that the car states, as its driver sees them if it can."""
    for name in _SOC_COLUMNS:
        values = table.columns.get(name)
        if values is None:
            continue
        stated = values[samples]
        stated = stated[stated != NULL]
        if stated.size:
            return (
                float(stated[0]) / _PERMYRIAD_PER_PERCENT,
                float(stated[-1]) / _PERMYRIAD_PER_PERCENT,
            )
    return None, None


def _moment(milliseconds: np.int64) -> datetime:
    return from_unix_ms(int(milliseconds))
