"""`ocpp proxy`: listens in between chargers and their own central system.

In: settings, where to listen, the central system's address. Out: every frame on the other side;
meter values and battery data as evidence. What cannot be written waits, within bounds; what does
not fit is lost, and counted.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from battery_passport.adapters.ocpp.checking import SUBPROTOCOLS
from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.mirror import Mirror
from battery_passport.adapters.ocpp.news import News
from battery_passport.adapters.ocpp.proxy import Listener, Proxy
from battery_passport.adapters.ocpp.speaking import VERSIONS
from battery_passport.adapters.sql.charge_points import ChargePointStore, StoredChargePoint
from battery_passport.assembly.gateways.desk import ChargerDesk
from battery_passport.assembly.gateways.identity import GatewayName
from battery_passport.assembly.gateways.office import Office
from battery_passport.assembly.gateways.process import (
    Announce,
    Listen,
    check_listening,
    opened_office,
    reporting,
    told_to_end,
)
from battery_passport.assembly.gateways.sessions import Live
from battery_passport.assembly.listening import listening
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.errors import InvalidInput, Misconfigured

_LOG = logging.getLogger(__name__)
GATEWAY: Final = "ocpp-proxy"
MOST_WAITING: Final = 20_000
"""Frames of all chargers that may wait for our own storage."""

_RETRY_S: Final = (0.5, 1.0, 2.0, 5.0)
_LAST_S: Final = 10.0


class UnusableUpstream(Misconfigured):
    """The address of the central system is none."""

    code = "unusable-upstream"
    remedy = "Give ws://host:port/path or wss://host/path."


def serve_proxy(settings: Settings, listen: Listen, *, upstream: str, announce: Announce) -> None:
    """Relay until the process is told to end.

    Raises: PortTaken, UnsafeGateway, UnusableUpstream, and as `opened_office`.
    """
    address = urlsplit(upstream)
    if address.scheme not in ("ws", "wss") or not address.hostname:
        raise UnusableUpstream(f"{upstream[:80]!r} is no address of a central system.")
    check_listening(listen, settings, behind="")
    with (
        opened_office(settings, GatewayName.OCPP, gateway=GATEWAY) as office,
        listening(listen.host, listen.port) as listener,
    ):
        host, port = listener.getsockname()[:2]
        scheme = "ws" if listen.certificate is None else "wss"
        ear = Ear(office)
        proxy = Proxy(
            listener=listener,
            upstream=upstream,
            tls=listen.tls(),
            open_listener=ear.open,
            count=partial(office.figures.add, "connections"),
        )
        asyncio.run(_run(ear, proxy, partial(announce, f"{scheme}://{host}:{port}/ocpp")))


async def _run(ear: "Ear", proxy: Proxy, announce: "partial[None]") -> None:
    writing = asyncio.create_task(ear.write_all())
    async with reporting(ear.office), proxy.open():
        announce()
        await told_to_end()
    # What was heard is written down before the end, unless storage stays away.
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ear.waiting.join(), _LAST_S)
    if left := ear.waiting.qsize():
        _LOG.error("%d frames were relayed and could not be written down", left)
    writing.cancel()


@dataclass(slots=True)
class _Heard:
    """One charger as the proxy hears it; `desk` is opened with its first news."""

    charge_point: str
    mirror: Mirror
    desk: ChargerDesk | None = None


@dataclass(slots=True)
class Ear:
    """Takes copies of frames, and writes down what they say, behind the traffic."""

    office: Office
    waiting: asyncio.Queue[tuple[_Heard, bool, str | bytes]] = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING)
    )

    async def open(self, charge_point: str, subprotocol: str | None) -> Listener:
        """Return who listens to a charger."""
        number = SUBPROTOCOLS.get(subprotocol or "")
        if number is None:
            self.office.figures.refuse(charge_point, "version-not-understood")
            return Listener(_deaf, _deaf)
        heard = _Heard(charge_point, Mirror(VERSIONS[number]))
        return Listener(
            from_charger=lambda frame: self._take(heard, frame, of_charger=True),
            from_central=lambda frame: self._take(heard, frame, of_charger=False),
        )

    def _take(self, heard: _Heard, frame: str | bytes, *, of_charger: bool) -> None:
        try:
            self.waiting.put_nowait((heard, of_charger, frame))
        except asyncio.QueueFull:
            if of_charger:
                self.office.figures.add("lost")
                self.office.figures.refuse(heard.charge_point, "lost-storage-was-down")

    async def write_all(self) -> None:
        """Write down one frame after the other; storage that is down is waited for."""
        while True:
            heard, of_charger, frame = await self.waiting.get()
            try:
                await self._write(heard, frame, of_charger=of_charger)
            finally:
                self.waiting.task_done()

    async def _write(self, heard: _Heard, frame: str | bytes, *, of_charger: bool) -> None:
        try:
            news = (
                await heard.mirror.from_charger(frame)
                if of_charger
                else heard.mirror.from_central(frame)
            )
        except OcppRefused:
            self.office.figures.refuse(heard.charge_point, "not-understood")
            return
        if news is not None:
            await self._note(heard, news)

    async def _note(self, heard: _Heard, news: News) -> None:
        failures = 0
        while True:
            try:
                await self._noted(heard, news)
            except InvalidInput as error:
                _LOG.warning("a message was not understood: %s", error.message)
                self.office.figures.refuse(heard.charge_point, error.code[:32])
                return
            except Exception as error:  # noqa: BLE001 - storage is away, whatever the reason
                _LOG.warning("storage is away: %s", type(error).__name__)
                await asyncio.sleep(_RETRY_S[min(failures, len(_RETRY_S) - 1)])
                failures += 1
            else:
                return

    async def _noted(self, heard: _Heard, news: News) -> None:
        if heard.desk is None:
            point = await asyncio.to_thread(self._point, heard.charge_point)
            if point is None:
                self.office.figures.refuse(heard.charge_point, "unknown-charger")
                return
            opened = partial(
                ChargerDesk,
                self.office,
                point,
                version=heard.mirror.version.number,
                steer=_steers_nobody,
            )
            heard.desk = await asyncio.to_thread(opened)
        await heard.desk.note(news)
        self.office.figures.add("messages")

    def _point(self, charge_point: str) -> StoredChargePoint | None:
        with self.office.database.read() as connection:
            return ChargePointStore(connection).get(charge_point)


def _deaf(_frame: str | bytes) -> None:
    pass


def _steers_nobody(_live: Live, _must_stop: bool) -> None:  # noqa: FBT001 - fulfils `Steer`
    """Leave the charger to its own central system."""
