"""What is stored of passports in the ledger's registry, as the audit asks for it.

In: a read transaction. Out: batches, their leaves beside the records that they stand for, keys.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, select

from battery_passport.adapters.sql.onchain import PreparedBatch
from battery_passport.adapters.sql.schema import credentials
from battery_passport.adapters.sql.schema_ledger_keys import ledger_tokens
from battery_passport.adapters.sql.schema_onchain import issued_batches, issued_leaves
from battery_passport.ledger.onchain.batch_tree import NO_DIGEST, PassportLeaf
from battery_passport.ledger.onchain.statuses import StatusCode

_AT_ONCE = 500
_FIRST = credentials.alias("first")
_LEAF_COLUMNS = (
    *(
        issued_leaves.c[name]
        for name in (
            "leaf_index",
            "leaf_hash",
            "battery_id",
            "credential_id",
            "onchain_key",
            "status",
            "commitment_salt",
            "commitment",
            "predecessors",
            "evidence",
        )
    ),
    credentials.c.record,
    ledger_tokens.c.salt.label("token_salt"),
    ledger_tokens.c.digest.label("token_digest"),
    ledger_tokens.c.onchain_key.label("token_key"),
    _FIRST.c.record.label("first_record"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedLeaf:
    """A leaf with what opens it: the version's record, the battery's key and first record."""

    leaf: PassportLeaf
    battery_id: UUID | None
    credential_id: UUID | None
    commitment_salt: bytes | None
    record: bytes | None
    token_salt: bytes | None
    token_digest: bytes | None
    token_key: bytes | None
    first_record: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedLeaf:
    """A leaf of a batch; `linked` is None once nothing joins it to its battery any more."""

    index: int
    leaf_hash: bytes
    linked: LinkedLeaf | None


class OnchainArchive:
    """Reads within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keys(self) -> dict[bytes, UUID]:
        """Return the battery of each key in the registry."""
        query = select(ledger_tokens.c.onchain_key, ledger_tokens.c.battery_id)
        return {row.onchain_key: UUID(row.battery_id) for row in self._connection.execute(query)}

    def batches(self) -> Iterator[PreparedBatch]:
        """Yield the batches in the order that they were prepared in."""
        query = select(issued_batches).order_by(
            issued_batches.c.prepared_at_ms, issued_batches.c.root
        )
        for row in self._connection.execute(query).mappings().fetchall():
            yield PreparedBatch(
                root=row["root"],
                size=row["size"],
                from_block=row["from_block"],
                number=row["batch_number"],
            )

    def leaves(self, root: bytes) -> Iterator[ArchivedLeaf]:
        """Yield the leaves of a batch in their order."""
        following = 0
        query = _leaves().where(issued_leaves.c.root == root)
        query = query.order_by(issued_leaves.c.leaf_index).limit(_AT_ONCE)
        while True:
            page = query.where(issued_leaves.c.leaf_index >= following)
            rows = self._connection.execute(page).mappings().fetchall()
            yield from map(_leaf, rows)
            if len(rows) < _AT_ONCE:
                return
            following = rows[-1]["leaf_index"] + 1

    def leaves_of(self, root: bytes, battery_id: UUID) -> list[ArchivedLeaf]:
        """Return a battery's leaves in a batch."""
        query = _leaves().where(
            issued_leaves.c.root == root, issued_leaves.c.battery_id == str(battery_id)
        )
        return [_leaf(row) for row in self._connection.execute(query).mappings().fetchall()]


def _leaves() -> Select[Any]:
    return select(*_LEAF_COLUMNS).select_from(
        issued_leaves.outerjoin(
            credentials, credentials.c.credential_id == issued_leaves.c.credential_id
        )
        .outerjoin(ledger_tokens, ledger_tokens.c.battery_id == issued_leaves.c.battery_id)
        .outerjoin(
            _FIRST,
            and_(
                _FIRST.c.kind == credentials.c.kind,
                _FIRST.c.battery_id == issued_leaves.c.battery_id,
                _FIRST.c.sequence == 1,
            ),
        )
    )


def _leaf(row: Any) -> ArchivedLeaf:
    linked = None
    if row["onchain_key"] is not None:
        joined = row["predecessors"] or b""
        linked = LinkedLeaf(
            leaf=PassportLeaf(
                key=row["onchain_key"],
                status=StatusCode(row["status"]),
                commitment=row["commitment"] or NO_DIGEST,
                predecessors=tuple(joined[at : at + 32] for at in range(0, len(joined), 32)),
                evidence=row["evidence"] or NO_DIGEST,
            ),
            battery_id=_id(row["battery_id"]),
            credential_id=_id(row["credential_id"]),
            commitment_salt=row["commitment_salt"],
            record=row["record"],
            token_salt=row["token_salt"],
            token_digest=row["token_digest"],
            token_key=row["token_key"],
            first_record=row["first_record"],
        )
    return ArchivedLeaf(index=row["leaf_index"], leaf_hash=row["leaf_hash"], linked=linked)


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
