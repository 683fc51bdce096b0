"""What was usual until now: values that slowly follow what is measured.

In: measured values and how much each weighs. Out: the usual value, None before the first.
"""

import numpy as np

from battery_passport.safety.model import Booleans, Floats


class Usual:
    """A value that follows its measurements; what was not measured leaves it as it is."""

    def __init__(self) -> None:
        self.value: float | None = None

    def blend(self, measured: float, weight: float) -> None:
        """Move towards a measurement by its weight (0 to 1); the first one is taken whole."""
        if np.isnan(measured):
            return
        self.value = (
            measured if self.value is None else self.value + weight * (measured - self.value)
        )


class UsualCells:
    """Each cell's usual voltage as a ratio of the typical cell's, and the typical one itself."""

    def __init__(self) -> None:
        self._ratio: Floats = np.empty(0)
        self._typical = Usual()

    @property
    def typical_v(self) -> float:
        """The usual voltage of a typical cell, NaN before the first."""
        return float("nan") if self._typical.value is None else self._typical.value

    def is_known(self, cells: int) -> Booleans:
        """Return which cells have been measured before. Shape: (cells,)."""
        if self._ratio.size != cells:
            return np.zeros(cells, dtype=np.bool_)
        return np.isfinite(self._ratio)

    def left_ratio(self, cells_v: Floats, typical_v: float) -> Floats:
        """Return what is left of each cell's usual voltage, over what is left of the typical one's.

        1 where nothing is known. Shape: (cells,), empty before the first measurement.
        """
        if self._ratio.size != cells_v.size:
            return np.empty(0)
        left = cells_v / typical_v / self._ratio
        return np.where(np.isfinite(left), left, 1.0)

    def blend(self, cells_v: Floats, typical_v: float, weight: float) -> None:
        """Move towards measured voltages; a cell's first one is taken whole."""
        if np.isnan(typical_v):
            return
        if self._ratio.size != cells_v.size:
            self._ratio = np.full(cells_v.size, np.nan)
        ratio = cells_v / typical_v
        is_measured, is_new = np.isfinite(ratio), np.isnan(self._ratio)
        self._ratio = np.where(is_measured & is_new, ratio, self._ratio)
        follows = is_measured & ~is_new
        self._ratio[follows] += weight * (ratio[follows] - self._ratio[follows])
        self._typical.blend(typical_v, weight)
