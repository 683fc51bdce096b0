"""Chargers and sessions in words.

In: codes. Out: messages of the catalogue with their tones.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.web.consoles.frame.cells import Tone
from battery_passport.web.language import marked

STATES: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {
        "authorised": (marked("Waits for the plug"), Tone.NOTICE),
        "plugged": (marked("Plugged in"), Tone.NOTICE),
        "charging": (marked("Charging"), Tone.GOOD),
        "target_reached": (marked("Charged as far as allowed"), Tone.NOTICE),
        "locked": (marked("Stopped, still plugged in"), Tone.QUIET),
        "unplugged": (marked("Over"), Tone.QUIET),
    }
)
SOCKETS: Mapping[str, str] = MappingProxyType(
    {
        "free": marked("free"),
        "taken": marked("taken"),
        "out-of-order": marked("out of order"),
    }
)
SUPPLIES: Mapping[str, str] = MappingProxyType(
    {"dc": marked("fast (DC)"), "ac": marked("slow (AC)")}
)
