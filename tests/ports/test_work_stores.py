"""Drafts, audit runs and counts of a city, on every record store."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, insert, select

from battery_passport.adapters.sql.city_figures import (
    CityFigureStore,
    Collected,
    OpenCount,
    Spans,
)
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.schema import (
    batteries,
    credentials,
    devices,
    quarantined_batches,
)
from battery_passport.adapters.sql.schema_quality import collection_days
from battery_passport.adapters.sql.work import AuditRunStore, DraftStore, StoredDraft
from battery_passport.assembly.handlers.quality_tally import korean_day
from battery_passport.foundation.clock import unix_ms
from tests.factories.sharing import registered_battery

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
WEEK_MS, DAY_MS = 7 * 86_400_000, 86_400_000
SPANS = Spans(until=NOW, length_ms=WEEK_MS, count=3)
PERSON, OFFICE, DRAFT = UUID(int=1), UUID(int=2), UUID(int=3)


def ago(days: float) -> int:
    return unix_ms(NOW - timedelta(days=days))


def add_day(connection: Connection, battery_id: UUID, days: float, samples: int) -> None:
    row = {
        "day": korean_day(ago(days)),
        "battery_id": str(battery_id),
        "device_id": str(UUID(int=9)),
        "batches": 1,
        "samples": samples,
        "backfilled": 0,
    }
    connection.execute(insert(collection_days), [row])


def figures(connection: Connection, *ids: UUID) -> CityFigureStore:
    chosen = select(batteries.c.battery_id).where(
        batteries.c.battery_id.in_([str(each) for each in ids])
    )
    return CityFigureStore(connection, chosen)


def test_batches_and_samples_fall_into_their_weeks(record_store: Database) -> None:
    with record_store.write() as connection:
        battery = registered_battery(connection)
        for days, samples in ((0.5, 60), (6, 40), (7, 10), (20, 5), (21, 1_000)):
            add_day(connection, battery, days, samples)
        store = figures(connection, battery)
        assert store.collected(SPANS) == Collected(
            batteries=[1, 1, 1], batches=[1, 1, 2], samples=[5, 10, 100]
        )
        nothing = [0, 0, 0]
        assert figures(connection).collected(SPANS) == Collected(
            batteries=nothing, batches=nothing, samples=nothing
        )
        assert figures(connection).count_batteries() == 0


def test_levels_count_what_was_there_before_and_each_battery_once(record_store: Database) -> None:
    with record_store.write() as connection:
        battery = registered_battery(connection)
        for place, (kind, days) in enumerate((("vehicle", 30), ("vehicle", 3), ("importer", 40))):
            row = {
                "device_id": str(UUID(int=place + 1)),
                "kind": kind,
                "public_key": bytes([place]) * 32,
                "battery_id": str(battery),
                "enrolled_at_ms": ago(days),
            }
            connection.execute(insert(devices), [row])
        for sequence, days in ((1, 10), (2, 2)):
            version = {
                "credential_id": str(UUID(int=sequence)),
                "kind": "passport",
                "battery_id": str(battery),
                "sequence": sequence,
                "issued_at_ms": ago(days),
                "record": b"r",
                "issuer_jwt": "jwt",
            }
            connection.execute(insert(credentials), [version])
        store = figures(connection, battery)
        assert store.enrolled(SPANS) == [1, 1, 1]
        assert store.with_passport(SPANS) == [0, 1, 1]
        assert store.passports_issued(SPANS) == [0, 1, 1]
        assert store.count_batteries() == 1


def test_what_is_open_is_counted_by_the_day_it_came_up(record_store: Database) -> None:
    with record_store.write() as connection:
        battery = registered_battery(connection)
        for place, days in enumerate((2, 2, 9)):
            row = {
                "digest": bytes([place]) * 32,
                "known_digest": b"k" * 32,
                "device_id": str(UUID(int=9)),
                "boot_id": b"b" * 16,
                "sequence": place,
                "battery_id": str(battery),
                "received_at_ms": ago(days),
                "encoded": b"batch",
            }
            connection.execute(insert(quarantined_batches), [row])
        today = unix_ms(NOW) // DAY_MS
        assert figures(connection, battery).open_by_day(DAY_MS) == [
            OpenCount(kind="quarantined", day=today - 9, count=1),
            OpenCount(kind="quarantined", day=today - 2, count=2),
        ]


def draft(**changes: object) -> StoredDraft:
    values = {
        "draft_id": DRAFT,
        "kind": "inspection",
        "battery_id": UUID(int=7),
        "organisation_id": OFFICE,
        "person_id": PERSON,
        "fields": {"note": "배터리"},
        "begun_at": NOW,
        "saved_at": NOW,
    }
    return StoredDraft(**{**values, **changes})  # type: ignore[arg-type] # as a test varies them


def test_a_draft_is_saved_in_place_found_by_its_author_and_removed(record_store: Database) -> None:
    with record_store.write() as connection:
        store = DraftStore(connection)
        store.save(draft())
        store.save(draft(fields={"note": "2"}, saved_at=NOW + timedelta(minutes=1)))
        store.save(draft(draft_id=UUID(int=4), kind="removal"))
        found = store.of_person(PERSON, OFFICE, "inspection")
        assert [each.fields for each in found] == [{"note": "2"}]
        assert found[0].begun_at == NOW
        assert store.of_person(UUID(int=8), OFFICE, "inspection") == []
        store.remove(DRAFT)
        assert store.by_id(DRAFT) is None
        store.forget(PERSON)
        assert store.by_id(UUID(int=4)) is None


def test_an_audit_run_tells_how_far_it_is_and_how_it_ended(record_store: Database) -> None:
    with record_store.write() as connection:
        store = AuditRunStore(connection)
        store.begin(DRAFT, asked_by=PERSON, moment=NOW)
        store.note_progress(DRAFT, 500)
        running = store.by_id(DRAFT)
        assert running is not None
        assert (running.checked, running.ended_at, running.intact) == (500, None, None)
        store.end(DRAFT, moment=NOW + timedelta(minutes=1), intact=False, finding="entry 7")
        (ended,) = store.latest(5)
        assert (ended.intact, ended.finding) == (False, "entry 7")
