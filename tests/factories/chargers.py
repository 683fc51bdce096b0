"""Chargers simulated by the `ocpp` client library, and the batteries they charge.

In: an address, a name and a password. Out: connected charge points of version 1.6 or 2.0.1.
"""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import websockets
from ocpp.routing import on
from ocpp.v16 import ChargePoint as ChargePoint16
from ocpp.v16 import call_result as result16
from ocpp.v201 import ChargePoint as ChargePoint201
from ocpp.v201 import call_result as result201
from websockets.typing import Origin, Subprotocol

PASSWORD = "a password of a charger"


class Charger16(ChargePoint16):  # type: ignore[misc] # the library publishes no types
    """A charger of version 1.6 that obeys, and remembers what it was asked."""

    def __init__(self, name: str, connection: Any) -> None:
        super().__init__(name, connection)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.was_stopped = asyncio.Event()

    @on("RemoteStopTransaction")  # type: ignore[untyped-decorator]
    def stop(self, **payload: Any) -> Any:
        self.asked.append(("stop", payload))
        self.was_stopped.set()
        return result16.RemoteStopTransaction(status="Accepted")

    @on("SetChargingProfile")  # type: ignore[untyped-decorator]
    def limit(self, **payload: Any) -> Any:
        self.asked.append(("limit", payload))
        return result16.SetChargingProfile(status="Accepted")


class Charger201(ChargePoint201):  # type: ignore[misc] # the library publishes no types
    """A charger of version 2.0.1 that obeys, and remembers what it was asked."""

    def __init__(self, name: str, connection: Any) -> None:
        super().__init__(name, connection)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.was_stopped = asyncio.Event()

    @on("RequestStopTransaction")  # type: ignore[untyped-decorator]
    def stop(self, **payload: Any) -> Any:
        self.asked.append(("stop", payload))
        self.was_stopped.set()
        return result201.RequestStopTransaction(status="Accepted")

    @on("SetChargingProfile")  # type: ignore[untyped-decorator]
    def limit(self, **payload: Any) -> Any:
        self.asked.append(("limit", payload))
        return result201.SetChargingProfile(status="Accepted")


@contextlib.asynccontextmanager
async def connected(
    kind: type[Any],
    address: str,
    name: str,
    *,
    password: str = PASSWORD,
    origin: str | None = None,
) -> AsyncIterator[Any]:
    """Connect a charger; it listens until the block ends."""
    version = "ocpp1.6" if kind is Charger16 else "ocpp2.0.1"
    token = base64.b64encode(f"{name}:{password}".encode()).decode()
    async with websockets.connect(
        f"{address}/{name}",
        subprotocols=[Subprotocol(version)],
        additional_headers={"Authorization": f"Basic {token}"},
        open_timeout=20,
        origin=None if origin is None else Origin(origin),
    ) as connection:
        charger = kind(name, connection)
        listening = asyncio.create_task(charger.start())
        try:
            yield charger
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError, websockets.ConnectionClosed):
                await listening


def meter_values_16(at: str, *, soc: float, amps: float, volts: float) -> list[dict[str, Any]]:
    """Return a meter value as a fast charger of version 1.6 sends it: numbers as text."""
    sampled = [
        {"value": f"{soc}", "measurand": "SoC", "unit": "Percent", "location": "EV"},
        {"value": f"{amps}", "measurand": "Current.Import", "unit": "A", "location": "Outlet"},
        {"value": f"{volts}", "measurand": "Voltage", "unit": "V", "location": "Outlet"},
        {"value": f"{amps * volts / 1000:.3f}", "measurand": "Power.Active.Import", "unit": "kW"},
    ]
    return [{"timestamp": at, "sampledValue": sampled}]


def meter_values_201(at: str, *, soc: float, amps: float, volts: float) -> list[dict[str, Any]]:
    """Return a meter value as a fast charger of version 2.0.1 sends it."""
    sampled = [
        {"value": soc, "measurand": "SoC", "location": "EV", "unitOfMeasure": {"unit": "Percent"}},
        {"value": amps, "measurand": "Current.Import", "unitOfMeasure": {"unit": "A"}},
        {"value": volts, "measurand": "Voltage", "unitOfMeasure": {"unit": "V"}},
        {
            "value": amps * volts / 1000,
            "measurand": "Power.Active.Import",
            "unitOfMeasure": {"unit": "W", "multiplier": 3},
        },
    ]
    return [{"timestamp": at, "sampledValue": sampled}]


class Central16(ChargePoint16):  # type: ignore[misc] # the library publishes no types
    """An operator's own central system of version 1.6, which numbers transactions from 7001."""

    begun = 7_000

    def __init__(self, name: str, connection: Any, heard: list[str]) -> None:
        super().__init__(name, connection)
        self.heard = heard

    @on("BootNotification")  # type: ignore[untyped-decorator]
    def boot(self, **_payload: Any) -> Any:
        return result16.BootNotification(
            current_time="2026-01-01T00:00:00Z", interval=77, status="Accepted"
        )

    @on("StartTransaction")  # type: ignore[untyped-decorator]
    def start_transaction(self, **_payload: Any) -> Any:
        Central16.begun += 1
        return result16.StartTransaction(
            transaction_id=Central16.begun, id_tag_info={"status": "Accepted"}
        )

    @on("MeterValues")  # type: ignore[untyped-decorator]
    def measured(self, **_payload: Any) -> Any:
        return result16.MeterValues()

    @on("StopTransaction")  # type: ignore[untyped-decorator]
    def ended(self, **_payload: Any) -> Any:
        return result16.StopTransaction()

    async def route_message(self, raw_msg: str) -> None:
        """Remember every frame as it came, then answer it."""
        self.heard.append(raw_msg)
        await super().route_message(raw_msg)


@contextlib.asynccontextmanager
async def central_16(port: int = 0) -> AsyncIterator[tuple[str, list[str], list[str]]]:
    """Run a central system; give its address, what it heard, and with which authorisation."""
    heard: list[str] = []
    passes: list[str] = []

    async def welcome(connection: Any) -> None:
        passes.append(connection.request.headers["Authorization"])
        name = connection.request.path.rpartition("/")[2]
        if name == "REFUSED":
            await connection.close(1008, "not today")
            return
        with contextlib.suppress(websockets.ConnectionClosed):
            await Central16(name, connection, heard).start()

    async def look(connection: Any, request: Any) -> Any:
        if request.path.endswith("/FORBIDDEN"):
            return connection.respond(403, "Not you.\n")
        return None

    async with websockets.serve(
        welcome,
        "127.0.0.1",
        port,
        subprotocols=[Subprotocol("ocpp1.6")],
        process_request=look,
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/central", heard, passes
