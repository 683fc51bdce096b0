"""Measurements of batteries for pictures, from the history and from batches not yet in it.

In: an installation. Out: fulfils `web.measurements.ports.MeasurementBook`.
"""

from time import monotonic
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from battery_passport.adapters.parquet.history import ParquetHistory
from battery_passport.adapters.parquet.overviews import PartOverviews
from battery_passport.adapters.sql.projections import ProjectionStore
from battery_passport.assembly.evidence.live_history import LiveHistory
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.manifest import CommittedManifest
from battery_passport.foundation.clock import HOUR_MS
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.telemetry.errors import HistoryFileGone
from battery_passport.telemetry.overview import (
    COLUMNS,
    SpanSums,
    between,
    joined_sums,
    sums_of_table,
)
from battery_passport.telemetry.table import TelemetryTable
from battery_passport.web.measurements.ports import Measured, Window

MOST_SPANS: Final = 750
ROW_BY_ROW_MS: Final = 4 * 24 * HOUR_MS
"""Up to this length measurements are read themselves, beyond it their sums by the hour."""

_SHORT_MS: Final = (1_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000)
_HOURS: Final = (1, 2, 3, 6, 12, 24, 48, 168, 720)
_CHARGING_MA: Final = -1_500
_SAME_CHARGE_MS: Final = 600_000
_SHORTEST_CHARGE_MS: Final = 600_000
_AROUND_MS: Final = 300_000
_LOOK_BACK_MS: Final = 14 * 24 * HOUR_MS
_ATTEMPTS: Final = 5
_MOST_LATE: Final = 32
_MOST_SHOWN: Final = 16
_SAME_LOOK_S: Final = 2.0


class MergedMeanwhile(TemporarilyUnavailable):
    """Files were replaced as often as they were looked for."""

    code = "history-merged-meanwhile"
    remedy = "Try again in a moment."


class HistoryMeasurements:
    """Reads what there is; long windows by the hour."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        files = ParquetHistory(installation.home.history, CommittedManifest(installation.database))
        self._history = LiveHistory(installation.database, files, installation.evidence, keeps=True)
        self._by_hour = PartOverviews(
            installation.home.history, installation.home.folder / "overviews"
        )
        self._shown = dict[tuple[UUID, Window], tuple[float, Measured]]()
        self._late = dict[UUID, tuple[TelemetryTable, SpanSums]]()

    def measured(self, battery_id: UUID, window: Window) -> Measured:
        """Return the sums of a window; a page and its pictures, asked for at once, get the same."""
        now = monotonic()
        known = self._shown.get((battery_id, window))
        if known is not None and now - known[0] < _SAME_LOOK_S:
            return known[1]
        found = self._measured(battery_id, window)
        if len(self._shown) >= _MOST_SHOWN:
            self._shown.clear()
        self._shown[battery_id, window] = (now, found)
        return found

    def _measured(self, battery_id: UUID, window: Window) -> Measured:
        start_ms, end_ms = window
        length_ms = max(1, end_ms - start_ms)
        if length_ms <= ROW_BY_ROW_MS:
            span_ms = next(each for each in _SHORT_MS if length_ms / each <= MOST_SPANS)
            table = self._history.read(
                battery_id, columns=COLUMNS, start_ms=start_ms, end_ms=end_ms
            )
            return Measured(window, span_ms, sums_of_table(table, span_ms))
        factor = next((each for each in _HOURS if length_ms / HOUR_MS / each <= MOST_SPANS), 720)
        by_hour = self._hours(battery_id, window)
        within = between(by_hour, start_ms // HOUR_MS, -(-end_ms // HOUR_MS))
        return Measured(window, factor * HOUR_MS, joined_sums([within], factor=factor))

    def _hours(self, battery_id: UUID, window: Window) -> SpanSums:
        """Return the sums of files and of what waits to enter them, by the hour."""
        start_ms, end_ms = window
        for _ in range(_ATTEMPTS):
            parts, waiting = self._history.view(battery_id)
            within = (part for part in parts if part.first_ms < end_ms and part.last_ms >= start_ms)
            try:
                return joined_sums(
                    [self._by_hour.by_hour(within), self._waiting(battery_id, waiting)]
                )
            except HistoryFileGone:
                continue  # merged meanwhile: the manifest names another file
        raise MergedMeanwhile("The battery's history was rewritten again and again.")

    def _waiting(self, battery_id: UUID, waiting: TelemetryTable) -> SpanSums:
        """Return the sums of what waits, which are the same as long as the same waits."""
        known = self._late.get(battery_id)
        if known is not None and known[0] is waiting:
            return known[1]
        sums = sums_of_table(waiting, HOUR_MS)
        if len(self._late) >= _MOST_LATE:
            self._late.clear()
        self._late[battery_id] = (waiting, sums)
        return sums

    def latest(self, battery_id: UUID) -> int | None:
        """Return when a battery was last measured."""
        with self._installation.database.read() as connection:
            return ProjectionStore(connection).last_sample_ms(battery_id)

    def last_charge(self, battery_id: UUID) -> Window | None:
        """Return the last charge of the last two weeks."""
        latest = self.latest(battery_id)
        if latest is None:
            return None
        table = self._history.read(
            battery_id, columns={"current_ma"}, start_ms=latest - _LOOK_BACK_MS, end_ms=latest + 1
        )
        current = table.columns.get("current_ma")
        if current is None:
            return None
        charge = last_charge_in(table.sampled_at_ms, current)
        return None if charge is None else (charge[0] - _AROUND_MS, charge[1] + _AROUND_MS)


def last_charge_in(times: NDArray[np.int64], current: NDArray[np.int64]) -> Window | None:
    """Return the last stretch of charging alone that is longer than any braking."""
    rows = np.flatnonzero((current < _CHARGING_MA) & (current > -3_000_000))
    if not rows.shape[0]:
        return None
    breaks = np.flatnonzero((np.diff(rows) > 1) | (np.diff(times[rows]) > _SAME_CHARGE_MS))
    starts = times[rows[np.concatenate(([0], breaks + 1))]]
    ends = times[rows[np.concatenate((breaks, [rows.shape[0] - 1]))]]
    charges = np.flatnonzero(ends - starts >= _SHORTEST_CHARGE_MS)
    if not charges.shape[0]:
        return None
    return int(starts[charges[-1]]), int(ends[charges[-1]])
