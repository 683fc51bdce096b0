"""A charger simulated by the `ocpp` client library charges a car; its values reach the history."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import websockets
from ocpp.v16 import call as call16
from ocpp.v201 import call as call201

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.performing import perform
from battery_passport.assembly.settings import load_settings
from battery_passport.registry.model import DeviceKind
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.table import TelemetryTable
from tests.factories.chargers import (
    PASSWORD,
    Charger16,
    Charger201,
    connected,
    meter_values_16,
    meter_values_201,
)
from tests.integration.support.gateways import GatewayProcess, gateway
from tests.integration.support.homes import TestHome
from tests.integration.support.moments import Beginning

BEGUN = Beginning()
now, at = BEGUN.now, BEGUN.at
CARD, BATTERY, VIN = "04A2B3C4D5", "bus-1", "KMHC851JGLU012345"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> TestHome:
    made = TestHome(tmp_path_factory.mktemp("ocpp") / "home")
    with opened(made) as installation:
        perform(installation, "battery-add", {"battery": BATTERY, "rated_capacity_ah": 111.2})
        perform(installation, "battery-add", {"battery": "car-2"})
        for name in ("CP16", "CP201", "CPKILL"):
            words = {"charger": name, "site": "depot", "password": PASSWORD}
            perform(installation, "ocpp-charger-add", {**words})
        perform(installation, "ocpp-bind", {"token": CARD.lower(), "battery": BATTERY})
    return made


@pytest.fixture(scope="module")
def central(home: TestHome) -> Iterator[GatewayProcess]:
    with gateway(home, ("ocpp", "serve")) as running:
        yield running


def opened(home: TestHome) -> Any:
    return opened_installation(load_settings(home.environment()))


def history_of(installation: Installation, name: str) -> TelemetryTable:
    installation.pipeline.settle()
    with installation.database.read() as connection:
        battery = RegistryStore(connection).battery_by_alias(name)
    assert battery is not None
    return installation.history.read(battery.battery_id)


async def charge_16(address: str) -> None:
    """Charge once, with the state of charge rising from 40 to 41 %."""
    async with connected(Charger16, address, "CP16") as charger:
        boot = await charger.call(
            call16.BootNotification(charge_point_model="F100", charge_point_vendor="Made up")
        )
        assert boot.status == "Accepted"
        await charger.call(call16.Heartbeat())
        assert (await charger.call(call16.Authorize(id_tag=CARD))).id_tag_info["status"] == (
            "Accepted"
        )
        await charger.call(
            call16.StatusNotification(connector_id=1, error_code="NoError", status="Preparing")
        )
        begun = await charger.call(
            call16.StartTransaction(
                connector_id=1, id_tag=CARD, meter_start=125_000, timestamp=at(-60)
            )
        )
        number = begun.transaction_id
        for step in range(3):
            await charger.call(
                call16.MeterValues(
                    connector_id=1,
                    transaction_id=number,
                    meter_value=meter_values_16(
                        at(-50 + 10 * step), soc=40 + step / 2, amps=120.5, volts=651.2
                    ),
                )
            )
        await charger.call(
            call16.StopTransaction(
                meter_stop=127_100, timestamp=at(-20), transaction_id=number, id_tag=CARD
            )
        )


def test_values_of_a_1_6_charger_reach_the_history(home: TestHome, central: GatewayProcess) -> None:
    asyncio.run(charge_16(central.address))
    with opened(home) as installation:
        table = history_of(installation, BATTERY)
    columns = table.columns
    charging = columns["current_ma"] != NULL
    assert columns["current_ma"][charging].tolist() == [-120_500] * 3
    assert columns["pack_voltage_mv"][charging].tolist() == [651_200] * 3
    assert columns["charger_power_w"][charging].tolist() == [-78_470] * 3
    assert columns["bms_soc_permyriad"][charging].tolist() == [4_000, 4_050, 4_100]
    registers = columns["charger_import_wh"]
    assert registers[registers != NULL].tolist() == [125_000, 127_100]
    assert table.sampled_at_ms[charging].tolist() == [
        int((now() + timedelta(seconds=each)).timestamp() * 1000) for each in (-50, -40, -30)
    ]
    assert "signed-by-gateway" in table.assumptions
    assert any("the car did not sign" in text.lower() for text in table.assumptions)


async def charge_201(address: str, *, token: str, transaction: str) -> None:
    """Charge once over 2.0.1, from 79 to 81 %."""
    async with connected(Charger201, address, "CP201") as charger:
        station = {"model": "F200", "vendor_name": "Made up"}
        boot = await charger.call(
            call201.BootNotification(charging_station=station, reason="PowerUp")
        )
        assert boot.status == "Accepted"
        id_token = {"id_token": token, "type": "ISO14443"}
        for number, (kind, soc) in enumerate((("Started", 79), ("Updated", 80), ("Ended", 81))):
            told = await charger.call(
                call201.TransactionEvent(
                    event_type=kind,
                    timestamp=at(number - 10),
                    trigger_reason="MeterValuePeriodic",
                    seq_no=number,
                    transaction_info={"transaction_id": transaction, "charging_state": "Charging"},
                    evse={"id": 1},
                    id_token=id_token if kind == "Started" else None,
                    meter_value=meter_values_201(at(number - 10), soc=soc, amps=80, volts=400),
                )
            )
            assert kind != "Started" or told.id_token_info["status"] == "Accepted"


def test_values_of_a_2_0_1_charger_reach_the_history(
    home: TestHome, central: GatewayProcess
) -> None:
    asyncio.run(charge_201(central.address, token=CARD, transaction="tx-0"))
    with opened(home) as installation:
        columns = history_of(installation, BATTERY).columns
    charging = columns["current_ma"] == -80_000
    assert columns["bms_soc_permyriad"][charging].tolist() == [7_900, 8_000, 8_100]
    assert columns["pack_voltage_mv"][charging].tolist() == [400_000] * 3
    assert columns["charger_power_w"][charging].tolist() == [-32_000] * 3


def test_what_has_no_battery_is_kept_and_taken_in_once_it_is_bound(
    home: TestHome, central: GatewayProcess
) -> None:
    asyncio.run(charge_201(central.address, token="UNKNOWN-CARD", transaction="tx-1"))
    with opened(home) as installation:
        kept = perform(installation, "ocpp-kept", {})
        assert kept["kept_messages"] == 3
        assert "UNKNOWN-CARD" not in str(kept)
        bound = perform(installation, "ocpp-bind", {"token": "unknown-card", "battery": "car-2"})
        assert bound["messages_taken_in"] == 3
        assert perform(installation, "ocpp-kept", {})["kept_messages"] == 0
        table = history_of(installation, "car-2")
    assert table.columns["bms_soc_permyriad"].tolist() == [7_900, 8_000, 8_100]
    assert table.columns["current_ma"].tolist() == [-80_000] * 3
    # The charger sends again what it sent before it was bound: nothing is added.
    asyncio.run(charge_201(central.address, token="UNKNOWN-CARD", transaction="tx-1"))
    with opened(home) as installation:
        assert history_of(installation, "car-2").sampled_at_ms.shape[0] == 3
        assert perform(installation, "ocpp-kept", {})["kept_messages"] == 0


async def steered(address: str, home: TestHome) -> list[tuple[str, dict[str, Any]]]:
    """Begin to charge, and let an operator and a driver's wish steer it."""
    async with connected(Charger16, address, "CP16") as charger:
        begun = await charger.call(
            call16.StartTransaction(connector_id=2, id_tag=CARD, meter_start=0, timestamp=at(0))
        )
        number = begun.transaction_id

        async def measure(second: float, soc: float) -> None:
            values = meter_values_16(at(second), soc=soc, amps=50, volts=400)
            await charger.call(
                call16.MeterValues(connector_id=2, transaction_id=number, meter_value=values)
            )

        await measure(1, 60)
        limit = ("ocpp", "limit", "CP16", "--transaction", str(number), "--power-kw", "22")
        told = await asyncio.to_thread(home.done, *limit)
        assert told["answer"] == "Accepted"
        data = f'{{"v": 1, "connector": 2, "transaction": "{number}", "stateOfChargePercent": 80}}'
        wish = call16.DataTransfer(
            vendor_id="battery-passport", message_id="ChargingWish", data=data
        )
        assert (await charger.call(wish)).status == "Accepted"
        await measure(2, 79.5)
        assert [kind for kind, _ in charger.asked] == ["limit"]
        await measure(3, 80)
        await asyncio.wait_for(charger.was_stopped.wait(), 60)
        await charger.call(
            call16.StopTransaction(
                meter_stop=10, timestamp=at(4), transaction_id=number, reason="Remote"
            )
        )
        again = await charger.call(
            call16.StartTransaction(connector_id=2, id_tag=CARD, meter_start=10, timestamp=at(5))
        )
        assert again.id_tag_info["status"] == "Blocked", "no second charge before it is unplugged"
        await charger.call(
            call16.StopTransaction(
                meter_stop=10, timestamp=at(6), transaction_id=again.transaction_id
            )
        )
        await charger.call(
            call16.StatusNotification(connector_id=2, error_code="NoError", status="Available")
        )
        third = await charger.call(
            call16.StartTransaction(connector_id=2, id_tag=CARD, meter_start=10, timestamp=at(7))
        )
        assert third.id_tag_info["status"] == "Accepted"
        asked: list[tuple[str, dict[str, Any]]] = charger.asked
        return asked


def test_a_running_session_is_limited_and_stopped(home: TestHome, central: GatewayProcess) -> None:
    (_, limited), (_, stopped) = asyncio.run(steered(central.address, home))
    schedule = limited["cs_charging_profiles"]["charging_schedule"]
    assert schedule["charging_schedule_period"][0]["limit"] == 22_000
    assert stopped["transaction_id"] == limited["cs_charging_profiles"]["transaction_id"]
    gone = home.verb("ocpp", "stop", "CP16")
    assert gone.code == 3, gone


async def told_by_battery(address: str) -> None:
    async with connected(Charger201, address, "CP201") as charger:
        data = {
            "v": 1,
            "at": at(30),
            "vin": VIN,
            "state_of_health_percent": 93.5,
            "pack_current": -78.5,
            "cell_voltages": [3.701, 3.702, 3.7],
            "temperatures": [24.5, 25],
        }
        known = call201.DataTransfer(
            vendor_id="battery-passport", message_id="BatteryData", data=data
        )
        assert (await charger.call(known)).status == "Accepted"
        other = call201.DataTransfer(vendor_id="somebody", message_id="x")
        assert (await charger.call(other)).status == "UnknownVendorId"
        known.data = {"v": 1, "at": at(31), "vin": VIN, "cell_voltage": 3}
        assert await charger.call(known) is None, "an error, not an answer"


def test_what_the_battery_tells_its_charger(home: TestHome, central: GatewayProcess) -> None:
    with opened(home) as installation:
        perform(installation, "ocpp-bind", {"vin": VIN, "battery": BATTERY})
    asyncio.run(told_by_battery(central.address))
    with opened(home) as installation:
        table = history_of(installation, BATTERY)
        with installation.database.read() as connection:
            kinds = {each.kind for each in RegistryStore(connection).all_devices()}
            encoded = [
                octets
                for _digest, octets in installation.evidence.of(connection).of_battery(
                    _battery_id(installation)
                )
            ]
    rows = table.columns["bms_soh_permyriad"] != NULL
    assert table.columns["bms_soh_permyriad"][rows].tolist() == [9_350]
    assert table.columns["current_ma"][rows].tolist() == [-78_500]
    assert table.columns["cell_voltage_mv"][rows].tolist() == [[3_701, 3_702, 3_700]]
    assert table.columns["probe_temperature_dc"][rows].tolist() == [[245, 250]]
    assert DeviceKind.GATEWAY in kinds
    notes = [decode_batch(open_envelope(each)).assumptions for each in encoded]
    assert all(each[0] == "signed-by-gateway" for each in notes)
    for needle in (VIN, CARD, CARD.lower(), "CP16"):
        assert not any(needle.encode() in octets for octets in encoded)
    for path in home.folder.rglob("*"):
        if path.is_file():
            assert VIN.encode() not in path.read_bytes(), path
            assert VIN.lower().encode() not in path.read_bytes(), path


def _battery_id(installation: Installation) -> Any:
    with installation.database.read() as connection:
        battery = RegistryStore(connection).battery_by_alias(BATTERY)
    assert battery is not None
    return battery.battery_id


async def turned_away(address: str) -> list[int]:
    found = []
    for name, password in (("CP16", "a wrong password!"), ("STRANGER", PASSWORD)):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with connected(Charger16, address, name, password=password):
                pass
        found.append(refused.value.response.status_code)
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with connected(Charger16, address, "CP16", origin="https://elsewhere.example"):
            pass
    return [*found, refused.value.response.status_code]


def test_strangers_are_turned_away_and_seen(home: TestHome, central: GatewayProcess) -> None:
    assert asyncio.run(turned_away(central.address)) == [401, 401, 403]
    deadline = time.monotonic() + 20
    with opened(home) as installation:
        while "STRANGER" not in str(perform(installation, "ocpp-kept", {})["refused"]):
            assert time.monotonic() < deadline
            time.sleep(0.2)


async def charge_until_it_breaks(address: str, kill: Callable[[], None]) -> tuple[int, list[int]]:
    """Send meter values until the gateway is gone; return what was acknowledged."""
    acknowledged: list[int] = []
    async with connected(Charger16, address, "CPKILL") as charger:
        begun = await charger.call(
            call16.StartTransaction(connector_id=1, id_tag=CARD, meter_start=0, timestamp=at(0))
        )
        for second in range(1, 1_000):
            values = meter_values_16(at(second), soc=50, amps=second / 10, volts=400)
            sent = asyncio.create_task(
                charger.call(
                    call16.MeterValues(
                        connector_id=1, transaction_id=begun.transaction_id, meter_value=values
                    )
                )
            )
            if second == 60:
                asyncio.get_running_loop().call_later(0.003, kill)
            try:
                await asyncio.wait_for(sent, 2)
            except (TimeoutError, websockets.ConnectionClosed):
                return begun.transaction_id, acknowledged
            acknowledged.append(second)
    raise AssertionError("the gateway outlived its end")


async def resend(address: str, number: int, seconds: list[int]) -> None:
    async with connected(Charger16, address, "CPKILL") as charger:
        for second in seconds:
            values = meter_values_16(at(second), soc=50, amps=second / 10, volts=400)
            await charger.call(
                call16.MeterValues(connector_id=1, transaction_id=number, meter_value=values)
            )


def test_a_killed_gateway_loses_nothing_that_it_acknowledged(home: TestHome) -> None:
    with gateway(home, ("ocpp", "serve")) as first:
        number, acknowledged = asyncio.run(charge_until_it_breaks(first.address, first.kill))
    assert acknowledged[:59] == list(range(1, 60))
    unanswered = acknowledged[-1] + 1
    with gateway(home, ("ocpp", "serve")) as second:
        asyncio.run(resend(second.address, number, [*acknowledged[-3:], unanswered]))
    with opened(home) as installation:
        table = history_of(installation, BATTERY)
    currents = table.columns["current_ma"].tolist()
    for second_sent in range(1, unanswered + 1):
        assert currents.count(-100 * second_sent) == 1, second_sent


def test_it_does_not_listen_to_strangers_in_clear(home: TestHome) -> None:
    refused = home.verb("ocpp", "serve", "--host", "192.0.2.1", "--port", "0")
    assert (refused.code, "loopback only" in refused.err) == (2, True), refused
