"""Which of many batches can raise an alarm at all, asked of all of them at once.

In: columns of batches, what insulation was usual. Out: one answer a batch, and its insulation.
The rule needs two signals of four in one sample. What is asked here is at least as wide as the rule
itself and costs microseconds a batch; only what passes is looked at sample by sample.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from battery_passport.safety.limits import (
    EMPTY_PACK_MV,
    FALLEN_RATIO,
    SIGNALS_NEEDED,
    ThermalLimits,
)
from battery_passport.safety.model import Booleans, Floats
from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.model import NULL, Columns

Integers = NDArray[np.int64]

_PROBES, _CELLS = "probe_temperature_dc", "cell_voltage_mv"


def screen(
    counts: Sequence[int],
    batches: Sequence[Columns],
    *,
    of: NDArray[np.intp],
    usual_kohm: Floats,
    limits: ThermalLimits | None = None,
) -> tuple[Booleans, Integers]:
    """Return which batches can raise an alarm, and each one's highest insulation in kΩ.

    `of` gives each batch its battery, `usual_kohm` at least what was usual of each battery before,
    NaN where nothing is known; the insulation is NULL where none was measured.
    Shape: (batches,); usual_kohm (batteries,). Each batch has a sample or more.
    """
    rule = limits or ThermalLimits()
    sizes = np.array(counts, dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    rows = _Rows(batches, sizes, starts)
    insulation = rows.narrow("insulation_kohm")
    insulation[np.isin(insulation, COLUMN_BY_NAME["insulation_kohm"].sentinels)] = NULL
    highest = np.maximum.reduceat(insulation, starts)
    usual = usual_kohm.copy()
    np.fmax.at(usual, of, np.where(highest == NULL, np.nan, highest))
    lost = _may_be_lost(insulation, rows, np.repeat(usual[of], sizes), rule)
    others = rows.hot(rule).astype(np.int8) + rows.own_alarm(rule) + lost
    certain = np.logical_or.reduceat(others >= SIGNALS_NEEDED, starts)
    for place in np.flatnonzero(np.logical_or.reduceat(others == 1, starts) & ~certain).tolist():
        start = int(starts[place])
        alone = others[start : start + counts[place]] == 1
        certain[place] = _may_have_collapsed(batches[place], alone)
    return certain, highest


class _Rows:
    """The samples of all batches one after the other; what a batch has not measured is NULL."""

    def __init__(self, batches: Sequence[Columns], sizes: Integers, starts: Integers) -> None:
        self._batches, self._starts = batches, starts
        self._count = int(sizes.sum())
        self._nothing = np.full(int(sizes.max(initial=0)), NULL, dtype=np.int64)
        self._sizes: list[int] = sizes.tolist()

    def narrow(self, name: str) -> Integers:
        found = [each.get(name) for each in self._batches]
        if all(each is None for each in found):
            return np.full(self._count, NULL, dtype=np.int64)
        return np.concatenate(
            [
                self._nothing[:size] if each is None else each
                for each, size in zip(found, self._sizes, strict=True)
            ]
        )

    def hot(self, rule: ThermalLimits) -> Booleans:
        least_dc = 10.0 * min(rule.hot_celsius, rule.warm_celsius)
        hot: Booleans = self.narrow("temperature_max_dc") >= least_dc
        by_width: dict[int, list[int]] = {}
        for place, each in enumerate(self._batches):
            probes = each.get(_PROBES)
            if probes is not None and probes.size:
                by_width.setdefault(probes.size // self._sizes[place], []).append(place)
        for width, places in by_width.items():
            probes = np.concatenate([self._batches[each][_PROBES].ravel() for each in places])
            found: Booleans = np.any(probes.reshape(-1, width) >= least_dc, axis=1)
            self._mark(hot, places, found)
        return hot

    def _mark(self, marked: Booleans, places: Sequence[int], found: Booleans) -> None:
        """Set what was found in some batches; mostly nothing was."""
        if not found.any():
            return
        first = 0
        for place in places:
            past = first + self._sizes[place]
            start = int(self._starts[place])
            marked[start : start + past - first] |= found[first:past]
            first = past

    def own_alarm(self, rule: ThermalLimits) -> Booleans:
        level = self.narrow("bms_warning_level")
        highest = COLUMN_BY_NAME["bms_warning_level"].high
        alarm: Booleans = (level >= rule.highest_own_level) & (level <= highest)
        alarm |= self.narrow("thermal_alarm") == 1
        return alarm


def _may_be_lost(
    insulation: Integers, rows: _Rows, usual_kohm: Floats, rule: ThermalLimits
) -> Booleans:
    known = insulation >= 0
    if not known.any():
        return known
    pack_v = rows.narrow("pack_voltage_mv") / 1_000.0
    unsafe = 1_000.0 * insulation < rule.insulation_ohm_per_v * pack_v
    lost: Booleans = known & (unsafe | (insulation < rule.insulation_fall_ratio * usual_kohm))
    return lost


def _may_have_collapsed(columns: Columns, alone: Booleans) -> bool:
    cells = columns.get(_CELLS)
    if cells is None or not cells.size:
        return False
    cells = cells.reshape(alone.size, -1)[alone]
    highest = cells.max(axis=1)
    lowest = np.where(cells == NULL, np.iinfo(np.int64).max, cells).min(axis=1)
    fallen = lowest <= np.maximum(FALLEN_RATIO * highest, EMPTY_PACK_MV)
    return bool((fallen & (highest != NULL)).any())
