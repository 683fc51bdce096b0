"""Devices in words: how they stand, why, and what happened to them.

In: codes. Out: messages of the catalogue.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.web.consoles.devices.ports import Turn
from battery_passport.web.language import marked

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "lost": marked("The device is lost"),
        "stolen": marked("The device was stolen"),
        "implausible": marked("Its measurements are not plausible"),
        "maintenance": marked("Maintenance"),
        "other": marked("Another reason"),
    }
)
"""Why a device is suspended, in the order in which the form lists them."""

CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "new": marked("new device"),
        "moved": marked("device moved"),
        "replacement": marked("Replacement"),
        "end": marked("device taken out of service"),
        "compromised": marked("key no longer trusted"),
        **REASONS,
    }
)
"""Every reason that a step of a device's life may have."""

TURNS: Mapping[Turn, str] = MappingProxyType(
    {
        Turn.ENROLLED: marked("Enrolled"),
        Turn.KEY_RENEWED: marked("Key renewed"),
        Turn.FITTED: marked("Fitted to a battery"),
        Turn.TAKEN_OFF: marked("Taken off a battery"),
        Turn.CODE_MADE: marked("Code for its successor made"),
        Turn.SUSPENDED: marked("Suspended"),
        Turn.LIFTED: marked("Taken into service again"),
        Turn.RETIRED: marked("Taken out of service"),
    }
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "vehicle": marked("Device in a car"),
        "importer": marked("Importer of files"),
        "gateway": marked("Gateway"),
    }
)
