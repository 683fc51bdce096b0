"""A charger simulated by the `ocpp` client library charges a car; its values reach the history."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ocpp.v16 import call as call16
from ocpp.v201 import call as call201

from battery_passport.adapters.sql.evidence import EvidenceStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.performing import perform
from battery_passport.assembly.settings import load_settings
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject
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

NOW = datetime.now(UTC).replace(microsecond=0)
CARD, BATTERY, VIN = "04A2B3C4D5", "bus-1", "KMHC851JGLU012345"


def at(seconds: float) -> str:
    return format_utc(NOW + timedelta(seconds=seconds))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> TestHome:
    made = TestHome(tmp_path_factory.mktemp("ocpp") / "home")
    with opened(made) as installation:
        perform(installation, "battery-add", {"battery": BATTERY, "rated_capacity_ah": 111.2})
        perform(installation, "battery-add", {"battery": "car-2"})
        for name in ("CP16", "CP201", "CPKILL"):
            charger: JsonObject = {"charger": name, "site": "depot", "password": PASSWORD}
            perform(installation, "ocpp-charger-add", charger)
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


async def charge_16(address: str) -> Charger16:
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
        return charger


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
        int((NOW + timedelta(seconds=each)).timestamp() * 1000) for each in (-50, -40, -30)
    ]
    assert "signed-by-gateway" in table.assumptions
    assert any("the car did not sign" in text.lower() for text in table.assumptions)
