"""What every evidence store must do: durable once, never overwritten, every batch announced."""

import threading
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection, select

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import (
    BATCH_STORED,
    EvidenceStore,
    Outcome,
    ReceivedBatch,
)
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.schema import batches as batch_rows
from battery_passport.foundation.digests import sha256
from tests.factories.ledger import MOMENT

DEVICE = UUID("01890000-0000-7000-8000-000000000001")
BATTERY = UUID("01890000-0000-7000-8000-000000000002")


def make_batch(sequence: int, *, encoded: bytes | None = None) -> ReceivedBatch:
    octets = encoded or b"\x00\xffbatch %d" % sequence
    return ReceivedBatch(
        digest=sha256(octets),
        device_id=DEVICE,
        boot_id=bytes(16),
        sequence=sequence,
        battery_id=BATTERY,
        collected_at=MOMENT,
        received_at=MOMENT,
        encoded=octets,
    )


def append(database: Database, *batches: ReceivedBatch) -> list[Outcome]:
    with database.append() as connection:
        return EvidenceStore(connection).append_group(batches)


def stored(connection: Connection) -> dict[bytes, bytes]:
    rows = connection.execute(select(batch_rows.c.digest, batch_rows.c.encoded))
    return {row.digest: row.encoded for row in rows}


def test_each_batch_is_stored_once_with_its_fact(record_store: Database) -> None:
    batches = [make_batch(number) for number in range(1, 6)]
    assert append(record_store, *batches, batches[2]) == [*[Outcome.STORED] * 5, Outcome.DUPLICATE]
    assert append(record_store, *batches) == [Outcome.DUPLICATE] * 5
    assert append(record_store) == []
    with record_store.read() as connection:
        store, facts = EvidenceStore(connection), FactStore(connection).pending(10)
        assert store.count() == store.count(BATTERY) == 5
        assert store.count(DEVICE) == store.count_quarantined() == 0
        assert stored(connection) == {each.digest: each.encoded for each in batches}
    assert [fact.digest for fact in facts] == [batch.digest for batch in batches]
    assert {fact.kind for fact in facts} == {BATCH_STORED}
    assert len({fact.salt for fact in facts}) == len({fact.fact_id for fact in facts}) == 5


def test_other_bytes_under_a_known_key_are_put_aside(record_store: Database) -> None:
    first, other = make_batch(1), make_batch(1, encoded=b"other bytes")
    third = make_batch(1, encoded=b"and others")
    assert append(record_store, first, other) == [Outcome.STORED, Outcome.QUARANTINED]
    assert append(record_store, other, third) == [Outcome.QUARANTINED] * 2
    assert append(record_store, replace(first, received_at=MOMENT)) == [Outcome.DUPLICATE]
    with record_store.read() as connection:
        store = EvidenceStore(connection)
        assert stored(connection) == {first.digest: first.encoded}
        assert (store.count(), store.count_quarantined()) == (1, 2)
        assert FactStore(connection).count_pending() == 1


def beside(database: Database, work: Callable[[], object]) -> threading.Thread:
    """Start work that must wait for the transaction of the caller."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(0.3)
    assert thread.is_alive(), "the second writer did not wait"
    assert database is not None
    return thread


def test_two_processes_that_store_the_same_keys_agree(postgresql: Database) -> None:
    ours = [make_batch(number) for number in (1, 2, 3)]
    theirs = [make_batch(4), make_batch(3), make_batch(2, encoded=b"other"), make_batch(1)]
    outcomes: list[Outcome] = []
    with postgresql.append() as connection:
        stored = EvidenceStore(connection).append_group(ours)
        thread = beside(postgresql, lambda: outcomes.extend(append(postgresql, *theirs)))
    thread.join()
    assert stored == [Outcome.STORED] * 3
    expected = [Outcome.STORED, Outcome.DUPLICATE, Outcome.QUARANTINED, Outcome.DUPLICATE]
    assert outcomes == expected
    with postgresql.read() as connection:
        assert FactStore(connection).count_pending() == EvidenceStore(connection).count() == 4


def test_what_another_process_gave_up_is_free_again(postgresql: Database) -> None:
    batch = make_batch(1)
    outcomes: list[Outcome] = []

    class GivenUp(Exception):
        pass

    def give_up() -> threading.Thread:
        with postgresql.append() as connection:
            EvidenceStore(connection).append_group([batch])
            waiting.append(beside(postgresql, lambda: outcomes.extend(append(postgresql, batch))))
            raise GivenUp

    waiting: list[threading.Thread] = []
    try:
        give_up()
    except GivenUp:
        waiting[0].join()
    assert outcomes == [Outcome.STORED]
