"""Batches' facts are found by their time, and what no fact announces by sums: without an index."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from battery_passport.adapters.sql.archive import Archive
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import EvidenceStore, ReceivedBatch
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.foundation.digests import sha256
from tests.factories.ledger import MOMENT
from tests.ports.test_evidence_store import make_batch

BESIDE_MS = (-1, 0, 0, 0, 1, 60_000)


@pytest.fixture
def stored(record_store: Database) -> list[ReceivedBatch]:
    """Batches at the same and at neighbouring milliseconds."""
    batches = [
        replace(make_batch(number), received_at=MOMENT + timedelta(milliseconds=beside))
        for number, beside in enumerate(BESIDE_MS)
    ]
    with record_store.append() as connection:
        EvidenceStore(connection).append_group(batches)
    return batches


def test_facts_of_batches_are_found(record_store: Database, stored: list[ReceivedBatch]) -> None:
    wanted = [batch.digest for batch in stored[:3]]
    with record_store.read() as connection:
        facts = FactStore(connection)
        found = facts.of_batches([*wanted, bytes(32)])
        assert list(facts.of_batches([])) == []
        # Batches are not among the records that the index knows.
        assert facts.by_digest(wanted[0]) is None
    assert sorted(found) == sorted(wanted)
    for batch in stored[:3]:
        assert found[batch.digest].digest == batch.digest
        assert found[batch.digest].recorded_at == batch.received_at


def test_a_batch_that_no_fact_announces_is_named(
    record_store: Database, stored: list[ReceivedBatch]
) -> None:
    with record_store.read() as connection:
        assert list(Archive(connection).unannounced()) == []
    lost = [stored[1].digest, stored[4].digest]
    with record_store.write() as connection:
        for digest in lost:
            # Neither the number of facts nor another kind of record with its digest hides it.
            change = "UPDATE facts SET kind = 'tested' WHERE digest = :digest"
            connection.execute(text(change), {"digest": digest})
    with record_store.read() as connection:
        named = set(Archive(connection).unannounced())
    assert named == {f"The batch {digest.hex()}" for digest in lost}


@pytest.mark.parametrize("first", [0, 255])
def test_digests_at_both_ends_are_compared(record_store: Database, first: int) -> None:
    numbers = (number for number in range(10_000) if sha256(b"%d" % number)[0] == first)
    batch = make_batch(1, encoded=b"%d" % next(numbers))
    with record_store.write() as connection:
        EvidenceStore(connection).append_group([batch])
        connection.execute(text("UPDATE facts SET digest = :other"), {"other": bytes([1]) * 32})
    with record_store.read() as connection:
        assert list(Archive(connection).unannounced()) == [f"The batch {batch.digest.hex()}"]
