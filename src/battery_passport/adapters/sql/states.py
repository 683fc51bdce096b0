"""State epochs at rest: which passport version is the latest of each battery, and its proof.

In: new leaves at the end of a write transaction. Out: epochs with their facts; proofs by key.
The newest epochs' trees are kept; what older ones held can be told from the passport versions.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, RowMapping, and_, delete, exists, insert, select

from battery_passport.adapters.sql.acts import NO_BATTERY
from battery_passport.adapters.sql.facts import Announcement, FactStore
from battery_passport.adapters.sql.schema import credentials, facts
from battery_passport.adapters.sql.schema_states import state_epochs, state_tiles
from battery_passport.adapters.sql.upserts import insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.ledger.state_proof import StateProof
from battery_passport.ledger.state_tiles import StateTree, write_leaves
from battery_passport.ledger.state_tree import StateEpoch, StateLeaf

STATE_RECORDED = "state-recorded"
EPOCHS_KEPT = 32
"""Trees of so many epochs can be proven from: until the newest is anchored, an older one is used"""


class LoggedState(NamedTuple):
    """A leaf under its epoch's root, with the salt and place of the epoch's log entry."""

    leaf: StateLeaf
    proof: StateProof
    salt: bytes
    log_index: int


class LoggedEpoch(NamedTuple):
    """An epoch with the salt and place of its log entry."""

    epoch: StateEpoch
    salt: bytes
    log_index: int


class StoredEpoch(NamedTuple):
    """An epoch as it is stored: what it says, its record, how much of the outbox it covers."""

    epoch_id: UUID
    epoch: StateEpoch
    record: bytes
    through_position: int


class SqlStateTiles:
    """Fulfils `ledger.ports.TileStore` for one epoch; a tile that it has not is an older one's."""

    def __init__(self, connection: Connection, epoch: int) -> None:
        self._connection = connection
        self._epoch = epoch

    def get(self, level: int, index: int) -> bytes | None:
        """Return a tile as of the epoch."""
        query = (
            select(state_tiles.c.octets)
            .where(
                state_tiles.c.level == level,
                state_tiles.c.tile_index == index,
                state_tiles.c.epoch <= self._epoch,
            )
            .order_by(state_tiles.c.epoch.desc())
            .limit(1)
        )
        return self._connection.execute(query).scalar()

    def put(self, level: int, index: int, content: bytes) -> None:
        """Store a tile from this epoch on."""
        row = {"level": level, "tile_index": index, "epoch": self._epoch, "octets": content}
        keys = ["level", "tile_index", "epoch"]
        insert_or_update(self._connection, state_tiles, [row], keys=keys)


class StateStore:
    """State epochs within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def latest_state(self, key: bytes, *, under_size: int | None = None) -> LoggedState | None:
        """Return the latest version of a passport, with its proof under the newest logged epoch.

        `under_size` asks for an epoch that a checkpoint of that size covers. None if there is no
        such epoch, or none that knows the key, or its tree is no longer kept.
        """
        for logged in self.logged(limit=EPOCHS_KEPT):
            if under_size is None or logged.log_index < under_size:
                return self._prove(key, logged)
        return None

    def _prove(self, key: bytes, logged: LoggedEpoch) -> LoggedState | None:
        epoch = logged.epoch
        tree = StateTree(SqlStateTiles(self._connection, epoch.number), epoch.size)
        index = tree.find(key)
        if index is None:
            return None
        proof = StateProof(epoch=epoch, index=index, path=tree.path(index))
        return LoggedState(tree.leaf(index), proof, logged.salt, logged.log_index)

    def newest(self) -> StoredEpoch | None:
        """Return the newest epoch, logged or about to be."""
        query = select(state_epochs).order_by(state_epochs.c.number.desc()).limit(1)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _stored(row)

    def by_id(self, epoch_id: UUID) -> StoredEpoch | None:
        """Return the epoch of that id."""
        query = select(state_epochs).where(state_epochs.c.epoch_id == str(epoch_id))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _stored(row)

    def logged(self, *, limit: int, before: int | None = None) -> Iterator[LoggedEpoch]:
        """Yield those of `limit` epochs that have a log index: the newest, with numbers below."""
        query = select(state_epochs).order_by(state_epochs.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(state_epochs.c.number < before)
        store = FactStore(self._connection)
        for row in self._connection.execute(query).mappings().fetchall():
            fact = store.by_digest(sha256(row["record"]))
            if fact is not None and fact.log_index is not None:
                yield LoggedEpoch(_epoch(row), fact.salt, fact.log_index)

    def records_after(self, position: int, *, kind: str) -> list[bytes]:
        """Return the records of credentials announced, by facts of that kind, after a position."""
        query = (
            select(credentials.c.record)
            .join(facts, credentials.c.credential_id == facts.c.record_id)
            .where(facts.c.position > position, facts.c.kind == kind)
            .order_by(facts.c.position)
        )
        return list(self._connection.execute(query).scalars())

    def open_epoch(
        self, leaves: Iterable[StateLeaf], *, through_position: int, moment: datetime
    ) -> StateEpoch:
        """Save the next epoch, with these leaves over those of the last, and its fact.

        Every passport version announced so far must be in it: the caller's transaction is the only
        one that writes.
        """
        before = self.newest()
        number, size = (1, 0) if before is None else (before.epoch.number + 1, before.epoch.size)
        tiles = SqlStateTiles(self._connection, number)
        size = write_leaves(tiles, size, leaves)
        as_of = from_unix_ms(unix_ms(moment))
        root = StateTree(tiles, size).root()
        epoch = StateEpoch(number=number, as_of=as_of, size=size, root=root)
        stored = StoredEpoch(new_uuid7(moment), epoch, epoch.encode(), through_position)
        self._add(stored, moment)
        self._forget_tiles_before(number - EPOCHS_KEPT)
        return epoch

    def _add(self, stored: StoredEpoch, moment: datetime) -> None:
        row = {
            "number": stored.epoch.number,
            "epoch_id": str(stored.epoch_id),
            "as_of_ms": unix_ms(stored.epoch.as_of),
            "size": stored.epoch.size,
            "root": stored.epoch.root,
            "record": stored.record,
            "through_position": stored.through_position,
        }
        self._connection.execute(insert(state_epochs), [row])
        announcement = Announcement(
            kind=STATE_RECORDED,
            battery_id=NO_BATTERY,
            digest=sha256(stored.record),
            record_id=stored.epoch_id,
        )
        FactStore(self._connection).announce(announcement, moment)

    def _forget_tiles_before(self, oldest_kept: int) -> None:
        """Remove tiles that every epoch from `oldest_kept` on has a newer content of."""
        newer = state_tiles.alias("newer")
        replaced = exists().where(
            and_(
                newer.c.level == state_tiles.c.level,
                newer.c.tile_index == state_tiles.c.tile_index,
                newer.c.epoch > state_tiles.c.epoch,
                newer.c.epoch <= oldest_kept,
            )
        )
        self._connection.execute(delete(state_tiles).where(replaced))


def _stored(row: RowMapping) -> StoredEpoch:
    return StoredEpoch(
        UUID(row["epoch_id"]), _epoch(row), row["record"], int(row["through_position"])
    )


def _epoch(row: RowMapping) -> StateEpoch:
    return StateEpoch(
        number=row["number"],
        as_of=from_unix_ms(row["as_of_ms"]),
        size=row["size"],
        root=row["root"],
    )
