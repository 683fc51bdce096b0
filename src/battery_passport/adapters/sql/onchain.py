"""Passport versions on their way into the ledger's registry, within one transaction.

In: work that facts have made, prepared batches. Out: what waits, leaves and where they lie.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from battery_passport.adapters.sql.schema import batteries, credentials, events
from battery_passport.adapters.sql.schema_ledger_keys import ledger_tokens
from battery_passport.adapters.sql.schema_onchain import (
    issued_batches,
    issued_leaves,
    registry_work,
)
from battery_passport.adapters.sql.upserts import insert_or_ignore
from battery_passport.foundation.clock import unix_ms
from battery_passport.ledger.onchain.batch_tree import NO_DIGEST, PassportLeaf
from battery_passport.ledger.onchain.statuses import StatusCode

_AT_ONCE = 500
"""Values named in one query; databases limit them."""


class WorkKind(StrEnum):
    """What the registry is to be told."""

    VERSION = "version"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryWork:
    """A record that the registry is to be told of, and why that failed so far."""

    record_id: UUID
    kind: WorkKind
    battery_id: UUID
    since: datetime
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedLeaf:
    """A passport version as a leaf, with what opens it."""

    leaf: PassportLeaf
    leaf_hash: bytes
    battery_id: UUID
    credential_id: UUID
    commitment_salt: bytes
    evidence_salt: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedBatch:
    """A batch; `number` is None until the chain has it."""

    root: bytes
    size: int
    from_block: int
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLeaf:
    """Where a battery's leaf lies."""

    leaf: PassportLeaf
    batch: PreparedBatch
    index: int


class OnchainStore:
    """Work, batches and leaves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_work(self, work: Sequence[RegistryWork]) -> None:
        """Save work; what is there already stays as it is."""
        rows = [
            {
                "record_id": str(each.record_id),
                "kind": each.kind.value,
                "battery_id": str(each.battery_id),
                "since_ms": unix_ms(each.since),
            }
            for each in work
        ]
        insert_or_ignore(self._connection, registry_work, rows)

    def waiting(self, kind: WorkKind, limit: int) -> list[tuple[UUID, UUID]]:
        """Return (record, battery) of waiting work, what never failed first, then the oldest."""
        query = (
            select(registry_work.c.record_id, registry_work.c.battery_id)
            .where(registry_work.c.kind == kind.value)
            .order_by(registry_work.c.problem.isnot(None), registry_work.c.since_ms)
            .limit(limit)
        )
        return [
            (UUID(row.record_id), UUID(row.battery_id)) for row in self._connection.execute(query)
        ]

    def problems(self) -> dict[UUID, str]:
        """Return why work could not be done so far, by battery."""
        query = select(registry_work.c.battery_id, registry_work.c.problem).where(
            registry_work.c.problem.isnot(None)
        )
        return {UUID(row.battery_id): row.problem for row in self._connection.execute(query)}

    def finish(self, record_ids: Collection[UUID]) -> None:
        """Remove work that is done."""
        for group in _groups(record_ids):
            where = registry_work.c.record_id.in_(group)
            self._connection.execute(delete(registry_work).where(where))

    def note_problem(self, record_id: UUID, problem: str) -> None:
        """Save why work could not be done."""
        where = registry_work.c.record_id == str(record_id)
        self._connection.execute(update(registry_work).where(where).values(problem=problem))

    def keys_of(self, battery_ids: Collection[UUID]) -> dict[UUID, bytes]:
        """Return the keys under which the ledger knows batteries, as far as they have one."""
        found: dict[UUID, bytes] = {}
        for group in _groups(battery_ids):
            query = select(ledger_tokens.c.battery_id, ledger_tokens.c.onchain_key).where(
                ledger_tokens.c.battery_id.in_(group)
            )
            rows = self._connection.execute(query)
            found |= {UUID(row.battery_id): row.onchain_key for row in rows}
        return found

    def batteries_of(self, log_keys: Sequence[bytes]) -> dict[bytes, UUID]:
        """Return the batteries of this installation that records know by those keys."""
        query = select(batteries.c.log_key, batteries.c.battery_id).where(
            batteries.c.log_key.in_(log_keys)
        )
        return {row.log_key: UUID(row.battery_id) for row in self._connection.execute(query)}

    def first_records(self, kind: str, battery_ids: Collection[UUID]) -> dict[UUID, bytes]:
        """Return the record of each battery's first credential of that kind."""
        found: dict[UUID, bytes] = {}
        for group in _groups(battery_ids):
            query = (
                select(credentials.c.battery_id, credentials.c.record)
                .where(credentials.c.kind == kind, credentials.c.battery_id.in_(group))
                .order_by(credentials.c.sequence.desc())
            )
            found |= {UUID(row.battery_id): row.record for row in self._connection.execute(query)}
        return found

    def records(self, credential_ids: Collection[UUID]) -> dict[UUID, bytes]:
        """Return the records of credentials."""
        found: dict[UUID, bytes] = {}
        for group in _groups(credential_ids):
            query = select(credentials.c.credential_id, credentials.c.record).where(
                credentials.c.credential_id.in_(group)
            )
            rows = self._connection.execute(query)
            found |= {UUID(row.credential_id): row.record for row in rows}
        return found

    def beginnings(self, event_type: str, battery_ids: Collection[UUID]) -> dict[UUID, bytes]:
        """Return the record of each battery's event of that type, if it has one."""
        found: dict[UUID, bytes] = {}
        for group in _groups(battery_ids):
            query = select(events.c.battery_id, events.c.record).where(
                events.c.type == event_type, events.c.battery_id.in_(group)
            )
            rows = self._connection.execute(query)
            found |= {UUID(row.battery_id): row.record for row in rows}
        return found

    def add_batch(
        self, batch: PreparedBatch, leaves: Sequence[PreparedLeaf], moment: datetime
    ) -> None:
        """Save a batch and its leaves."""
        row = {
            "root": batch.root,
            "size": batch.size,
            "prepared_at_ms": unix_ms(moment),
            "from_block": batch.from_block,
        }
        self._connection.execute(insert(issued_batches), [row])
        rows = [_leaf_row(batch.root, index, each) for index, each in enumerate(leaves)]
        self._connection.execute(insert(issued_leaves), rows)

    def unsent(self) -> list[PreparedBatch]:
        """Return the batches that the chain is not known to have, the oldest first."""
        query = select(issued_batches).where(issued_batches.c.batch_number.is_(None))
        rows = self._connection.execute(query.order_by(issued_batches.c.prepared_at_ms))
        return [_batch(row) for row in rows.mappings()]

    def issued(self, limit: int) -> list[PreparedBatch]:
        """Return batches that the chain had when it was last asked, the newest first."""
        query = select(issued_batches).where(issued_batches.c.batch_number.isnot(None))
        rows = self._connection.execute(
            query.order_by(issued_batches.c.batch_number.desc()).limit(limit)
        )
        return [_batch(row) for row in rows.mappings()]

    def number(self, root: bytes, number: int | None) -> None:
        """Save a batch's number on the chain, or that the chain has lost it."""
        where = issued_batches.c.root == root
        self._connection.execute(update(issued_batches).where(where).values(batch_number=number))

    def leaf_of(self, battery_id: UUID) -> PlacedLeaf | None:
        """Return a battery's oldest leaf in a batch that the chain has."""
        query = (
            select(issued_leaves, issued_batches)
            .join(issued_batches, issued_batches.c.root == issued_leaves.c.root)
            .where(
                issued_leaves.c.battery_id == str(battery_id),
                issued_batches.c.batch_number.isnot(None),
            )
            .order_by(issued_batches.c.batch_number, issued_leaves.c.leaf_index)
            .limit(1)
        )
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        return PlacedLeaf(leaf=_leaf(row), batch=_batch(row), index=row["leaf_index"])

    def leaf_hashes(self, root: bytes) -> list[bytes]:
        """Return the leaf hashes of a batch, in order."""
        query = (
            select(issued_leaves.c.leaf_hash)
            .where(issued_leaves.c.root == root)
            .order_by(issued_leaves.c.leaf_index)
        )
        return list(self._connection.execute(query).scalars())

    def unlink(self, battery_id: UUID) -> None:
        """Forget which leaves and which key are this battery's; nobody can tell afterwards."""
        where = issued_leaves.c.battery_id == str(battery_id)
        nothing: dict[str, object] = dict.fromkeys(
            (
                "battery_id",
                "credential_id",
                "onchain_key",
                "commitment_salt",
                "commitment",
                "predecessors",
                "evidence_salt",
                "evidence",
            )
        )
        self._connection.execute(update(issued_leaves).where(where).values(nothing))
        for table in (ledger_tokens, registry_work):
            self._connection.execute(delete(table).where(table.c.battery_id == str(battery_id)))


def _leaf_row(root: bytes, index: int, prepared: PreparedLeaf) -> dict[str, object]:
    leaf = prepared.leaf
    return {
        "root": root,
        "leaf_index": index,
        "leaf_hash": prepared.leaf_hash,
        "battery_id": str(prepared.battery_id),
        "credential_id": str(prepared.credential_id),
        "onchain_key": leaf.key,
        "status": int(leaf.status),
        "commitment_salt": prepared.commitment_salt,
        "commitment": leaf.commitment,
        "predecessors": b"".join(leaf.predecessors),
        "evidence_salt": prepared.evidence_salt,
        "evidence": None if leaf.evidence == NO_DIGEST else leaf.evidence,
    }


def _leaf(row: RowMapping) -> PassportLeaf:
    joined = row["predecessors"]
    return PassportLeaf(
        key=row["onchain_key"],
        status=StatusCode(row["status"]),
        commitment=row["commitment"],
        predecessors=tuple(joined[at : at + 32] for at in range(0, len(joined), 32)),
        evidence=row["evidence"] or NO_DIGEST,
    )


def _batch(row: RowMapping) -> PreparedBatch:
    return PreparedBatch(
        root=row["root"],
        size=row["size"],
        from_block=row["from_block"],
        number=row["batch_number"],
    )


def _groups(ids: Collection[UUID]) -> list[list[str]]:
    listed = [str(each) for each in ids]
    return [listed[at : at + _AT_ONCE] for at in range(0, len(listed), _AT_ONCE)]
