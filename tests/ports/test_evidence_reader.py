"""Every evidence store gives back the same bytes wherever they lie, and notices damage."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from battery_passport.adapters.segments.errors import EvidenceDamaged, SegmentGone
from battery_passport.adapters.segments.folder import SegmentFolder
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import EvidenceStore, Outcome
from battery_passport.adapters.sql.evidence_places import EvidencePlaces
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.assembly.evidence.reader import EvidenceDoor
from battery_passport.assembly.evidence.sealing import EvidenceSealer
from battery_passport.foundation.clock import FixedClock
from tests.factories.ledger import MOMENT
from tests.ports.test_evidence_store import BATTERY, append, make_batch

BATCHES = [make_batch(number) for number in range(1, 8)]
BYTES = {batch.digest: batch.encoded for batch in BATCHES}
LATER = MOMENT + timedelta(days=31)


@pytest.fixture
def door(tmp_path: Path) -> EvidenceDoor:
    return EvidenceDoor(SegmentFolder(tmp_path / "segments"))


def sealer(database: Database, door: EvidenceDoor, *, days: int = 30) -> EvidenceSealer:
    clock = FixedClock(LATER)
    return EvidenceSealer(database, door.segments, clock, after=timedelta(days=days))


def store(database: Database, batches: Sequence[object] = BATCHES) -> None:
    append(database, *BATCHES)
    with database.write() as connection:
        facts = FactStore(connection)
        facts.number(0, [fact.position for fact in facts.pending(100)])
    assert batches


def in_table(database: Database) -> int:
    with database.read() as connection:
        return EvidencePlaces(connection).standing()[0]


def test_sealed_batches_are_read_as_before(record_store: Database, door: EvidenceDoor) -> None:
    store(record_store)
    assert in_table(record_store) == len(BATCHES)
    # Long enough past its day, a segment need not be full.
    assert sealer(record_store, door, days=29).run(urgent=False)
    assert in_table(record_store) == 0
    with record_store.read() as connection:
        reader = door.of(connection)
        assert reader.by_digests([*BYTES, bytes(32)]) == BYTES
        assert dict(reader.of_battery(BATTERY)) == BYTES
        received = reader.received(list(BYTES))
        assert {digest: octets for digest, (octets, _at) in received.items()} == BYTES
        assert reader.by_digest(bytes(32)) is None
        (segment,) = EvidencePlaces(connection).segments()
        door.segments.check(segment.file, segment.sha256)
        senders = EvidencePlaces(connection).senders(list(BYTES))
    assert set(senders) == set(BYTES)
    assert append(record_store, BATCHES[2]) == [Outcome.DUPLICATE]
    other = make_batch(3, encoded=b"other bytes")
    assert append(record_store, other) == [Outcome.QUARANTINED]
    assert not sealer(record_store, door).run(urgent=True)


def test_young_batches_stay(record_store: Database, door: EvidenceDoor) -> None:
    store(record_store)
    assert sealer(record_store, door, days=32).seal_next(MOMENT) == 0
    assert in_table(record_store) == len(BATCHES)


def test_a_crash_before_the_commit_leaves_a_stray_that_goes(
    record_store: Database, door: EvidenceDoor
) -> None:
    store(record_store)
    stray = door.segments.seal(list(BYTES.items())[:2])
    unfinished = door.segments.path("4711.segment.unfinished")
    unfinished.write_bytes(b"cut short")
    for path in (unfinished, door.segments.path(stray.file)):
        os.utime(path, (0, 0))
    assert sealer(record_store, door).seal_next(LATER) == len(BATCHES)
    with record_store.read() as connection:
        (segment,) = EvidencePlaces(connection).segments()
        assert door.of(connection).by_digests(list(BYTES)) == BYTES
    assert door.segments.files() == {segment.file}
    assert stray.file != segment.file


def test_damage_is_told_and_never_read(record_store: Database, door: EvidenceDoor) -> None:
    store(record_store)
    sealer(record_store, door).seal_next(LATER)
    with record_store.read() as connection:
        (segment,) = EvidencePlaces(connection).segments()
    path = door.segments.path(segment.file)
    octets = path.read_bytes()
    path.write_bytes(octets[:-1] + bytes([octets[-1] ^ 1]))
    with record_store.read() as connection:
        with pytest.raises(EvidenceDamaged, match="other bytes"):
            door.of(connection).by_digests(list(BYTES))
        with pytest.raises(EvidenceDamaged, match="hashes to"):
            door.segments.check(segment.file, segment.sha256)
        path.unlink()
        with pytest.raises(SegmentGone):
            door.of(connection).by_digest(BATCHES[0].digest)


def test_what_a_dropped_segment_held_is_absent(record_store: Database, door: EvidenceDoor) -> None:
    store(record_store)
    sealer(record_store, door).seal_next(LATER)
    with record_store.write() as connection:
        places = EvidencePlaces(connection)
        (segment,) = places.segments()
        assert [place.digest for place in places.in_segment(segment.number)] == list(BYTES)
        places.drop_segment(segment.number)
    with record_store.read() as connection:
        assert door.of(connection).by_digests(list(BYTES)) == {}
        assert EvidencePlaces(connection).standing() == (0, 0, 0, len(BATCHES))
        assert EvidenceStore(connection).count() == len(BATCHES)
