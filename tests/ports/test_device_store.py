"""Lives of devices and one-time codes, on every record store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.device_clocks import DeviceClockStore, ReceivedClock
from battery_passport.adapters.sql.device_codes import DeviceCodeStore
from battery_passport.adapters.sql.devices import DeviceReport, DeviceStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema_quality import device_states
from battery_passport.foundation.clock import unix_ms
from battery_passport.registry.devices.codes import KeptCode
from battery_passport.registry.devices.model import Standing
from battery_passport.registry.model import Device, DeviceKind
from tests.factories.sharing import registered_battery

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
DEVICE, OTHER = UUID(int=7), UUID(int=8)
HOUR = timedelta(hours=1)


def add_device(store: Database, device_id: UUID = DEVICE, key: bytes = b"k" * 32) -> UUID:
    with store.write() as connection:
        battery_id = registered_battery(connection, str(device_id.int))
        device = Device(
            device_id=device_id,
            kind=DeviceKind.VEHICLE,
            public_key=key,
            battery_id=battery_id,
            enrolled_at=NOW,
        )
        RegistryStore(connection).add_device(device)
    return battery_id


def test_a_new_device_begins_with_its_key_and_battery(record_store: Database) -> None:
    battery_id = add_device(record_store)

    with record_store.read() as connection:
        life = DeviceStore(connection).life(DEVICE)
        nobody = DeviceStore(connection).life(OTHER)

    assert life is not None
    assert nobody is None
    assert life.standing is Standing.ACTIVE
    assert [key.public_key for key in life.keys] == [b"k" * 32]
    assert life.battery_id == battery_id


def test_keys_and_batteries_of_the_past_stay(record_store: Database) -> None:
    former = add_device(record_store)
    present = add_device(record_store, OTHER, b"o" * 32)
    with record_store.write() as connection:
        store = DeviceStore(connection)
        before = store.changes()
        store.close_keys(DEVICE, sealed_until=NOW + HOUR, taken_until=NOW + 9 * HOUR)
        store.add_key(DEVICE, b"n" * 32, NOW + HOUR)
        store.remove(DEVICE, at=NOW + HOUR, taken_until=NOW + 9 * HOUR)
        store.fit(DEVICE, present, NOW + HOUR)
        life, device = store.life(DEVICE), RegistryStore(connection).device(DEVICE)

        assert life is not None
        assert device is not None
        assert (device.public_key, device.battery_id) == (b"n" * 32, present)
        assert store.keys(DEVICE) == [b"n" * 32, b"k" * 32]
        assert store.device_of_key(b"k" * 32) == DEVICE
        assert [key.sealed_until for key in life.keys] == [None, NOW + HOUR]
        assert [each.battery_id for each in life.fittings] == [present, former]
        assert [each.removed_at for each in life.fittings] == [None, NOW + HOUR]
        assert store.changes() >= before + 4
    with pytest.raises(IntegrityError), record_store.write() as connection:
        DeviceStore(connection).add_key(OTHER, b"k" * 32, NOW)


def test_the_broker_knows_active_devices_only(record_store: Database) -> None:
    add_device(record_store)
    with record_store.write() as connection:
        store = DeviceStore(connection)
        store.set_broker_secret(DEVICE, tenant="default", secret_hash="$7$", at=NOW)
        assert [each.device_id for each in store.broker_accounts()] == [DEVICE]
        life = store.life(DEVICE)
        assert life is not None
        store.set_standing(life, Standing.SUSPENDED, reason="lost", at=NOW)
        suspended = store.life(DEVICE)
        assert suspended is not None
        assert (suspended.standing, suspended.tenant) == (Standing.SUSPENDED, "default")
        assert store.broker_accounts() == []
        store.set_standing(suspended, Standing.ACTIVE, reason="", at=NOW)
        assert [each.secret_hash for each in store.broker_accounts()] == ["$7$"]


def test_devices_are_found_by_part_of_an_id_or_alias(record_store: Database) -> None:
    add_device(record_store)
    add_device(record_store, OTHER, b"o" * 32)
    with record_store.read() as connection:
        store = DeviceStore(connection)
        found = [each.device_id for each in store.lives(search=str(OTHER)[-3:])]
        after = [each.device_id for each in store.lives(after=DEVICE)]
        nothing = store.lives(search="100%")

    assert found == [OTHER]
    assert after == [OTHER]
    assert nothing == []


def test_a_report_replaces_the_one_before(record_store: Database) -> None:
    add_device(record_store)
    with record_store.write() as connection:
        store = DeviceStore(connection)
        first = DeviceReport(
            device_id=DEVICE,
            reported_at=NOW,
            clock_ahead_ms=-40,
            waiting=5,
            set_aside=None,
            software="1",
        )
        report = replace(first, waiting=0)
        store.save_report(first)
        store.save_report(report)
        assert store.reports([DEVICE, OTHER]) == {DEVICE: report}


def test_a_code_is_used_once_and_its_tries_are_counted(record_store: Database) -> None:
    battery_id = add_device(record_store)
    code = KeptCode(
        handle="0K1M",
        secret_hash=b"salt and hash",
        battery_id=battery_id,
        replaces=None,
        made_at=NOW,
        expires_at=NOW + HOUR,
        attempts=0,
        used_by=None,
    )
    with record_store.write() as connection:
        store = DeviceCodeStore(connection)
        store.add(code)
        assert store.open_codes(NOW) == 1
        assert [getattr(store.tried("0K1M"), "attempts", 0) for _ in range(2)] == [1, 2]
        assert store.tried("ZZZZ") is None
        assert store.use("0K1M", DEVICE)
        assert not store.use("0K1M", DEVICE)
        known = store.tried("0K1M")
        assert known is not None
        assert known.used_by == DEVICE
        assert store.open_codes(NOW) == 0


def test_codes_that_expired_unused_are_forgotten(record_store: Database) -> None:
    battery_id = add_device(record_store)
    with record_store.write() as connection:
        store = DeviceCodeStore(connection)
        for handle, made_at in (("OLD1", NOW), ("NEW1", NOW + 2 * HOUR)):
            code = KeptCode(
                handle=handle,
                secret_hash=b"h",
                battery_id=battery_id,
                replaces=None,
                made_at=made_at,
                expires_at=made_at + HOUR,
                attempts=0,
                used_by=None,
            )
            store.add(code)
        assert store.tried("OLD1") is None
        assert store.tried("NEW1") is not None


def test_the_newest_receipt_tells_how_far_the_clock_is_off(record_store: Database) -> None:
    former = add_device(record_store)
    present = add_device(record_store, OTHER, b"o" * 32)
    row = {"batches": 1, "samples": 9, "backfilled": 0, "memory": {}, "device_id": str(DEVICE)}
    heard = [
        {"battery_id": str(present), "last_received_ms": unix_ms(NOW + HOUR), "skew_ms": 5_000},
        {"battery_id": str(former), "last_received_ms": unix_ms(NOW), "skew_ms": -7},
    ]
    with record_store.write() as connection:
        connection.execute(insert(device_states), [row | each for each in heard])
        found = DeviceClockStore(connection).of_devices([DEVICE, OTHER])

    assert found == {DEVICE: ReceivedClock(NOW + HOUR, 5_000)}
