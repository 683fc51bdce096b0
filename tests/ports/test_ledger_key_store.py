"""Batteries on the ledger, people's sealed keys and requests, over both record stores."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from battery_passport.access.records.ledger_keys import (
    LedgerToken,
    RequestKind,
    SealedKey,
    SealedRequest,
)
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.ledger_keys import (
    SqlLedgerKeys,
    SqlLedgerRequests,
    SqlLedgerTokens,
)
from battery_passport.adapters.sql.registry import RegistryStore
from tests.factories.ledger import MOMENT
from tests.factories.registry import make_battery, make_organisation

HANA, JUN = uuid4(), uuid4()


def _battery(store: Database) -> UUID:
    organisation = make_organisation()
    battery = replace(make_battery(), model_id=None, responsible_id=organisation.organisation_id)
    with store.write() as connection:
        registry = RegistryStore(connection)
        registry.add_organisation(organisation)
        registry.add_battery(battery)
    return battery.battery_id


def _key(person_id: UUID, battery_id: UUID, *, minutes: int = 0) -> SealedKey:
    return SealedKey(
        key_id=uuid4(),
        person_id=person_id,
        battery_id=battery_id,
        sealed=b"sealed",
        made_at=MOMENT + timedelta(minutes=minutes),
    )


def _request(person_id: UUID, battery_id: UUID, kind: RequestKind) -> SealedRequest:
    return SealedRequest(
        request_id=uuid4(),
        kind=kind,
        person_id=person_id,
        battery_id=battery_id,
        sealed=b"sealed",
        deadline_s=1_800_000_000,
        made_at=MOMENT,
    )


def test_a_battery_keeps_its_first_key_on_the_ledger(record_store: Database) -> None:
    battery_id = _battery(record_store)
    first, second = (
        LedgerToken(
            battery_id=battery_id,
            salt=each * 32,
            digest=b"d" * 32,
            onchain_key=each * 32,
            made_at=MOMENT,
        )
        for each in (b"a", b"b")
    )
    with record_store.write() as connection:
        tokens = SqlLedgerTokens(connection)
        assert tokens.of(battery_id) is None
        tokens.add(first)
        tokens.add(second)
        assert tokens.of(battery_id) == first


def test_keys_are_found_by_person_and_battery_and_forgotten(record_store: Database) -> None:
    battery_id = _battery(record_store)
    old, new = _key(HANA, battery_id), _key(HANA, battery_id, minutes=1)
    other = _key(JUN, battery_id, minutes=2)
    with record_store.write() as connection:
        keys, requests = SqlLedgerKeys(connection), SqlLedgerRequests(connection)
        for each in (old, new, other):
            keys.add(each)
        requests.add(_request(HANA, battery_id, RequestKind.TRANSFER))
        assert keys.of_person(HANA) == [new, old]
        assert keys.of_battery(battery_id) == [other, new, old]
        keys.forget(HANA)
        assert keys.of_battery(battery_id) == [other]
        assert requests.of_battery(battery_id) == []


def test_requests_wait_until_they_are_removed(record_store: Database) -> None:
    battery_id = _battery(record_store)
    transfer = _request(HANA, battery_id, RequestKind.TRANSFER)
    rebinding = _request(JUN, battery_id, RequestKind.REBINDING)
    with record_store.write() as connection:
        requests = SqlLedgerRequests(connection)
        requests.add(transfer)
        requests.add(rebinding)
        assert requests.by_id(transfer.request_id) == transfer
        assert requests.of_kind(RequestKind.REBINDING) == [rebinding]
        requests.save(rebinding.request_id, b"with an approval")
        found = requests.by_id(rebinding.request_id)
        assert found is not None
        assert found.sealed == b"with an approval"
        requests.remove(transfer.request_id)
        assert requests.by_id(transfer.request_id) is None
