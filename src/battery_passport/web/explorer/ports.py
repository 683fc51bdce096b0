"""What the ledger's pages need from the rest of the platform.

In: nothing. Out: the ports that `assembly/sites/explorer.py` fills, gathered in `ExplorerServices`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.web.explorer.record_views import RecordName, RecordShelf, RecordWay
from battery_passport.web.explorer.views import (
    AnchorLine,
    BlockLine,
    BlockSheet,
    CheckpointLine,
    CheckpointSheet,
    EpochLine,
    LedgerOverview,
)
from battery_passport.web.reading.views import Sight


class Ledger(Protocol):
    """The ledger as everybody may look at it; what is asked often is kept for seconds."""

    def overview(self) -> LedgerOverview:
        """Return the ledger at a glance, without the chain's part while no node answers."""

    def checkpoints(self, *, below: int | None, limit: int) -> Sequence[CheckpointLine]:
        """Return checkpoints of sizes below one, the greatest first."""

    def checkpoint(self, size: int) -> CheckpointSheet | None:
        """Return the checkpoint of a size."""

    def anchors(self, *, below: int | None, limit: int) -> Sequence[AnchorLine]:
        """Return anchors of sizes below one, the greatest first."""

    def epochs(self, *, before: int | None, limit: int) -> Sequence[EpochLine]:
        """Return state epochs with numbers below one, the newest first."""

    def blocks(self, *, below: int | None, limit: int) -> Sequence[BlockLine]:
        """Return blocks with numbers below one, the newest first. Raises: ChainUnavailable."""

    def block(self, number: int) -> BlockSheet | None:
        """Return a block; None if the chain has none of that number. Raises: ChainUnavailable."""


class Records(Protocol):
    """Records of one battery. Whoever asks has decided what the reader may see."""

    def shelf(
        self, identifier: BatteryIdentifier, sight: Sight, *, batch_page: int | None
    ) -> RecordShelf | None:
        """Return the records that a sight shows; None if there is no passport.

        `batch_page` counts from 1; None for readers who may not see batches.
        """

    def way(
        self, identifier: BatteryIdentifier, name: RecordName, sight: Sight, *, is_own: bool
    ) -> RecordWay | None:
        """Return one record's way, None if the sight shows no such record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplorerServices:
    """All that the pages are given."""

    ledger: Ledger
    records: Records
