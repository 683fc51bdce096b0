"""What the stores of registry, records, history and projections do, whatever keeps the rows."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.adapters.sql.projections import BatchContent, ProjectionStore
from battery_passport.adapters.sql.records import (
    CredentialStore,
    EventStore,
    StoredCredential,
    StoredEvent,
)
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.registry.model import Device, DeviceKind
from battery_passport.telemetry.history import HistoryPart
from tests.factories.ledger import MOMENT
from tests.factories.registry import make_battery, make_model, make_organisation

BATTERY = UUID("01890000-0000-7000-8000-000000000002")
OTHER = UUID("01890000-0000-7000-8000-000000000003")


def test_the_registry_gives_back_what_was_registered(record_store: Database) -> None:
    owner, model, battery = make_organisation(), make_model(), make_battery()
    device = Device(
        device_id=UUID(int=9),
        kind=DeviceKind.IMPORTER,
        public_key=bytes(range(32)),
        battery_id=battery.battery_id,
        enrolled_at=MOMENT,
    )
    maker = replace(owner, organisation_id=model.manufacturer_id, slug="maker")
    operator = replace(owner, organisation_id=battery.responsible_id, slug="operator")
    with record_store.write() as connection:
        store = RegistryStore(connection)
        for organisation in (maker, operator, owner, owner):
            store.add_organisation(organisation)
        store.add_model(model)
        store.add_battery(battery)
        store.add_device(device)
    with record_store.read() as connection:
        store = RegistryStore(connection)
        assert store.organisation_by_slug(owner.slug) == store.organisation(owner.organisation_id)
        assert store.model(model.model_id) == store.model_by_name(model.name) == model
        assert store.battery(battery.battery_id) == battery
        assert store.battery_by_ref(battery.battery_ref) == battery
        assert store.battery_by_identifier(battery.identifier) == battery
        assert store.all_batteries() == [battery]
        assert store.device(device.device_id) == store.device_by_key(device.public_key) == device
        assert store.battery_by_alias("nobody") is None


def test_an_event_is_filed_once_under_its_number(record_store: Database) -> None:
    event = StoredEvent(
        event_id=UUID(int=1),
        battery_id=BATTERY,
        sequence=1,
        type="placed-on-market",
        occurred_at=MOMENT,
        record=b'{"name":"\xed\x95\x9c"}\x00',
    )
    with record_store.write() as connection:
        EventStore(connection).add(event)
    with pytest.raises(IntegrityError), record_store.write() as connection:
        EventStore(connection).add(replace(event, event_id=UUID(int=2)))
    with record_store.read() as connection:
        store = EventStore(connection)
        assert store.of_battery(BATTERY) == [event] == [store.by_id(event.event_id)]
        assert store.count() == 1


def test_the_newest_credential_comes_with_its_disclosures(record_store: Database) -> None:
    versions = [
        StoredCredential(
            credential_id=UUID(int=number),
            kind="passport",
            battery_id=BATTERY,
            sequence=number,
            issued_at=MOMENT + timedelta(days=number),
            record=b"record %d" % number,
            issuer_jwt="a.b.c",
            disclosures={"annex-xiii-2": "WyLtlZzqta0iXQ", "annex-xiii-3": "x" * 20_000},
        )
        for number in (1, 2)
    ]
    with record_store.write() as connection:
        for version in versions:
            CredentialStore(connection).add(version)
    with record_store.read() as connection:
        store = CredentialStore(connection)
        assert store.latest("passport", BATTERY) == versions[1] == store.by_id(UUID(int=2))
        assert [*store.of_battery("passport", BATTERY)] == versions
        assert store.latest("health-statement", BATTERY) is None
        assert store.next_sequence("passport", BATTERY) == 3
        assert (store.count("passport"), store.count_batteries("passport")) == (2, 1)
        assert store.batteries_with("passport", 5) == [BATTERY]


def test_batches_wait_for_the_history_until_they_are_in_it(record_store: Database) -> None:
    part = HistoryPart(
        battery_id=BATTERY,
        month="2026-11",
        generation=1,
        file="a/1.parquet",
        sha256=bytes(32),
        rows=3,
        first_ms=1,
        last_ms=2,
        evidence=(b"\x01" * 32, b"\x02" * 32),
    )
    newer = replace(part, generation=2, file="a/2.parquet", level=1)
    with record_store.write() as connection:
        manifest = SqlManifest(connection)
        one, two = b"\x01" * 32, b"\x02" * 32
        manifest.add_waiting([(one, BATTERY, MOMENT), (two, BATTERY, MOMENT)])
        manifest.add_waiting([(two, BATTERY, MOMENT + timedelta(hours=1))])
        manifest.add_waiting([])
        earlier = MOMENT - timedelta(hours=1)
        assert manifest.waiting_batteries(since=MOMENT, full=3, limit=5) == [BATTERY]
        assert manifest.waiting_batteries(since=earlier, full=3, limit=5) == []
        assert manifest.waiting_batteries(since=earlier, full=2, limit=5) == [BATTERY]
        assert manifest.numbers_waiting() == {BATTERY: 2}
        manifest.add_history_part(part)
        manifest.add_history_part(replace(newer, replaces=(1,)))
        manifest.clear_waiting([b"\x01" * 32])
    with record_store.read() as connection:
        manifest = SqlManifest(connection)
        assert manifest.waiting(BATTERY, limit=5) == [b"\x02" * 32]
        assert manifest.history_parts() == manifest.history_parts(BATTERY) == [newer]
        assert manifest.history_parts(OTHER) == []


def test_projections_keep_what_was_found_first(record_store: Database) -> None:
    content = BatchContent(
        digest=bytes(32),
        battery_id=BATTERY,
        samples=7,
        first_ms=10,
        last_ms=20,
        flags=[{"name": "gap", "ratio": 0.5}],
        assumptions=["전류"],
    )
    with record_store.write() as connection:
        store = ProjectionStore(connection)
        store.put_contents([content])
        store.put_contents([replace(content, samples=8)])
        for _ in range(2):
            store.mark_passport_due(BATTERY, MOMENT)
    with record_store.write() as connection:
        store = ProjectionStore(connection)
        assert store.contents(BATTERY) == [content]
        assert (store.last_sample_ms(BATTERY), store.last_sample_ms(OTHER)) == (20, None)
        assert store.passports_due() == [BATTERY]
        store.clear_passport_due(BATTERY)
        assert store.passports_due() == []
