"""Names of parts, readers and purposes, as owners and buyers read them.

In: values of `access`. Out: words marked for the catalogues.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.access.model import Role
from battery_passport.access.sharing.model import GRANT_HOLDER, Part, Standing
from battery_passport.web.language import marked

PART_TITLES: Mapping[Part, str] = MappingProxyType(
    {
        Part.ESTIMATE: marked("State of health (SOH), our estimate"),
        Part.PERFORMANCE: marked("Capacity, power and resistance now"),
        Part.STATUS: marked("Status of the battery"),
        Part.INCIDENTS: marked("Accidents and other negative events"),
        Part.USE: marked("Use so far: cycles, temperatures, charge levels"),
    }
)
"""In the order in which they are offered and shown."""

PART_HINTS: Mapping[Part, str] = MappingProxyType(
    {
        Part.ESTIMATE: marked("With its range and the date of the last charge it rests on."),
        Part.PERFORMANCE: marked(
            "What the maker, inspectors and the car state, with the certified energy (SOCE)."
        ),
        Part.STATUS: marked("Such as original or remanufactured."),
        Part.INCIDENTS: marked("What was reported; often there is nothing."),
        Part.USE: marked("Says something about how and how often you drive."),
    }
)

VIEWERS: Mapping[str, str] = MappingProxyType(
    {
        GRANT_HOLDER: marked("Holder of your link"),
        "machine": marked("Program of an organisation"),
        Role.OWNER.value: marked("Owner"),
        Role.CITY_OFFICER.value: marked("City officer"),
        Role.INSPECTOR.value: marked("Inspection body"),
        Role.MANUFACTURER.value: marked("Manufacturer or economic operator"),
        Role.SITE_OPERATOR.value: marked("Charging or car-park operator"),
        Role.DISMANTLER.value: marked("Dismantler"),
        Role.RECYCLER.value: marked("Recycler"),
        Role.TRADER.value: marked("Trader"),
        Role.AUTHORITY.value: marked("Market surveillance authority"),
        Role.CUSTOMS.value: marked("Customs"),
        Role.NOTIFIED_BODY.value: marked("Notified body"),
        Role.COMMISSION.value: marked("European Commission"),
        Role.ADMINISTRATOR.value: marked("Administrator of the platform"),
    }
)

STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "original": marked("Original"),
        "repurposed": marked("Repurposed"),
        "re-used": marked("Re-used"),
        "remanufactured": marked("Remanufactured"),
        "waste": marked("Waste battery"),
    }
)
"""The battery's own status. Source: EU-2023-1542 art-3."""

STANDINGS: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.ACTIVE: marked("open"),
        Standing.EXPIRED: marked("expired"),
        Standing.REVOKED: marked("taken back"),
    }
)

DURATIONS: Mapping[int, str] = MappingProxyType(
    {
        3: marked("3 hours"),
        24: marked("1 day"),
        72: marked("3 days"),
        168: marked("7 days"),
        720: marked("30 days"),
        2160: marked("90 days"),
    }
)
"""Hours that a grant can be made for on the page."""

USUAL_HOURS = 72
