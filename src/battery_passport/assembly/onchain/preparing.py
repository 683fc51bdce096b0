"""Makes one batch of all passport versions that wait.

In: waiting work, records. Out: a batch with its leaves, saved; the versions wait no longer.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.records.ledger_keys import LedgerToken
from battery_passport.adapters.sql.ledger_keys import SqlLedgerTokens
from battery_passport.adapters.sql.onchain import (
    OnchainStore,
    PreparedBatch,
    PreparedLeaf,
    WorkKind,
)
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject, canonical_json
from battery_passport.ledger.onchain.batch_tree import NO_DIGEST, PassportLeaf, batch_tree
from battery_passport.ledger.onchain.salted import commitment_of, new_salt, onchain_key
from battery_passport.ledger.onchain.statuses import CODE_OF_STATUS, StatusCode
from battery_passport.lifecycle.records import parse_event_record
from battery_passport.proof.model import PASSPORT

LARGEST_BATCH = 4_096
_BEGINNING = "placed_on_market"


def prepare_batch(
    connection: Connection, *, from_block: int, moment: datetime
) -> PreparedBatch | None:
    """Save and return a batch of the versions that wait; None if none does."""
    store = OnchainStore(connection)
    waiting = store.waiting(WorkKind.VERSION, LARGEST_BATCH)
    if not waiting:
        return None
    batteries = {battery_id for _, battery_id in waiting}
    records = store.records([record_id for record_id, _ in waiting])
    beginnings = _beginnings(store, batteries)
    keys = keys_for(connection, batteries, moment)
    predecessors = _predecessors(connection, beginnings, moment)
    leaves = [
        _leaf(
            credential_id,
            battery_id,
            key=keys[battery_id],
            record=records[credential_id],
            beginning=beginnings.get(battery_id, {}),
            predecessors=predecessors.get(battery_id, ()),
        )
        for credential_id, battery_id in waiting
    ]
    root = batch_tree([each.leaf_hash for each in leaves]).root
    batch = PreparedBatch(root=root, size=len(leaves), from_block=from_block)
    store.add_batch(batch, leaves, moment)
    store.finish([record_id for record_id, _ in waiting])
    return batch


def keys_for(
    connection: Connection, batteries: Collection[UUID], moment: datetime
) -> dict[UUID, bytes]:
    """Return the key of each battery that has a passport, made now if it had none."""
    store = OnchainStore(connection)
    known = store.keys_of(batteries)
    missing = [each for each in batteries if each not in known]
    records = store.first_records(PASSPORT, missing)
    made = [_token(battery_id, record, moment) for battery_id, record in records.items()]
    SqlLedgerTokens(connection).add_all(made)
    return known | {each.battery_id: each.onchain_key for each in made}


def _token(battery_id: UUID, record: bytes, moment: datetime) -> LedgerToken:
    salt, digest = new_salt(), sha256(record)
    return LedgerToken(
        battery_id=battery_id,
        salt=salt,
        digest=digest,
        onchain_key=onchain_key(salt, digest),
        made_at=moment,
    )


def _leaf(
    credential_id: UUID,
    battery_id: UUID,
    *,
    key: bytes,
    record: bytes,
    beginning: JsonObject,
    predecessors: tuple[bytes, ...],
) -> PreparedLeaf:
    salt, evidence = new_salt(), beginning.get("evidence")
    evidence_salt = new_salt() if evidence else None
    leaf = PassportLeaf(
        key=key,
        status=CODE_OF_STATUS.get(str(beginning.get("status", "")), StatusCode.ORIGINAL),
        commitment=commitment_of(salt, sha256(record)),
        predecessors=predecessors,
        evidence=NO_DIGEST
        if evidence_salt is None
        else commitment_of(evidence_salt, sha256(canonical_json(evidence))),
    )
    return PreparedLeaf(
        leaf=leaf,
        leaf_hash=leaf.leaf_hash,
        battery_id=battery_id,
        credential_id=credential_id,
        commitment_salt=salt,
        evidence_salt=evidence_salt,
    )


def _beginnings(store: OnchainStore, batteries: Collection[UUID]) -> dict[UUID, JsonObject]:
    """Return what the event that placed each battery on the market says."""
    found = store.beginnings(_BEGINNING, batteries)
    return {battery: parse_event_record(record).payload for battery, record in found.items()}


def _predecessors(
    connection: Connection, beginnings: Mapping[UUID, JsonObject], moment: datetime
) -> dict[UUID, tuple[bytes, ...]]:
    """Return the keys of each battery's predecessors, as far as this installation knows them."""
    named = {
        battery_id: [bytes.fromhex(str(each)) for each in listed]
        for battery_id, payload in beginnings.items()
        if isinstance(listed := payload.get("predecessors"), list)
    }
    log_keys = sorted({each for listed in named.values() for each in listed})
    batteries = OnchainStore(connection).batteries_of(log_keys) if log_keys else {}
    keys = keys_for(connection, batteries.values(), moment)
    return {
        battery_id: tuple(
            sorted({keys[batteries[each]] for each in listed if batteries.get(each) in keys})
        )
        for battery_id, listed in named.items()
    }
