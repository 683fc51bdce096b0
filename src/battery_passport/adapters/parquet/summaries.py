"""Figures of a column over all batteries: one question to in-process DuckDB.

In: parts in force. Out: count, lowest, highest and mean value by battery.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import duckdb
import pyarrow as pa
import pyarrow.parquet

from battery_passport.adapters.parquet.file_format import described
from battery_passport.adapters.parquet.part_files import PartFiles
from battery_passport.telemetry.columns import is_column_name
from battery_passport.telemetry.errors import InvalidSamples
from battery_passport.telemetry.history import ColumnSummary, HistoryPart

# Parquet is built in; nothing is to be fetched or loaded from elsewhere.
_CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "threads": 2,
}

_Found = tuple[int, int, int, int]


class Summariser:
    """Asks over the files of parts."""

    def __init__(self, files: PartFiles) -> None:
        self._files = files
        self._known: dict[str, dict[str, bool]] = {}

    def summarise(self, column: str, parts: Sequence[HistoryPart]) -> list[ColumnSummary]:
        """Return each battery's figures of a column with one value per sample.

        Raises: InvalidSamples for what is no name of a column; HistoryDamaged.
        """
        if not is_column_name(column):
            raise InvalidSamples(f"{column!r} is no name of a column.")
        owners = {self._files.whole_path(part): part.battery_id for part in parts}
        with_it = [path for path in owners if self._has(path, column)]
        by_battery: dict[UUID, list[_Found]] = {}
        for path, *found in self._ask(column, with_it):
            by_battery.setdefault(owners[path], []).append((found[0], found[1], found[2], found[3]))
        return [_summary(key, found) for key, found in by_battery.items()]

    def _has(self, path: str, column: str) -> bool:
        """Return whether a file holds the column with one value per sample; files never change."""
        known = self._known.setdefault(column, {})
        if path not in known:
            widths = described(pa.parquet.read_schema(path).metadata, path).widths
            known[path] = widths.get(column) == 0
        return known[path]

    def _ask(self, column: str, paths: list[str]) -> Iterable[tuple[str, int, int, int, int]]:
        if not paths:
            return []
        query = (
            f'SELECT filename, count("{column}"), min("{column}"), max("{column}"),'  # noqa: S608 - checked name
            f' sum("{column}")::HUGEINT'
            " FROM read_parquet(?, filename=true)"
            f' GROUP BY filename HAVING count("{column}") > 0'
        )
        # One for each question: what a thread still holds when the process ends cannot be freed.
        with duckdb.connect(":memory:", config=_CONFIGURATION) as database:
            return database.execute(query, [paths]).fetchall()


def _summary(battery_id: UUID, found: Sequence[_Found]) -> ColumnSummary:
    count = sum(part[0] for part in found)
    return ColumnSummary(
        battery_id=battery_id,
        count=count,
        low=min(part[1] for part in found),
        high=max(part[2] for part in found),
        mean=sum(part[3] for part in found) / count,
    )
