"""Devices as people see them: standing, battery, last word, clock.

In: lives of devices and what they reported. Out: JSON for verbs and pages.
"""

from datetime import datetime

from sqlalchemy import Connection

from battery_passport.adapters.sql.device_clocks import DeviceClockStore, ReceivedClock
from battery_passport.adapters.sql.devices import DeviceReport, DeviceStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.requests import Asked
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.devices.model import DeviceLife

MOST_LISTED = 500


def list_devices(installation: Installation, request: JsonObject) -> JsonObject:
    """Return the devices whose id, or whose battery's alias or serial, holds the text searched."""
    asked = Asked(request)
    with installation.database.read() as connection:
        lives = DeviceStore(connection).lives(
            search=asked.optional_text("search") or "", limit=MOST_LISTED
        )
        return {
            "devices": [
                describe_device(connection, life, installation.clock.now()) for life in lives
            ]
        }


def describe_device(connection: Connection, life: DeviceLife, now: datetime) -> JsonObject:
    """Return a device as it stands now."""
    report = DeviceStore(connection).reports([life.device_id]).get(life.device_id)
    heard = DeviceClockStore(connection).of_devices([life.device_id]).get(life.device_id)
    battery_id = life.battery_id
    battery = None if battery_id is None else RegistryStore(connection).battery(battery_id)
    return {
        "device": str(life.device_id),
        "kind": life.kind.value,
        "standing": life.standing.value,
        "reason": life.reason or None,
        "battery": None if battery is None else battery.alias or str(battery.identifier),
        "enrolled_at": format_utc(life.enrolled_at),
        "keys": len(life.keys),
        **_heard(heard, now),
        **_reported(report),
    }


def _heard(heard: ReceivedClock | None, now: datetime) -> JsonObject:
    if heard is None:
        return {"last_batch_at": None, "silent_s": None, "clock_skew_ms": None}
    return {
        "last_batch_at": format_utc(heard.received_at),
        "silent_s": round((now - heard.received_at).total_seconds()),
        "clock_skew_ms": heard.skew_ms,
    }


def _reported(report: DeviceReport | None) -> JsonObject:
    if report is None:
        return {"reported_at": None, "clock_ahead_ms": None, "waiting": None, "set_aside": None}
    return {
        "reported_at": format_utc(report.reported_at),
        "clock_ahead_ms": report.clock_ahead_ms,
        "waiting": report.waiting,
        "set_aside": report.set_aside,
    }
