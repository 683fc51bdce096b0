"""Operators' orders and the machine's, asked of whichever charger is connected here.

In: orders in the database; sessions that must stop or slow down. Out: the charger's own answers.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from battery_passport.adapters.ocpp.orders import Limit, Order, Stop
from battery_passport.adapters.ocpp.station import OrderAnswer, Station
from battery_passport.adapters.sql.charging_orders import OrderStore, StoredOrder
from battery_passport.assembly.gateways.desk import ChargerDesk
from battery_passport.assembly.gateways.office import Office
from battery_passport.assembly.gateways.sessions import Live
from battery_passport.foundation.errors import BatteryPassportError

_LOG = logging.getLogger(__name__)
LOOK_EVERY_S: Final = 0.5
PATIENCE = timedelta(seconds=45)
"""An order that nobody took for so long is not carried out any more."""

STOP, LIMIT = "stop", "limit"


@dataclass(slots=True)
class Charger:
    """A connected charger."""

    station: Station
    desk: ChargerDesk


@dataclass(slots=True)
class Orders:
    """Carries out orders for the chargers that are connected to this process."""

    office: Office
    chargers: dict[str, Charger] = field(default_factory=dict)
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _stopping: set[tuple[str, int]] = field(default_factory=set)

    async def look(self) -> None:
        """Take the orders that wait for chargers of this process."""
        if self.chargers:
            for order in await asyncio.to_thread(self._taken, list(self.chargers)):
                self._begin(self._carry_out(order))

    def _taken(self, names: list[str]) -> list[StoredOrder]:
        since = self.office.clock.now() - PATIENCE
        with self.office.database.read() as connection:
            waiting = OrderStore(connection).waiting(names, since=since)
        if not waiting:
            return []
        moment = self.office.clock.now()
        with self.office.database.write() as connection:
            store = OrderStore(connection)
            return [order for order in waiting if store.take(order.order_id, moment)]

    def steer(self, charge_point: str, live: Live, must_stop: bool) -> None:  # noqa: FBT001 - Steer
        """Ask a charger to stop a session, or to keep to its limit; returns at once."""
        key = (charge_point, live.number)
        if must_stop and key in self._stopping:
            return
        if must_stop:
            self._stopping.add(key)
        self._begin(self._steered(charge_point, live, must_stop=must_stop))

    async def _steered(self, charge_point: str, live: Live, *, must_stop: bool) -> None:
        charger = self.chargers.get(charge_point)
        try:
            if charger is not None and must_stop:
                answer = await charger.station.ask(_stop(live))
                _LOG.info("session %d: stop: %s", live.number, answer.status)
            elif charger is not None:
                await self._slow(charger, live)
        except BatteryPassportError as error:
            _LOG.warning("session %d: %s", live.number, error)
        finally:
            self._stopping.discard((charge_point, live.number))

    async def _slow(self, charger: Charger, live: Live) -> OrderAnswer | None:
        power_w = charger.desk.power_w(live)
        if power_w is None or power_w == live.sent_power_w:
            return None
        live.sent_power_w = power_w
        answer = await charger.station.ask(_limit(live, power_w))
        _LOG.info("session %d: at most %.0f W: %s", live.number, power_w, answer.status)
        return answer

    async def _carry_out(self, order: StoredOrder) -> None:
        try:
            answer = await self._asked(order)
        except BatteryPassportError as error:
            answer = OrderAnswer(error.message, is_accepted=False)
        except Exception as error:  # noqa: BLE001 - who ordered must hear that it failed
            _LOG.exception("order %s failed", order.order_id)
            answer = OrderAnswer(f"failed: {type(error).__name__}", is_accepted=False)
        await asyncio.to_thread(self._answer, order, answer)

    async def _asked(self, order: StoredOrder) -> OrderAnswer:
        charger = self.chargers.get(order.charge_point)
        live = None if charger is None else charger.desk.sessions.get(order.session)
        if charger is None or live is None:
            return OrderAnswer("The session is over.", is_accepted=False)
        if order.kind == STOP:
            return await charger.station.ask(_stop(live))
        await charger.desk.limit(live, order.power_w or 0.0)
        power_w = charger.desk.power_w(live)
        live.sent_power_w = power_w
        return await charger.station.ask(_limit(live, power_w or 0.0))

    def _answer(self, order: StoredOrder, answer: OrderAnswer) -> None:
        with self.office.database.write() as connection:
            OrderStore(connection).answer(
                order.order_id,
                text=answer.status,
                accepted=answer.is_accepted,
                moment=self.office.clock.now(),
            )

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def _stop(live: Live) -> Order:
    return Stop(live.stored.connector, live.stored.transaction)


def _limit(live: Live, power_w: float) -> Order:
    return Limit(live.stored.connector, live.stored.transaction, power_w)
