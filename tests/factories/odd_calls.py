"""Calls of chargers as no charger should send them.

In: dice. Out: changed calls of both versions; what the platform makes of each, as signs.
"""

import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

from battery_passport.adapters.ocpp.checking import V16, V201
from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.frames import Call, read_frame
from battery_passport.adapters.ocpp.news import BatteryNews, News, TransactionNews
from battery_passport.adapters.ocpp.rows import Supply, battery_row, charger_rows
from battery_passport.adapters.ocpp.speaking import VERSIONS
from battery_passport.assembly.gateways.telling import happenings, rows_text, soc_ratio_of
from tests.factories.chargers import meter_values_16, meter_values_201
from tests.factories.mutations import MUTATIONS

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


_VARIABLE = re.compile(r"'[^']*'|\"[^\"]*\"|[0-9][0-9a-fA-F.+:-]*")


def seeds() -> list[bytes]:
    """Return every call as its version's name, a line break and the frame."""
    return [
        f"{version}\n{json.dumps([2, '1', action, payload])}".encode()
        for version, calls in SENT.items()
        for action, payload in calls
    ]


def change(octets: bytes, dice: Random, _corpus: list[bytes]) -> bytes:
    """Return a call with parts of it, or now and then bytes of it, changed."""
    version, _, text = octets.partition(b"\n")
    if dice.random() < 0.1:
        version = dice.choice((V16, V201)).encode()
    try:
        frame = json.loads(text)
    except ValueError:
        frame = None
    if frame is None or dice.random() < 0.2:
        soiled = bytearray(text or b"[]")
        for _ in range(dice.randint(1, 3)):
            if len(soiled) > 2:
                dice.choice(MUTATIONS)(soiled, dice)
        return version + b"\n" + bytes(soiled)
    for _ in range(dice.randint(1, 2)):
        if isinstance(frame, list) and len(frame) > 3 and dice.random() < 0.95:
            frame = [*frame[:3], changed(frame[3], dice), *frame[4:]]
        else:
            frame = changed(frame, dice)
    return version + b"\n" + json.dumps(frame).encode()


def hear(octets: bytes) -> Iterator[str]:
    """Hear a call in its version, and tell what became of it."""
    name, _, text = octets.partition(b"\n")
    version = VERSIONS[V201 if name == V201.encode() else V16]
    try:
        frame = read_frame(text.decode("utf-8", errors="replace"))
        news = _at_once(version.hear(frame)) if isinstance(frame, Call) else None
    except OcppRefused as error:
        yield f"{error.ocpp_code} {_VARIABLE.sub('#', error.message)[:60]}"
        return
    yield f"{version.number} {type(frame).__name__} {getattr(frame, 'action', '')[:40]}"
    yield from _told(news)


def _told(news: News | None) -> Iterator[str]:
    if isinstance(news, TransactionNews):
        for supply in Supply:
            rows = charger_rows(news.readings, supply)
            names = sorted({name for row in rows for name in row.values})
            yield f"rows {min(len(rows), 3)} {names}"
            yield f"happenings {len(happenings(news, rows))} {soc_ratio_of(rows) is None}"
            rows_text(rows)
    elif isinstance(news, BatteryNews):
        row = battery_row(news)
        rows_text([row])
        yield f"battery {sorted(row.values)}"


def _at_once(hearing: Any) -> News | None:
    """Return what a coroutine gives that waits for nothing."""
    try:
        hearing.send(None)
    except StopIteration as ended:
        news: News | None = ended.value
        return news
    raise AssertionError("Hearing a call waited for something.")
