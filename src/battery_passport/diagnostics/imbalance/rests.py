"""The times a car rests, each with its cells' deviations: all that self-discharge is read from.

In: measurements of one day. Out: rests; a function of that day alone, to be joined day by day.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.imbalance.neighbours import Floats, deviations, row_medians

_REACH = 8
_STILL_A = 2.0
_SETTLED_MS = 1_800_000
_MOST_SAMPLES = 12
_FEWEST_SAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """One time without load. `apart_v`: each cell against its neighbours; NaN if not measured.

    `cells_half_mv`: each cell's voltage in half millivolts, what the middle of whole ones comes in;
    -1 if not measured.
    Shape: apart_v, cells_half_mv (cells,). Units: volts; the state of charge stated meanwhile, a
    ratio.
    """

    at_ms: int
    soc_ratio: float
    typical_v: float
    apart_v: Floats
    cells_half_mv: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, dtype=np.int16))


def rests_of_day(
    sampled_at_ms: NDArray[np.int64],
    *,
    current_a: Floats,
    soc_ratio: Floats,
    cells_of: Callable[[NDArray[np.intp]], Floats],
) -> tuple[Rest, ...]:
    """Return a day's rests: no load for half an hour, within the day, and three samples or more.

    `cells_of` gives the cells' voltages in chosen samples: few of a day's are needed.
    Shape: (samples,); (chosen samples, cells).
    """
    loaded = ~(np.abs(current_a) <= _STILL_A)
    since_ms = np.maximum.accumulate(np.where(loaded, sampled_at_ms, sampled_at_ms[:1]))
    rows = np.flatnonzero(
        ~loaded & (sampled_at_ms - since_ms >= _SETTLED_MS) & np.isfinite(soc_ratio)
    )
    stretch = np.cumsum(loaded)[rows]
    parts = np.split(rows, np.flatnonzero(np.diff(stretch)) + 1)
    return tuple(
        _rest(sampled_at_ms[part], soc_ratio[part], cells_of(part))
        for part in (_thinned(each) for each in parts if each.size >= _FEWEST_SAMPLES)
    )


def _thinned(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    if rows.size <= _MOST_SAMPLES:
        return rows
    return rows[np.linspace(0, rows.size - 1, _MOST_SAMPLES).astype(np.intp)]


def _rest(at_ms: NDArray[np.int64], soc_ratio: Floats, cells_v: Floats) -> Rest:
    usual_v = row_medians(cells_v.T)
    return Rest(
        at_ms=int(at_ms[at_ms.size // 2]),
        soc_ratio=float(np.median(soc_ratio)),
        typical_v=float(row_medians(usual_v[None, :])[0]),
        apart_v=deviations(usual_v[None, :], reach=_REACH)[0],
        cells_half_mv=np.rint(np.where(np.isfinite(usual_v), 2_000.0 * usual_v, -1.0)).astype(
            np.int16
        ),
    )
