"""The transparency log at rest: tiles, the tree head, checkpoints and where they are anchored.

In: tiles and checkpoints. Out: the same; writes belong to the transaction that numbers facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, insert, null, select, update

from battery_passport.adapters.sql.schema import checkpoints, log_heads, log_tiles
from battery_passport.adapters.sql.upserts import insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.model import EMPTY_TREE, SignedCheckpoint, TreeHead

_ONLY_LOG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedAnchor:
    """A checkpoint with its anchor as noted here; block and hash are None if not known."""

    checkpoint: SignedCheckpoint
    number: int
    block_number: int | None
    anchored_at: datetime
    block_hash: bytes | None = None
    transaction_hash: bytes | None = None
    finality: str = ""


class SqlTileStore:
    """Fulfils `ledger.ports.TileStore` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, level: int, index: int) -> bytes | None:
        """Return the widest content stored for a tile, or None."""
        query = select(log_tiles.c.octets).where(
            log_tiles.c.level == level, log_tiles.c.tile_index == index
        )
        return self._connection.execute(query).scalar()

    def put(self, level: int, index: int, content: bytes) -> None:
        """Store a tile's content in place of what was there."""
        row = {"level": level, "tile_index": index, "octets": content}
        insert_or_update(self._connection, log_tiles, [row], keys=["level", "tile_index"])


class SqlCheckpointStore:
    """Fulfils `ledger.ports.CheckpointStore` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tree_head(self) -> TreeHead:
        """Return the recorded tree head; the empty tree before the first."""
        row = self._connection.execute(select(log_heads)).first()
        return EMPTY_TREE if row is None else TreeHead(size=row.size, root=row.root)

    def record_tree_head(self, head: TreeHead) -> None:
        """Keep the size and root of the tree."""
        row = {"log": _ONLY_LOG, "size": head.size, "root": head.root}
        insert_or_update(self._connection, log_heads, [row], keys=["log"])

    def latest(self) -> SignedCheckpoint | None:
        """Return the checkpoint of the greatest size."""
        query = select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _checkpoint(row)

    def of_size(self, size: int) -> SignedCheckpoint | None:
        """Return the checkpoint of that size."""
        query = select(checkpoints).where(checkpoints.c.size == size)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _checkpoint(row)

    def add(self, checkpoint: SignedCheckpoint) -> None:
        """Keep a checkpoint."""
        row = {
            "size": checkpoint.head.size,
            "root": checkpoint.head.root,
            "note": checkpoint.note.decode("utf-8"),
            "made_at_ms": unix_ms(checkpoint.signed_at),
        }
        self._connection.execute(insert(checkpoints), [row])

    def larger_than(self, size: int, *, limit: int) -> Sequence[SignedCheckpoint]:
        """Return up to `limit` checkpoints of a greater size, the smallest first."""
        query = select(checkpoints).where(checkpoints.c.size > size).order_by(checkpoints.c.size)
        rows = self._connection.execute(query.limit(limit)).mappings()
        return [_checkpoint(row) for row in rows]

    def count_larger_than(self, size: int) -> tuple[int, datetime | None]:
        """Return how many checkpoints are greater, and when the smallest of them was signed."""
        query = select(func.count(), func.min(checkpoints.c.made_at_ms))
        number, oldest_ms = self._connection.execute(query.where(checkpoints.c.size > size)).one()
        return number, None if oldest_ms is None else from_unix_ms(oldest_ms)

    def mark_anchored(self, size: int, *, anchor: JsonObject, moment: datetime) -> None:
        """Remember where a checkpoint is anchored; the chain remains the authority."""
        self._connection.execute(
            update(checkpoints)
            .where(checkpoints.c.size == size)
            .values(anchored_at_ms=unix_ms(moment), anchor=anchor)
        )

    def unmark_anchored(self, *, beyond_size: int) -> int:
        """Forget the anchors of greater checkpoints; return how many those were."""
        gone = update(checkpoints).where(
            checkpoints.c.size > beyond_size, checkpoints.c.anchored_at_ms.is_not(None)
        )
        return self._connection.execute(gone.values(anchored_at_ms=None, anchor=null())).rowcount

    def noted_anchors(self, *, below_size: int | None, limit: int) -> list[NotedAnchor]:
        """Return up to `limit` noted anchors, the greatest first, of checkpoints below a size."""
        query = select(checkpoints).where(checkpoints.c.anchored_at_ms.is_not(None))
        if below_size is not None:
            query = query.where(checkpoints.c.size < below_size)
        rows = self._connection.execute(query.order_by(checkpoints.c.size.desc()).limit(limit))
        return [_noted(row) for row in rows.mappings()]

    def anchored_beyond(self, size: int, *, limit: int) -> list[NotedAnchor]:
        """Return up to `limit` noted anchors, the smallest first, of checkpoints beyond a size."""
        query = select(checkpoints).where(
            checkpoints.c.anchored_at_ms.is_not(None), checkpoints.c.size > size
        )
        rows = self._connection.execute(query.order_by(checkpoints.c.size).limit(limit))
        return [_noted(row) for row in rows.mappings()]

    def latest_anchored(self) -> NotedAnchor | None:
        """Return the greatest checkpoint known to be anchored, with its anchor."""
        query = select(checkpoints).where(checkpoints.c.anchored_at_ms.is_not(None))
        query = query.order_by(checkpoints.c.size.desc()).limit(1)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _noted(row)

    def first_covering(self, log_index: int) -> NotedAnchor | None:
        """Return the smallest anchored checkpoint whose log holds that entry."""
        query = (
            select(checkpoints)
            .where(checkpoints.c.size > log_index, checkpoints.c.anchored_at_ms.is_not(None))
            .order_by(checkpoints.c.size)
            .limit(1)
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _noted(row)


def _noted(row: RowMapping) -> NotedAnchor:
    details = row["anchor"]
    return NotedAnchor(
        checkpoint=_checkpoint(row),
        number=details["number"],
        block_number=details.get("block"),
        anchored_at=from_unix_ms(row["anchored_at_ms"]),
        block_hash=_hash(details.get("blockHash")),
        transaction_hash=_hash(details.get("transaction")),
        finality=details.get("ledger", ""),
    )


def _hash(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


def _checkpoint(row: RowMapping) -> SignedCheckpoint:
    return SignedCheckpoint(
        head=TreeHead(size=row["size"], root=row["root"]),
        note=row["note"].encode("utf-8"),
        signed_at=from_unix_ms(row["made_at_ms"]),
    )
