"""Bindings, sessions, kept readings and orders of gateways: the same on both databases."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.charging_orders import OrderStore, StoredOrder
from battery_passport.adapters.sql.charging_sessions import SessionStore, StoredSession
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.gateway_bindings import (
    BindingKind,
    BindingStore,
    StoredBinding,
)
from battery_passport.adapters.sql.kept_readings import KeptReading, KeptStore, Refused
from battery_passport.adapters.sql.owner_traces import TraceStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.uuid7 import new_uuid7
from tests.factories.registry import make_battery, make_organisation

NOW = parse_utc("2026-11-23T07:30:00Z")
CARD, OTHER = b"c" * 32, b"o" * 32


def battery(connection: Connection) -> UUID:
    store, made = RegistryStore(connection), replace(make_battery(), model_id=None)
    store.add_organisation(replace(make_organisation(), organisation_id=made.responsible_id))
    store.add_battery(made)
    return made.battery_id


def binding(battery_id: UUID, *, hours: float = 0, subject: bytes = CARD) -> StoredBinding:
    moment = NOW + timedelta(hours=hours)
    return StoredBinding(
        binding_id=new_uuid7(moment),
        kind=BindingKind.TOKEN,
        subject=subject,
        battery_id=battery_id,
        bound_at=moment,
    )


def session(**values: object) -> StoredSession:
    usual = StoredSession(
        opening=b"1" * 32,
        charge_point="CP1",
        transaction="",
        connector=1,
        state="authorised",
        started_at=NOW,
    )
    return replace(usual, **values)  # type: ignore[arg-type]


def test_one_battery_is_bound_at_a_time(record_store: Database) -> None:
    with record_store.write() as connection:
        battery_id, store = battery(connection), BindingStore(connection)
        assert store.bind(binding(battery_id))
        assert not store.bind(binding(battery_id, hours=1)), "it is bound already"
        assert store.battery_of(BindingKind.TOKEN, CARD) == battery_id
        assert store.battery_of(BindingKind.VIN, CARD) is None
        assert store.end(BindingKind.TOKEN, CARD, NOW)
        assert not store.end(BindingKind.TOKEN, CARD, NOW)
        assert store.battery_of(BindingKind.TOKEN, CARD) is None
        assert store.all() == []


def test_a_session_begins_once_and_a_number_used_again_is_another(record_store: Database) -> None:
    with record_store.write() as connection:
        store = SessionStore(connection)
        first, is_new = store.begin(session())
        again, is_new_again = store.begin(session())
        assert (is_new, is_new_again, again) == (True, False, first)
        assert first.transaction == str(first.number)
        store.begin(session(opening=b"2" * 32, transaction="7"))
        newer, _ = store.begin(session(opening=b"3" * 32, transaction="7"))
        assert store.of_transaction("CP1", "7") == newer
        assert [each.transaction for each in store.open_at("CP1")] == [first.transaction, "", "7"]
        store.save(replace(newer, state="unplugged", soc_ratio=0.5, ended_at=NOW))
        assert len(store.open_at("CP1")) == 2
        assert store.newest(1)[0].soc_ratio == 0.5


def test_what_is_kept_and_refused_is_seen_until_it_is_taken_in(record_store: Database) -> None:
    reading = KeptReading(
        message=b"m" * 32,
        gateway="ocpp",
        source="CP1",
        subject=CARD,
        reason="unbound",
        assumptions=("signed-by-gateway",),
        rows=[{"at_ms": 1, "columns": {"current_ma": -5}}],
        received_at=NOW,
    )
    refused = Refused(
        gateway="ocpp",
        source="CP9",
        reason="not-admitted",
        subject=CARD,
        count=2,
        first_at=NOW,
        last_at=NOW,
    )
    with record_store.write() as connection:
        store = KeptStore(connection)
        store.keep(reading)
        store.keep(replace(reading, source="CP2"))
        assert store.of_subject(CARD, 9) == [reading]
        store.refuse(refused)
        store.refuse(replace(refused, last_at=NOW + timedelta(seconds=1)))
        assert [each.count for each in store.refused(9)] == [4]
        store.forget_refusals(CARD)
        store.remove([reading.message])
        assert (store.count(), store.count_refusals()) == (0, 0)


def test_an_order_is_taken_and_answered_once(record_store: Database) -> None:
    order = StoredOrder(
        order_id=new_uuid7(NOW),
        session=1,
        charge_point="CP1",
        kind="limit",
        power_w=22_000.0,
        ordered_at=NOW,
    )
    with record_store.write() as connection:
        store = OrderStore(connection)
        store.add(order)
        assert store.waiting(["CP2"], since=NOW) == []
        assert store.waiting(["CP1"], since=NOW + timedelta(seconds=1)) == []
        assert store.waiting(["CP1"], since=NOW) == [order]
        assert store.take(order.order_id, NOW)
        assert not store.take(order.order_id, NOW)
        store.answer(order.order_id, text="x" * 999, accepted=True, moment=NOW)
        answered = store.get(order.order_id)
    assert answered is not None
    assert (answered.accepted, len(answered.answer or "")) == (True, 255)


def test_where_an_erased_owner_charged_is_forgotten(record_store: Database) -> None:
    with record_store.write() as connection:
        battery_id = battery(connection)
        bindings, sessions = BindingStore(connection), SessionStore(connection)
        for hours, subject in ((-2, OTHER), (1, CARD)):
            bindings.bind(binding(battery_id, hours=hours, subject=subject))
            moment = NOW + timedelta(hours=hours)
            sessions.begin(session(opening=subject, battery_id=battery_id, started_at=moment))
        TraceStore(connection).forget(battery_id, since=NOW, until=NOW + timedelta(hours=2))
        assert [each.subject for each in bindings.all()] == [OTHER]
        assert [each.opening for each in sessions.newest(9)] == [OTHER]
