"""The log and its anchors as the audit asks for them.

In: a read transaction, the chain. Out: ports of `proof.audit`, read a tile or a page at a time.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.log import NotedAnchor, SqlCheckpointStore, SqlTileStore
from battery_passport.adapters.sql.witnesses import WitnessStore
from battery_passport.assembly.installation import Installation
from battery_passport.ledger.audit import TileWalk
from battery_passport.ledger.model import Anchor, AnchorReceipt, SignedCheckpoint, TreeHead
from battery_passport.proof.ports import RememberedAnchor, StoredCosignature

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AnchorsThen:
    """What the chain held at one moment, so that it need not be kept waiting for an audit."""

    newest: Anchor | None
    made: Sequence[AnchorReceipt]

    def latest(self) -> Anchor | None:
        """Return the newest anchor."""
        return self.newest

    def receipts(self, *, from_block: int) -> Iterator[AnchorReceipt]:
        """Yield the anchors made in that block or later, the oldest first."""
        return (each for each in self.made if each.block_number >= from_block)


@contextmanager
def settled_view(
    installation: Installation, database: Database, *, from_block: int = 0
) -> Iterator[tuple[Connection, AnchorsThen]]:
    """Give a read transaction, and the chain's anchors of the same moment.

    Raises: ChainUnavailable, RoleTaken.
    """
    with ExitStack() as stack:
        with installation.anchoring.chain() as chain:
            if database is installation.database:
                installation.anchoring.notes.reconcile(chain)
            anchors = AnchorsThen(chain.latest(), list(chain.receipts(from_block=from_block)))
            connection = stack.enter_context(database.read())
            SqlCheckpointStore(connection).tree_head()  # the view is that of its first reading
        yield connection, anchors


class SqlStoredLog:
    """Fulfils `proof.ports.StoredLog`."""

    def __init__(self, connection: Connection) -> None:
        self._tiles = SqlTileStore(connection)
        self._checkpoints = SqlCheckpointStore(connection)
        self._witnesses = WitnessStore(connection)

    def head(self) -> TreeHead:
        """Return the recorded size and root."""
        return self._checkpoints.tree_head()

    def tiles(self, following: int, open_hashes: list[list[bytes]]) -> TileWalk:
        """Return a walk over the tiles from one on, each checked."""
        size = self.head().size
        return TileWalk(self._tiles, size, following=following, open_hashes=open_hashes)

    def checkpoints(self, *, beyond_size: int) -> Iterator[SignedCheckpoint]:
        """Yield every checkpoint of a greater size, the smallest first."""
        size = beyond_size
        while found := self._checkpoints.larger_than(size, limit=_AT_ONCE):
            yield from found
            size = found[-1].head.size

    def remembered_anchors(self, *, beyond_size: int) -> Iterator[RememberedAnchor]:
        """Yield what this home remembers of anchors of greater sizes, the smallest first."""
        size = beyond_size
        while found := self._checkpoints.anchored_beyond(size, limit=_AT_ONCE):
            yield from map(_remembered, found)
            size = found[-1].checkpoint.head.size

    def cosignatures(self, *, beyond_size: int) -> Iterator[StoredCosignature]:
        """Yield the cosignatures of checkpoints of greater sizes, the smallest first."""
        following = (beyond_size + 1, "")
        while found := self._witnesses.stored(following, limit=_AT_ONCE):
            for size, witness, line in found:
                yield StoredCosignature(size=size, witness=witness, line=line)
            following = (found[-1][0], found[-1][1])


def _remembered(noted: NotedAnchor) -> RememberedAnchor:
    return RememberedAnchor(
        head=noted.checkpoint.head,
        number=noted.number,
        block_number=noted.block_number,
        block_hash=noted.block_hash,
        transaction_hash=noted.transaction_hash,
        anchored_at=noted.anchored_at,
    )
