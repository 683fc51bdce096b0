"""Whatever a charger sends, it is heard or refused; nothing else happens."""

import asyncio
import json
from random import Random
from typing import Any

import ocpp.messages
import pytest

from battery_passport.adapters.ocpp.checking import V16, V201
from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.frames import Call, read_frame
from battery_passport.adapters.ocpp.news import BatteryNews, TransactionNews
from battery_passport.adapters.ocpp.rows import Supply, battery_row, charger_rows
from battery_passport.adapters.ocpp.speaking import VERSIONS
from battery_passport.assembly.gateways.telling import happenings, rows_text, soc_ratio_of
from tests.factories.chargers import meter_values_16, meter_values_201

IN_EVERY_RUN, IN_LONG_RUNS = 1_500, 1_000_000
AT = "2026-11-23T07:30:00Z"
SENT: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    V16: (
        ("BootNotification", {"chargePointVendor": "M", "chargePointModel": "F"}),
        (
            "StatusNotification",
            {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": AT},
        ),
        (
            "StartTransaction",
            {"connectorId": 1, "idTag": "CARD", "meterStart": 5, "timestamp": AT},
        ),
        (
            "MeterValues",
            {
                "connectorId": 1,
                "transactionId": 7,
                "meterValue": meter_values_16(AT, soc=50, amps=9, volts=400),
            },
        ),
        (
            "StopTransaction",
            {"transactionId": 7, "meterStop": 9, "timestamp": AT, "reason": "Local"},
        ),
        (
            "DataTransfer",
            {
                "vendorId": "battery-passport",
                "messageId": "BatteryData",
                "data": f'{{"v":1,"at":"{AT}","cellVoltages":[3.7,null]}}',
            },
        ),
    ),
    V201: (
        (
            "TransactionEvent",
            {
                "eventType": "Updated",
                "timestamp": AT,
                "triggerReason": "MeterValuePeriodic",
                "seqNo": 1,
                "transactionInfo": {"transactionId": "t", "chargingState": "Charging"},
                "evse": {"id": 1},
                "meterValue": meter_values_201(AT, soc=50, amps=9, volts=400),
            },
        ),
        (
            "DataTransfer",
            {
                "vendorId": "battery-passport",
                "messageId": "ChargingWish",
                "data": {"v": 1, "connector": 1, "stateOfChargePercent": 80},
            },
        ),
    ),
}
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**31,
    2**80,
    1e308,
    -0.0,
    "",
    "NaN",
    "1e99",
    "\x00",
    "9999-12-31T23:59:59.999999-23:59",
    "0001-01-01T00:00:00Z",
    "x" * 400,
    [],
    {},
    [[]],
    [{}],
    {"value": "1"},
)


def changed(value: Any, random: Random) -> Any:
    """Return a value with one part of it replaced, taken out or doubled."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        name = random.choice(sorted(value))
        if random.random() < 0.1:
            return {key: each for key, each in value.items() if key != name}
        return {**value, name: changed(value[name], random)}
    if isinstance(value, list) and value and random.random() < 0.8:
        place = random.randrange(len(value))
        return [*value[:place], changed(value[place], random), *value[random.randint(0, place) :]]
    return random.choice(ODD)


async def hear(times: int, seed: int) -> int:
    """Hear so many changed calls; return how many were heard."""
    random, heard = Random(seed), 0
    for _ in range(times):
        version = VERSIONS[random.choice((V16, V201))]
        action, payload = random.choice(SENT[version.number])
        for _change in range(random.randint(1, 2)):
            payload = changed(payload, random)
        try:
            frame = read_frame(json.dumps([2, "1", action, payload]))
            news = await version.hear(frame) if isinstance(frame, Call) else None
        except OcppRefused:
            continue
        heard += 1
        if isinstance(news, TransactionNews):
            rows = charger_rows(news.readings, random.choice(tuple(Supply)))
            happenings(news, rows)
            soc_ratio_of(rows)
            rows_text(rows)
        elif isinstance(news, BatteryNews):
            rows_text([battery_row(news)])
    return heard


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library check within the same thread: this is about what it says, not when."""
    monkeypatch.setattr(ocpp.messages, "ASYNC_VALIDATION", False)


def test_what_no_charger_should_send_is_heard_or_refused() -> None:
    assert asyncio.run(hear(IN_EVERY_RUN, seed=1)) > IN_EVERY_RUN // 50


@pytest.mark.long
def test_a_million_odd_calls_are_heard_or_refused() -> None:
    assert asyncio.run(hear(IN_LONG_RUNS, seed=2)) > IN_LONG_RUNS // 50
