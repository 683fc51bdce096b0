"""The proxy relays to a central system of the `ocpp` library, and its copy reaches the history."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import websockets
from ocpp.v16 import call as call16

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.gateways.identity import GatewayName
from battery_passport.assembly.gateways.office import Office
from battery_passport.assembly.gateways.process import office_of
from battery_passport.assembly.gateways.proxy import Ear
from battery_passport.assembly.ingest_writer import IngestWriter
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.performing import perform
from battery_passport.assembly.settings import load_settings
from tests.factories.chargers import PASSWORD, Charger16, central_16, connected, meter_values_16
from tests.integration.support.gateways import GatewayProcess, gateway
from tests.integration.support.homes import TestHome
from tests.integration.support.moments import Beginning

BEGUN = Beginning()
now, at = BEGUN.now, BEGUN.at
PATIENCE_S = 60


def opened(home: TestHome) -> Any:
    return opened_installation(load_settings(home.environment()))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> TestHome:
    made = TestHome(tmp_path_factory.mktemp("proxy") / "home")
    with opened(made) as installation:
        for battery, token in (("car-1", "CARD-1"), ("car-2", "CARD-2")):
            perform(installation, "battery-add", {"battery": battery})
            perform(installation, "ocpp-bind", {"token": token, "battery": battery})
        # Whom the central system lets in is the central system's business: this password is ours.
        words = {"charger": "CP1", "site": "depot", "password": "never asked for here"}
        perform(installation, "ocpp-charger-add", {**words})
    return made


Scene = Callable[[str, list[str], list[str]], Awaitable[None]]


def played(home: TestHome, scene: Scene) -> None:
    """Run a scene with a central system, and a proxy in front of it."""

    async def play() -> None:
        async with central_16() as (upstream, heard, passes):
            with contextlib.ExitStack() as stack:
                words = ("ocpp", "proxy", "--upstream", upstream)
                proxy = await asyncio.to_thread(stack.enter_context, gateway(home, words))
                await scene(proxy.address, heard, passes)
                assert await asyncio.to_thread(proxy.stop) == 0

    asyncio.run(play())


def currents(installation: Installation, name: str) -> list[int]:
    installation.pipeline.settle()
    with installation.database.read() as connection:
        battery = RegistryStore(connection).battery_by_alias(name)
    assert battery is not None
    table = installation.history.read(battery.battery_id)
    return [each for each in table.columns.get("current_ma", ()) if each > -(2**63)]


async def charge(charger: Any, card: str, amps: list[float]) -> int:
    begun = await charger.call(
        call16.StartTransaction(connector_id=1, id_tag=card, meter_start=5, timestamp=at(0))
    )
    for second, each in enumerate(amps, 1):
        values = meter_values_16(at(second), soc=50, amps=each, volts=400)
        await charger.call(
            call16.MeterValues(
                connector_id=1, transaction_id=begun.transaction_id, meter_value=values
            )
        )
    await charger.call(
        call16.StopTransaction(
            meter_stop=9, timestamp=at(len(amps) + 1), transaction_id=begun.transaction_id
        )
    )
    number: int = begun.transaction_id
    return number


def test_frames_go_through_unchanged_and_their_copy_becomes_evidence(home: TestHome) -> None:
    async def scene(address: str, heard: list[str], passes: list[str]) -> None:
        async with connected(Charger16, address, "CP1") as charger:
            boot = await charger.call(
                call16.BootNotification(charge_point_model="F", charge_point_vendor="M")
            )
            assert boot.interval == 77, "the answer is the central system's own"
            assert await charge(charger, "CARD-1", [10, 11, 12]) > 7_000
            odd = '[2,"odd-1","Unheard",{"a": 1.0,  "b":"\\u00e9"}]'
            await charger._connection.send(odd)
            await charger.call(call16.Heartbeat())  # which this central system refuses
            assert odd in heard
        assert passes == [passes[0]]
        assert passes[0].startswith("Basic ")
        refused = await knock(address, "FORBIDDEN")
        assert refused.response.status_code == 403
        assert refused.response.body == b"Not you.\n"
        async with connected(Charger16, address, "REFUSED") as charger:
            await charger._connection.wait_closed()
            assert charger._connection.close_code == 1008
            assert charger._connection.close_reason == "not today"

    played(home, scene)
    with opened(home) as installation:
        assert currents(installation, "car-1") == [-10_000, -11_000, -12_000]


async def knock(address: str, name: str) -> websockets.InvalidStatus:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with connected(Charger16, address, name):
            pass
    return refused.value


def test_traffic_goes_on_while_our_own_storage_is_down(home: TestHome) -> None:
    async def scene(address: str, _heard: list[str], _passes: list[str]) -> None:
        with storage_down(home):
            begun_s = time.monotonic()
            async with connected(Charger16, address, "CP1") as charger:
                await asyncio.wait_for(charge(charger, "CARD-2", [20, 21, 22, 23]), 10)
            assert time.monotonic() - begun_s < 10
        with opened(home) as installation:
            deadline = time.monotonic() + PATIENCE_S
            while len(currents(installation, "car-2")) < 4:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.2)

    played(home, scene)
    with opened(home) as installation:
        assert currents(installation, "car-2") == [-20_000, -21_000, -22_000, -23_000]


@contextlib.contextmanager
def storage_down(home: TestHome) -> Iterator[None]:
    """Let nobody write to the home's database while the block runs."""
    blocker = sqlite3.connect(home.database, isolation_level=None)
    try:
        blocker.execute("PRAGMA locking_mode=NORMAL")
        blocker.execute("BEGIN IMMEDIATE")
        yield
        blocker.execute("ROLLBACK")
    finally:
        blocker.close()


def test_a_central_system_that_is_down_is_down_for_the_charger(home: TestHome) -> None:
    async def knocked(proxy: GatewayProcess) -> None:
        with pytest.raises((OSError, websockets.InvalidMessage)):
            async with connected(Charger16, proxy.address, "CP1", password=PASSWORD):
                pass

    words = ("ocpp", "proxy", "--upstream", "ws://127.0.0.1:9/central")
    with gateway(home, words) as proxy:
        asyncio.run(knocked(proxy))


def refused_of(installation: Installation) -> list[dict[str, Any]]:
    refused: Any = perform(installation, "ocpp-kept", {})["refused"]
    return list(refused)


def test_what_does_not_fit_while_storage_is_down_is_lost_and_counted(home: TestHome) -> None:
    async def overfill(office: Office) -> None:
        ear = Ear(office, waiting=asyncio.Queue(2))
        listener = await ear.open("CP1", "ocpp1.6")
        for _ in range(5):
            listener.from_charger('[2,"1","Heartbeat",{}]')
        listener.from_central('[3,"1",{}]')

    with opened(home) as installation:
        writer = IngestWriter(installation.database, queue_batches=1)
        office = office_of(installation, GatewayName.OCPP, gateway="ocpp-proxy", writer=writer)
        asyncio.run(overfill(office))
        assert office.figures.value("lost") == 3
        office.figures.save(installation.database)
        (told,) = [
            each for each in refused_of(installation) if each["reason"] == "lost-storage-was-down"
        ]
        assert (told["source"], told["count"]) == ("CP1", 3)
