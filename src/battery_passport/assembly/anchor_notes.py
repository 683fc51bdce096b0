"""What this installation remembers of its anchors, kept true to what the chain holds now.

In: the chain. Out: notes beside the checkpoints. The chain is the authority: after a roll-back the
notes of what vanished are taken back before anything is sent anew.
"""

import logging
from collections.abc import Iterator, Sequence

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.log import NotedAnchor, SqlCheckpointStore
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.anchoring import NO_ROOT, count_unmoved
from battery_passport.ledger.model import Anchor, AnchorReceipt
from battery_passport.ledger.ports import AnchorLedger

_LOG = logging.getLogger(__name__)
_AT_ONCE = 256


class AnchorNotes:
    """Which checkpoints are anchored, and in which blocks."""

    def __init__(self, database: Database) -> None:
        self.rolled_back = 0
        """Notes taken back since the process began, because the chain no longer bore them out."""

        self._database = database

    def reconcile(self, chain: AnchorLedger) -> None:
        """Take back the notes that the chain does not bear out, and note what it holds besides.

        Raises: ChainUnavailable.
        """
        with self._database.read() as connection:
            newest = SqlCheckpointStore(connection).latest_anchored()
        if newest is not None and not _stands(newest, chain):
            newest = self._take_back(chain)
        latest = chain.latest()
        number = -1 if newest is None else newest.number
        if latest is None or latest.number <= number:
            return
        block = 0 if newest is None else newest.block_number or 0
        found = chain.receipts(from_block=block)
        self.note([each for each in found if each.anchor.number > number], chain.finality)

    def note(self, receipts: Sequence[AnchorReceipt], finality: str) -> None:
        """Remember where checkpoints are anchored."""
        with self._database.write() as connection:
            store = SqlCheckpointStore(connection)
            for receipt in receipts:
                anchor = receipt.anchor
                details = _details(receipt, finality)
                store.mark_anchored(anchor.head.size, anchor=details, moment=anchor.anchored_at)

    def _take_back(self, chain: AnchorLedger) -> NotedAnchor | None:
        """Forget every note behind the newest that still stands; return that one."""
        kept = next((each for each in self._unmoved(chain)), None)
        size = 0 if kept is None else kept.checkpoint.head.size
        with self._database.write() as connection:
            gone = SqlCheckpointStore(connection).unmark_anchored(beyond_size=size)
        self.rolled_back += gone
        _LOG.warning(
            "the chain was rolled back: %d anchors behind %d entries are made anew", gone, size
        )
        return kept

    def _unmoved(self, chain: AnchorLedger) -> Iterator[NotedAnchor]:
        """Yield the newest note that stands, if there is one."""
        below: int | None = None
        while page := self._page(below):
            oldest_first = page[::-1]
            known = [each for each in oldest_first if each.block_hash is not None]
            unmoved = count_unmoved([_receipt(each) for each in known], chain)
            if unmoved:
                yield known[unmoved - 1]
                return
            yield from (each for each in page if each.block_hash is None and _stands(each, chain))
            below = oldest_first[0].checkpoint.head.size

    def _page(self, below_size: int | None) -> list[NotedAnchor]:
        with self._database.read() as connection:
            store = SqlCheckpointStore(connection)
            return store.noted_anchors(below_size=below_size, limit=_AT_ONCE)


def _stands(noted: NotedAnchor, chain: AnchorLedger) -> bool:
    """Tell whether the chain still holds an anchor as it was noted."""
    if noted.block_hash is not None and noted.block_number is not None:
        return chain.block_hash(noted.block_number) == noted.block_hash
    found = chain.find(noted.checkpoint.head)  # noted by an earlier release
    return found is not None and found.number == noted.number


def _receipt(noted: NotedAnchor) -> AnchorReceipt:
    head, moment = noted.checkpoint.head, noted.anchored_at
    return AnchorReceipt(
        anchor=Anchor(number=noted.number, head=head, previous_root=NO_ROOT, anchored_at=moment),
        transaction_hash=noted.transaction_hash or b"",
        block_number=noted.block_number or 0,
        block_hash=noted.block_hash or b"",
    )


def _details(receipt: AnchorReceipt, finality: str) -> JsonObject:
    return {
        "number": receipt.anchor.number,
        "block": receipt.block_number,
        "blockHash": receipt.block_hash.hex(),
        "transaction": receipt.transaction_hash.hex(),
        "ledger": finality,
    }
