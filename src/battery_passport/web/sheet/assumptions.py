"""What the figures of a diagnosis take for granted, in words of the page.

In: codes of diagnostics. Out: sentences; a code without words keeps the sentence that came with it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.language import Language, marked

ASSUMPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "as-found": marked(
            "As found in use: nothing is corrected for temperature or charging power."
        ),
        "current-sensor": marked(
            "The car's current sensor is taken to be true within 2.5 % (90 %)."
        ),
        "current-sensor-fleet": marked(
            "The car's current sensor is taken to be true within 0.8 % (90 %)."
        ),
        "bms-state-of-charge": marked(
            "The state of charge is the BMS's own: taken as good near empty and full, less so in "
            "between. It is not independent of the capacity the BMS believes in."
        ),
        "display-state-of-charge": marked(
            "The state of charge is the one shown to the driver, which may hide a reserve."
        ),
        "typical-voltage-curve": marked(
            "The state of charge is read from cell voltages on a typical curve, not this model's "
            "own."
        ),
        "chemistry-guessed": marked(
            "The chemistry is not declared; the voltages show that it is not LFP, and a typical "
            "curve of the others is used with half as much again of uncertainty."
        ),
        "drives-only": marked(
            "No usable charge was recorded, so the charge drawn while driving was used instead."
        ),
        "prior": marked(
            "Batteries in use are taken to keep 90 % of their rated capacity, give or take 35 "
            "points (90 %); the fewer the measurements, the more this weighs."
        ),
        "fleet-curve": marked(
            "The voltage over the state of charge is the one that cars of this model taught, whose "
            "BMSs are taken to be right at empty and full on average."
        ),
    }
)


def assumption_text(made: JsonObject, language: Language) -> str:
    """Return what is taken for granted in words."""
    message = ASSUMPTIONS.get(str(made.get("code")))
    return str(made.get("sentence")) if message is None else language.text(message)
