"""What looked wrong in a battery's measurements; the district that its car belongs to.

In: a battery. Out: the sums that were kept while its batches were read.
"""

from battery_passport.adapters.sql.fleet import place_batteries
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.finding import find_battery
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.requests import Asked
from battery_passport.assembly.sites.consoles.fleet import SqlFleetBook
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.districts import DISTRICT_BY_CODE
from battery_passport.telemetry.quality.kinds import KINDS


class UnknownDistrict(InvalidInput):
    """No city has a district of that code."""

    code = "unknown-district"
    remedy = "Use a code of docs/reference/quality.md."


def report_quality(installation: Installation, request: JsonObject) -> JsonObject:
    """Return the findings by kind and column, and each device with what it lost."""
    with installation.database.read() as connection:
        battery = find_battery(RegistryStore(connection), Asked(request).text("battery"))
    installation.pipeline.settle()
    quality = SqlFleetBook(installation).quality(battery.battery_id)
    return {
        "battery": str(battery.identifier),
        "samples": quality.samples,
        "findings": [
            {
                "kind": each.kind,
                "severity": KINDS[each.kind].severity.value,
                "meaning": KINDS[each.kind].meaning_en,
                "column": each.column or None,
                "count": each.count,
                "batches": each.batches,
                "first": format_utc(each.first_at),
                "last": format_utc(each.last_at),
            }
            for each in quality.findings
        ],
        "devices": [
            {
                "device": str(each.device_id),
                "batches": each.batches,
                "missing": each.missing,
                "last_heard": None if each.heard_at is None else format_utc(each.heard_at),
                "clock_ahead_s": each.skew_s,
            }
            for each in quality.devices
        ],
    }


def place_battery(installation: Installation, request: JsonObject) -> JsonObject:
    """Put a battery's car into a district."""
    asked = Asked(request)
    district = DISTRICT_BY_CODE.get(asked.text("district"))
    if district is None:
        raise UnknownDistrict(f"There is no district {asked.text('district')[:20]!r}.")
    with installation.database.write() as connection:
        battery = find_battery(RegistryStore(connection), asked.text("battery"))
        place_batteries(connection, {battery.battery_id: district.code})
    return {
        "battery": str(battery.identifier),
        "district": district.code,
        "name": district.name_en,
    }
