"""Orders to chargers: stop a session, or let it charge more slowly.

In: requests of verbs. Out: what the charger itself said, by way of the process that holds it.
"""

import time
from typing import Final
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.adapters.sql.charge_points import ChargePointStore
from battery_passport.adapters.sql.charging_orders import OrderStore, StoredOrder
from battery_passport.adapters.sql.charging_sessions import SessionStore, StoredSession
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.gateways.ordering import LIMIT, STOP
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.requests import Asked, InvalidRequest
from battery_passport.foundation.errors import Conflict, NotFound, TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.foundation.uuid7 import new_uuid7

_PATIENCE_S: Final = 40.0
_LOOK_EVERY_S: Final = 0.2
_UNTAKEN_S: Final = 5.0
_MOST_KW: Final = 10_000


class NoSession(NotFound):
    """Nobody charges there."""

    code = "no-charging-session"
    remedy = "See what goes on with `ocpp status`."


class OrderRefused(Conflict):
    """The charger refused."""

    code = "charger-refused"
    remedy = "See the charger's own display or log."


class NotConnected(TemporarilyUnavailable):
    """No running process is connected to the charger."""

    code = "charger-not-connected"
    remedy = "See whether `ocpp serve` runs and the charger is connected (`ocpp status`)."


def stop_charging(installation: Installation, request: JsonObject) -> JsonObject:
    """Have a charger end a session. Raises: NoSession, OrderRefused, NotConnected."""
    return _order(installation, Asked(request), STOP, None)


def limit_charging(installation: Installation, request: JsonObject) -> JsonObject:
    """Have a charger charge no faster. Raises: NoSession, OrderRefused, NotConnected."""
    asked = Asked(request)
    power_kw = asked.optional_number("power_kw")
    if power_kw is None or not 0 <= power_kw <= _MOST_KW:
        raise InvalidRequest(f"The power is from 0 to {_MOST_KW} kW.")
    return _order(installation, asked, LIMIT, power_kw * 1_000)


def _order(
    installation: Installation, asked: Asked, kind: str, power_w: float | None
) -> JsonObject:
    charger, transaction = asked.text("charger"), asked.optional_text("transaction")
    moment = installation.clock.now()
    with installation.database.write() as connection:
        session = _session(SessionStore(connection), charger, transaction)
        order = StoredOrder(
            order_id=new_uuid7(moment),
            session=session.number or 0,
            charge_point=charger,
            kind=kind,
            power_w=power_w,
            ordered_at=moment,
        )
        OrderStore(connection).add(order)
        details: dict[str, str | int] = {"charger": charger}
        if power_w is not None:
            details["power-w"] = round(power_w)
        operator = ChargePointStore(connection).operator_of(charger)
        if operator is not None:
            details["organisation"] = str(operator)
        act = Act(
            name=f"charging-{kind}-ordered",
            actor_id=asked.optional_id("by"),
            battery_id=session.battery_id,
            details=details,
        )
        record_act(connection, act, moment)
    answered = _awaited(installation, order.order_id)
    installation.pipeline.settle()
    if not answered.accepted:
        raise OrderRefused(f"The charger {charger} said: {answered.answer}.")
    return {
        "charger": charger,
        "transaction": session.transaction,
        "order": kind,
        "answer": answered.answer,
    }


def _session(store: SessionStore, charger: str, transaction: str | None) -> StoredSession:
    running = [
        each
        for each in store.open_at(charger)
        if each.ended_at is None and transaction in (None, each.transaction)
    ]
    if not running:
        raise NoSession(f"Nobody charges at {charger[:60]!r}.")
    if len(running) > 1:
        told = ", ".join(each.transaction for each in running)
        raise InvalidRequest(f"Several charge there: name one transaction of {told}.")
    return running[0]


def _awaited(installation: Installation, order_id: UUID) -> StoredOrder:
    """Return the order once it is answered. Raises: NotConnected."""
    begun_s = time.monotonic()
    while True:
        with installation.database.read() as connection:
            order = OrderStore(connection).get(order_id)
        if order is None:
            raise NotConnected("The order is gone.")
        if order.accepted is not None:
            return order
        waited_s = time.monotonic() - begun_s
        if waited_s > (_PATIENCE_S if order.taken_at else _UNTAKEN_S):
            if order.taken_at is None and _withdrawn(installation, order_id):
                raise NotConnected(f"No running process is connected to {order.charge_point}.")
            if waited_s > _PATIENCE_S:
                raise NotConnected(f"{order.charge_point} did not answer.")
        time.sleep(_LOOK_EVERY_S)


def _withdrawn(installation: Installation, order_id: UUID) -> bool:
    """Return whether the order could be taken back before anybody took it."""
    with installation.database.write() as connection:
        return OrderStore(connection).take(order_id, installation.clock.now())
