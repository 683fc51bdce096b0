"""The weakest cell: the one that lies lowest against its neighbours when the battery is emptier.

In: rests in the order of time. Out: a cell and how far it lies below, or nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.imbalance.neighbours import row_medians, spread
from battery_passport.diagnostics.imbalance.rests import Rest
from battery_passport.foundation.clock import DAY_MS
from battery_passport.foundation.strict_json import JsonObject

NEWEST_DAYS = 30
FEWEST_RESTS = 8
_REACH = 16
_LEAST_SPREAD_V = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakestCell:
    """A cell, counted from 0; every pack has one, and it need not be faulty.

    `score` is the deviation over how far healthy cells lie apart. Units: volts.
    """

    cell: int
    deviation_v: float
    score: float
    rests: int

    def as_json(self) -> JsonObject:
        """Return the cell, counted from 1, as `diagnose --json` prints it."""
        return {
            "cell": self.cell + 1,
            "deviation_mv": round(1_000 * self.deviation_v, 1),
            "score": round(self.score, 1),
            "rests": self.rests,
        }


def weakest_cell(rests: Sequence[Rest]) -> WeakestCell | None:
    """Return the weakest cell of the newest month; None for too few rests."""
    if not rests:
        return None
    newest = [each for each in rests if each.at_ms > rests[-1].at_ms - NEWEST_DAYS * DAY_MS]
    if len(newest) < FEWEST_RESTS:
        return None
    middle = float(np.median([each.soc_ratio for each in newest]))
    emptier = [each.apart_v for each in newest if each.soc_ratio <= middle]
    apart_v = row_medians(np.array(emptier).T)
    if not np.isfinite(apart_v).any():
        return None
    cell = int(np.nanargmin(apart_v))
    usual_v = max(_LEAST_SPREAD_V, float(spread(apart_v, reach=_REACH)[cell]))
    return WeakestCell(
        cell=cell,
        deviation_v=float(apart_v[cell]),
        score=float(apart_v[cell]) / usual_v,
        rests=len(emptier),
    )
