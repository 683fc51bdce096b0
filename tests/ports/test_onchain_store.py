"""Passport versions on their way into the registry, on every record store.

In: work, records, batches. Out: what waits, which leaves lie where, and nothing after unlinking.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from battery_passport.access.records.ledger_keys import LedgerToken
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.ledger_keys import SqlLedgerTokens
from battery_passport.adapters.sql.onchain import (
    OnchainStore,
    PreparedBatch,
    PreparedLeaf,
    RegistryWork,
    WorkKind,
)
from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.assembly.onchain.preparing import prepare_batch
from battery_passport.ledger.onchain.batch_tree import PassportLeaf, batch_tree
from battery_passport.ledger.onchain.statuses import StatusCode
from battery_passport.proof.model import PASSPORT
from tests.factories.sharing import registered_battery

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def work(number: int, battery_id: UUID, kind: WorkKind = WorkKind.VERSION) -> RegistryWork:
    since = NOW + timedelta(seconds=number)
    return RegistryWork(record_id=UUID(int=number), kind=kind, battery_id=battery_id, since=since)


def leaf(number: int, battery_id: UUID, **changes: object) -> PreparedLeaf:
    made = PassportLeaf(
        key=bytes([number]) * 32, status=StatusCode.ORIGINAL, commitment=b"\x0c" * 32,
        **changes,  # type: ignore[arg-type]
    )  # fmt: skip
    return PreparedLeaf(
        leaf=made, leaf_hash=made.leaf_hash, battery_id=battery_id,
        credential_id=UUID(int=number), commitment_salt=b"\x05" * 32,
    )  # fmt: skip


def test_work_waits_in_order_until_it_is_done(record_store: Database) -> None:
    with record_store.write() as connection:
        battery = registered_battery(connection, "1")
        store = OnchainStore(connection)
        store.add_work([work(2, battery), work(1, battery), work(3, battery, WorkKind.STATUS)])
        store.add_work([work(1, battery)])
        store.note_problem(UUID(int=1), "the owner has to sign")
        waiting = [record.int for record, _ in store.waiting(WorkKind.VERSION, 10)]
        assert waiting == [2, 1]
        assert [record.int for record, _ in store.waiting(WorkKind.VERSION, 1)] == [2]
        assert store.problems() == {battery: "the owner has to sign"}
        store.finish([UUID(int=2), UUID(int=1)])
        assert store.waiting(WorkKind.VERSION, 10) == []
        assert len(store.waiting(WorkKind.STATUS, 10)) == 1


def test_batches_and_leaves_are_found_again(record_store: Database) -> None:
    with record_store.write() as connection:
        one, other = (registered_battery(connection, each) for each in "12")
        store = OnchainStore(connection)
        evidence = leaf(2, other, predecessors=(b"\x08" * 32, b"\x09" * 32), evidence=b"\x0e" * 32)
        leaves = [leaf(1, one), evidence]
        root = batch_tree([each.leaf_hash for each in leaves]).root
        store.add_batch(PreparedBatch(root=root, size=2, from_block=7), leaves, NOW)
        assert [(each.root, each.from_block) for each in store.unsent()] == [(root, 7)]
        assert store.leaf_of(one) is None
        store.number(root, 4)
        assert store.unsent() == []
        assert [each.number for each in store.issued(5)] == [4]
        placed = store.leaf_of(other)
        assert placed is not None
        assert (placed.leaf, placed.index, placed.batch.number) == (evidence.leaf, 1, 4)
        assert store.leaf_hashes(root) == [each.leaf_hash for each in leaves]
        store.number(root, None)
        assert len(store.unsent()) == 1


def test_a_batch_is_prepared_of_what_waits(record_store: Database) -> None:
    with record_store.write() as connection:
        batteries = [registered_battery(connection, str(each)) for each in range(3)]
        versions = [
            StoredCredential(
                credential_id=UUID(int=10 * place + number), kind=PASSPORT, battery_id=battery,
                sequence=number, issued_at=NOW, record=b"record %d" % (10 * place + number),
                issuer_jwt="a.b.c", disclosures={},
            )
            for place, battery in enumerate(batteries, start=1)
            for number in (1, 2)
        ]  # fmt: skip
        CredentialStore(connection).add_all(versions)
        store = OnchainStore(connection)
        store.add_work([work(each.credential_id.int, each.battery_id) for each in versions])
        batch = prepare_batch(connection, from_block=3, moment=NOW)
        assert batch is not None
        assert batch.size == len(versions)
        assert prepare_batch(connection, from_block=3, moment=NOW) is None
        hashes = store.leaf_hashes(batch.root)
        assert batch_tree(hashes).root == batch.root
        assert len(set(hashes)) == len(versions)
        assert set(store.keys_of(batteries)) == set(batteries)


def test_unlinking_leaves_the_hash_alone(record_store: Database) -> None:
    with record_store.write() as connection:
        one, other = (registered_battery(connection, each) for each in "12")
        store, tokens = OnchainStore(connection), SqlLedgerTokens(connection)
        leaves = [leaf(1, one), leaf(2, other)]
        root = batch_tree([each.leaf_hash for each in leaves]).root
        store.add_batch(PreparedBatch(root=root, size=2, from_block=0), leaves, NOW)
        store.number(root, 0)
        for each in leaves:
            tokens.add(
                LedgerToken(
                    battery_id=each.battery_id, salt=b"\x01" * 32, digest=b"\x02" * 32,
                    onchain_key=each.leaf.key, made_at=NOW,
                )
            )  # fmt: skip
        store.unlink(one)
        assert store.leaf_of(one) is None
        assert store.leaf_of(other) is not None
        assert store.keys_of([one, other]) == {other: leaves[1].leaf.key}
        assert store.leaf_hashes(root) == [each.leaf_hash for each in leaves]
