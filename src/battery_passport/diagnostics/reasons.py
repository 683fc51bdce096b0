"""Why there is no figure, and what a figure takes for granted, in plain words.

In: what was missing or assumed. Out: reasons and assumptions with a code, parameters, a sentence.
"""

from battery_passport.diagnostics.model import Assumption, NotDetermined
from battery_passport.diagnostics.parameters import Parameters

NO_MEASUREMENTS = NotDetermined(
    "no-measurements", "There are no measurements of this battery yet.", {}
)
NO_COUNTED_CHARGE = NotDetermined(
    "no-counted-charge",
    "No current and no charge counter was recorded often enough to count charge.",
    {},
)
NO_STATE_OF_CHARGE = NotDetermined(
    "no-state-of-charge",
    "Neither the car's state of charge nor cell voltages were recorded where charge was counted.",
    {},
)
FLAT_VOLTAGE = NotDetermined(
    "flat-voltage",
    "The car's state of charge was not recorded, and the cells' voltage hardly changes with it.",
    {},
)
CONTRADICTION = NotDetermined(
    "contradiction",
    "Counted charge and state of charge contradict each other, or the rated capacity.",
    {},
)
NO_RATED_CAPACITY = NotDetermined(
    "no-rated-capacity",
    "The rated capacity of this battery is not known, so there is no percentage.",
    {},
)


def too_little_charge(parameters: Parameters, largest_ah: float) -> NotDetermined:
    """Return the reason for batteries that were never seen charging or driving far enough."""
    needed_percent = round(100.0 * parameters.shortest_leg_ratio, 1)
    return NotDetermined(
        "too-little-charge",
        f"No charge or drive moved {needed_percent:g} % of the capacity or more: "
        f"the longest moved {largest_ah:.1f} Ah.",
        {"needed_percent": needed_percent, "largest_ah": round(largest_ah, 2)},
    )


def too_uncertain(parameters: Parameters, relative_sd: float, legs: int) -> NotDetermined:
    """Return the reason for measurements that would leave almost any capacity open."""
    found, allowed = (round(165.0 * sd, 1) for sd in (relative_sd, parameters.largest_relative_sd))
    return NotDetermined(
        "too-uncertain",
        f"The {legs} recorded charges or drives leave the capacity open by {found:g} % either way; "
        f"more than {allowed:g} % is not reported. Longer charges would help.",
        {"uncertainty_percent": found, "allowed_percent": allowed, "legs": legs},
    )


AS_FOUND = Assumption(
    "as-found",
    "As found in use: nothing is corrected for temperature or charging power.",
)
CURRENT_SENSOR = Assumption(
    "current-sensor",
    "The car's current sensor is taken to be true within 2.5 % (90 %).",
)
BMS_ANCHOR = Assumption(
    "bms-state-of-charge",
    "The state of charge is the BMS's own: taken as good near empty and full, less so in between. "
    "It is not independent of the capacity the BMS believes in.",
)
DISPLAY_ANCHOR = Assumption(
    "display-state-of-charge",
    "The state of charge is the one shown to the driver, which may hide a reserve.",
)
VOLTAGE_ANCHOR = Assumption(
    "typical-voltage-curve",
    "The state of charge is read from cell voltages on a typical curve, not this model's own.",
)
CHEMISTRY_GUESSED = Assumption(
    "chemistry-guessed",
    "The chemistry is not declared; the voltages show that it is not LFP, and a typical curve of "
    "the others is used with half as much again of uncertainty.",
)
DRIVES_ONLY = Assumption(
    "drives-only",
    "No usable charge was recorded, so the charge drawn while driving was used instead.",
)
PRIOR = Assumption(
    "prior",
    "Batteries in use are taken to keep 90 % of their rated capacity, give or take 35 points "
    "(90 %); the fewer the measurements, the more this weighs.",
)
