"""What the made-up batteries are made of, by chemistry: rounded shares, plausible and no maker's.

In: a chemistry. Out: lists of substances as passport data points 13, 15 and 45 hold them.
"""

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import Chemistry


def _substance(name: str, cas: str, share_percent: float, part: str) -> JsonObject:
    return {"name": name, "cas": cas, "share_percent": share_percent, "part": part}


_ELECTROLYTE = (
    _substance("Ethylene carbonate", "96-49-1", 4.1, "electrolyte"),
    _substance("Ethyl methyl carbonate", "623-53-0", 5.2, "electrolyte"),
    _substance("Lithium hexafluorophosphate", "21324-40-3", 1.4, "electrolyte"),
)

HAZARDOUS: dict[Chemistry, list[JsonObject]] = {
    Chemistry.NMC: [
        _substance("Lithium nickel manganese cobalt oxide", "182442-95-1", 24.0, "cathode"),
        *_ELECTROLYTE,
    ],
    Chemistry.LFP: list(_ELECTROLYTE),
}

CRITICAL_RAW_MATERIALS: dict[Chemistry, list[JsonObject]] = {
    Chemistry.NMC: [
        _substance("Nickel", "7440-02-0", 8.6, "cathode"),
        _substance("Cobalt", "7440-48-4", 2.9, "cathode"),
        _substance("Manganese", "7439-96-5", 2.7, "cathode"),
        _substance("Lithium", "7439-93-2", 1.8, "cathode and electrolyte"),
        _substance("Natural graphite", "7782-42-5", 9.5, "anode"),
        _substance("Copper", "7440-50-8", 7.9, "current collectors and busbars"),
    ],
    Chemistry.LFP: [
        _substance("Lithium", "7439-93-2", 1.2, "cathode and electrolyte"),
        _substance("Phosphorus", "7723-14-0", 5.1, "cathode"),
        _substance("Natural graphite", "7782-42-5", 10.4, "anode"),
        _substance("Copper", "7440-50-8", 8.3, "current collectors and busbars"),
    ],
}

COMPOSITION: dict[Chemistry, list[JsonObject]] = {
    Chemistry.NMC: [
        _substance("Lithium nickel manganese cobalt oxide", "182442-95-1", 24.0, "cathode"),
        _substance("Graphite", "7782-42-5", 15.5, "anode"),
        *_ELECTROLYTE,
    ],
    Chemistry.LFP: [
        _substance("Lithium iron phosphate", "15365-14-7", 27.5, "cathode"),
        _substance("Graphite", "7782-42-5", 14.2, "anode"),
        *_ELECTROLYTE,
    ],
}
