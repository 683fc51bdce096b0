"""Which battery a card, a car or a pack stands for; what was kept of it becomes evidence.

In: requests of verbs. Out: the binding, and how many messages were taken in.
"""

from dataclasses import replace
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.adapters.sql.charging_sessions import SessionStore
from battery_passport.adapters.sql.gateway_bindings import (
    BindingKind,
    BindingStore,
    StoredBinding,
)
from battery_passport.adapters.sql.kept_readings import KeptStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.finding import find_battery
from battery_passport.assembly.gateways.bound import BoundBattery
from battery_passport.assembly.gateways.identity import GatewayName, open_gateway
from battery_passport.assembly.gateways.keeping import take_in
from battery_passport.assembly.gateways.process import hasher_of
from battery_passport.assembly.gateways.recording import Recorder
from battery_passport.assembly.gateways.subjects import Hasher, shown
from battery_passport.assembly.ingest_writer import IngestWriter
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.requests import Asked, InvalidRequest
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.errors import NotFound
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.foundation.uuid7 import new_uuid7

_VIN_CHARACTERS = 17
_KINDS = {kind.value: kind for kind in BindingKind}


class UnknownBinding(NotFound):
    """Nothing is bound there."""

    code = "unknown-binding"
    remedy = "See what is kept and bound with `ocpp kept` and `ocpp status`."


def bind(installation: Installation, request: JsonObject) -> JsonObject:
    """Bind a battery to a token, a VIN or a pack code, or to one session.

    Raises: UnknownBattery, UnknownBinding.
    """
    asked, moment = Asked(request), installation.clock.now()
    session = asked.optional_whole("session")
    with installation.database.write() as connection:
        battery = find_battery(RegistryStore(connection), asked.text("battery"))
        if session is not None:
            kind, subjects = (
                "session",
                _bind_session(SessionStore(connection), session, battery.battery_id),
            )
        else:
            named, subject = _named(asked, hasher_of(installation))
            kind, subjects = named.value, [subject]
            BindingStore(connection).bind(
                StoredBinding(
                    binding_id=new_uuid7(moment),
                    kind=named,
                    subject=subject,
                    battery_id=battery.battery_id,
                    bound_at=moment,
                )
            )
            KeptStore(connection).forget_refusals(subject)
        act = Act(name="battery-bound", battery_id=battery.battery_id, details={"by": kind})
        record_act(connection, act, moment)
    bound = BoundBattery(battery.battery_id, battery.battery_ref)
    taken = sum(_take_in(installation, subject, bound) for subject in subjects)
    installation.pipeline.settle()
    return {
        "battery": str(battery.identifier),
        "bound": kind,
        "of": shown(subjects[0]),
        "messages_taken_in": taken,
    }


def unbind(installation: Installation, request: JsonObject) -> JsonObject:
    """End a binding. Raises: UnknownBinding."""
    asked, moment = Asked(request), installation.clock.now()
    kind, subject = _named(asked, hasher_of(installation))
    with installation.database.write() as connection:
        if not BindingStore(connection).end(kind, subject, moment):
            raise UnknownBinding(f"No battery is bound to that {kind.value}.")
        record_act(connection, Act(name="battery-unbound", details={"by": kind.value}), moment)
    installation.pipeline.settle()
    return {"unbound": kind.value, "of": shown(subject), "at": format_utc(moment)}


def _named(asked: Asked, hasher: Hasher) -> tuple[BindingKind, bytes]:
    given = {kind: text for name, kind in _KINDS.items() if (text := asked.optional_text(name))}
    if len(given) != 1:
        raise InvalidRequest("Name one of token, vin, pack or session.")
    ((kind, text),) = given.items()
    if kind is BindingKind.VIN and len(text.strip()) != _VIN_CHARACTERS:
        raise InvalidRequest(f"A VIN has 17 characters, not {len(text.strip())}.")
    return kind, hasher.subject(kind, text)


def _bind_session(store: SessionStore, number: int, battery_id: UUID) -> list[bytes]:
    """Bind one session only; return whom its kept readings may be kept under."""
    session = store.get(number)
    if session is None:
        raise UnknownBinding(f"There is no session {number}.")
    store.save(replace(session, battery_id=battery_id))
    return [session.opening]


def _take_in(installation: Installation, subject: bytes, battery: BoundBattery) -> int:
    """Make evidence of what was kept of somebody, signed by the gateway that heard it."""
    with installation.database.read() as connection:
        kept = KeptStore(connection).of_subject(subject, 1)
    if not kept:
        return 0
    gateway = open_gateway(installation, GatewayName.OCPP)
    writer = IngestWriter(installation.database, queue_batches=1)
    recorder = Recorder(installation.database, gateway, writer=writer, clock=installation.clock)
    return take_in(installation.database, recorder, subject=subject, battery=battery)
