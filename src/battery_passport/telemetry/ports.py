"""What telemetry needs from outside: source tables, and where history and its manifest are kept.

In: nothing. Out: protocols that adapters fulfil and assembly joins.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.history import ColumnSummary, HistoryPart
from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.table import TelemetryTable


class SourceTable(Protocol):
    """A telematics file that has been opened: named columns of equally many rows."""

    @property
    def file_name(self) -> str:
        """The file's name without its folder."""

    @property
    def column_names(self) -> Sequence[str]:
        """The columns in the order of the file."""

    @property
    def row_count(self) -> int:
        """The number of rows."""

    def numbers(self, name: str, start: int, stop: int) -> NDArray[np.float64]:
        """Return rows start..stop-1 of a numeric column, NaN where there is no value.

        Raises: UnreadableSource if the column holds something else than numbers.
        """

    def texts(self, name: str, start: int, stop: int) -> Sequence[str | None]:
        """Return rows start..stop-1 of any column as text, None where there is no value."""


class ManifestStore(Protocol):
    """Keeps which files make up the history; the only word on which of them count."""

    def history_parts(self, battery_id: UUID | None = None) -> Sequence[HistoryPart]:
        """Return the parts in force, of a battery or of all."""

    def add_history_part(self, part: HistoryPart) -> None:
        """Record a part in place of those that it replaces."""


class History(Protocol):
    """Measurements by battery and time, derived from the evidence and read back as tables."""

    def read(
        self,
        battery_id: UUID,
        *,
        columns: Collection[str] | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> TelemetryTable:
        """Return the rows with start_ms <= time < end_ms, with all or the named columns.

        Over the whole time it equals `assemble_table` over the same batches.
        Raises: HistoryDamaged.
        """

    def summarise(self, column: str) -> Sequence[ColumnSummary]:
        """Return each battery's figures of a column that has one value per sample."""


class HistoryParts(Protocol):
    """The files behind a history. One compactor at a time; readers are free."""

    def compact(self, battery_id: UUID, batches: Iterable[DecodedBatch]) -> Sequence[HistoryPart]:
        """Write the batches that are not yet in the history, and return the durable new parts.

        The caller records them with `ManifestStore.add_history_part`; until then nothing changes
        for readers. Batches that are in already change nothing.
        Raises: HistoryDamaged if a part is not what the manifest names.
        """

    def merge(self, battery_id: UUID) -> Sequence[HistoryPart]:
        """Write parts that are due to become one, and return the durable new parts, as `compact`.

        Raises: HistoryDamaged.
        """

    def forget(self, battery_id: UUID, digests: Collection[bytes]) -> Sequence[HistoryPart]:
        """Write the parts with rows of these batches anew without them, as `compact`.

        Raises: HistoryDamaged.
        """

    def remove_superseded(self, battery_id: UUID) -> int:
        """Remove files that the manifest does not name any more; return how many."""
