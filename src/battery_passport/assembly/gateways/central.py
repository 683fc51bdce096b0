"""`ocpp serve`: the central system as a process.

In: settings and where to listen. Out: chargers heard until the process is told to end.
"""

import asyncio
import hmac
import logging
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from websockets.asyncio.server import ServerConnection

from battery_passport.adapters.ocpp.central import Door, Visitor
from battery_passport.adapters.ocpp.checking import SUBPROTOCOLS
from battery_passport.adapters.ocpp.speaking import VERSIONS
from battery_passport.adapters.ocpp.station import Station
from battery_passport.adapters.sql.charge_points import ChargePointStore, StoredChargePoint
from battery_passport.assembly.gateways.desk import ChargerDesk
from battery_passport.assembly.gateways.identity import GatewayName
from battery_passport.assembly.gateways.office import Office
from battery_passport.assembly.gateways.ordering import LOOK_EVERY_S, Charger, Orders
from battery_passport.assembly.gateways.process import (
    Announce,
    Listen,
    check_listening,
    opened_office,
    repeated,
    reporting,
    told_to_end,
)
from battery_passport.assembly.gateways.reports import REPORT_EVERY_S
from battery_passport.assembly.listening import listening
from battery_passport.assembly.settings import Settings

_LOG = logging.getLogger(__name__)
GATEWAY = "ocpp"


def serve_chargers(settings: Settings, listen: Listen, *, announce: Announce) -> None:
    """Be a central system until the process is told to end.

    Raises: PortTaken, UnsafeGateway, and as `opened_office`.
    """
    check_listening(listen, settings, behind="")
    with (
        opened_office(settings, GatewayName.OCPP, gateway=GATEWAY) as office,
        listening(listen.host, listen.port) as listener,
    ):
        central = Central(office)
        door = Door(
            listener=listener,
            tls=listen.tls(),
            admit=central.admit,
            handle=central.handle,
            refuse=office.figures.refuse,
        )
        host, port = listener.getsockname()[:2]
        scheme = "ws" if listen.certificate is None else "wss"
        asyncio.run(_run(central, door, partial(announce, f"{scheme}://{host}:{port}/ocpp")))


async def _run(central: "Central", door: Door, announce: "partial[None]") -> None:
    async with reporting(central.office), door.open():
        looking = asyncio.create_task(repeated(central.orders.look, every_s=LOOK_EVERY_S))
        telling = asyncio.create_task(repeated(central.tell_presence, every_s=REPORT_EVERY_S))
        announce()
        await told_to_end()
        looking.cancel()
        telling.cancel()


@dataclass(slots=True)
class Central:
    """Who is let in, and what becomes of each."""

    office: Office
    orders: Orders = field(init=False)
    heard_at: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.orders = Orders(self.office)

    async def admit(self, visitor: Visitor) -> bool:
        """Return whether a charger is known and its password right."""
        point = await asyncio.to_thread(self._point, visitor.charge_point)
        given = self.office.hasher.password(visitor.charge_point, visitor.password or "")
        expected = b"" if point is None else point.password
        return hmac.compare_digest(given, expected) and bool(visitor.password)

    async def handle(self, connection: ServerConnection, charge_point: str) -> None:
        """Hear a charger until it hangs up; a newer connection takes the place of an older."""
        point = await asyncio.to_thread(self._point, charge_point)
        if point is None or connection.subprotocol is None:
            return
        version = VERSIONS[SUBPROTOCOLS[connection.subprotocol]]
        steer = partial(self.orders.steer, charge_point)
        desk = await asyncio.to_thread(
            partial(ChargerDesk, self.office, point, version=version.number, steer=steer)
        )
        station = Station(
            connection, version, desk, clock=self.office.clock, count=partial(self._count, point)
        )
        before = self.orders.chargers.get(charge_point)
        if before is not None:
            await before.station.hang_up()
        charger = self.orders.chargers[charge_point] = Charger(station, desk)
        self.office.figures.add("connections")
        self.heard_at[charge_point] = self.office.clock.now()
        _LOG.info("a charger is connected over OCPP %s", version.number)
        try:
            await self.tell_presence(charge_point)
            await station.run()
        finally:
            self.office.figures.add("connections", -1)
            if self.orders.chargers.get(charge_point) is charger:
                del self.orders.chargers[charge_point]
                self.heard_at.pop(charge_point, None)
                await asyncio.to_thread(self._note_gone, charge_point)

    async def tell_presence(self, *names: str) -> None:
        """Save that these chargers are connected, or all that are."""
        heard_at = {name: self.heard_at[name] for name in names or tuple(self.heard_at)}
        if heard_at:
            await asyncio.to_thread(self._note_alive, heard_at)

    def _note_alive(self, heard_at: dict[str, datetime]) -> None:
        with self.office.database.write() as connection:
            ChargePointStore(connection).note_alive(heard_at, self.office.clock.now())

    def _note_gone(self, charge_point: str) -> None:
        with self.office.database.write() as connection:
            ChargePointStore(connection).note_gone(charge_point)

    def _point(self, charge_point: str) -> StoredChargePoint | None:
        with self.office.database.read() as connection:
            return ChargePointStore(connection).get(charge_point)

    def _count(self, point: StoredChargePoint, outcome: str) -> None:
        self.office.figures.add("messages")
        if point.charge_point in self.heard_at:
            self.heard_at[point.charge_point] = self.office.clock.now()
        if outcome != "noted":
            self.office.figures.refuse(point.charge_point, outcome.removeprefix("refused: ")[:32])
