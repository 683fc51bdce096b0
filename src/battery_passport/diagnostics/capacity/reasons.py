"""Why a part of a charge gives no figure.

In: what was found. Out: a code for translation, its parameters, and an English sentence.
"""

from battery_passport.diagnostics.model import Assumption, NotDetermined

NO_CELL_VOLTAGE = NotDetermined(
    "no-cell-voltage",
    "Less than half of the samples hold a cell voltage and a current.",
    {},
)
NO_CHARGE = NotDetermined(
    "no-charge",
    "No charge of this battery was recorded that moved a tenth of its capacity.",
    {},
)
MORE_THAN_A_BATTERY = NotDetermined(
    "more-than-a-battery",
    "More charge was counted than a battery of this rated capacity can hold.",
    {},
)
LEARNED_CURVES = Assumption(
    "learned-curves",
    "The cell's rested voltage over its state of charge resembles that of the cars it was learned "
    "from, and does not change its shape as the cell ages.",
)


def too_short(shortest_ratio: float) -> NotDetermined:
    """Return that the part of the charge is too short."""
    percent = round(100.0 * shortest_ratio)
    return NotDetermined(
        "too-short-window",
        f"The part of the charge is shorter than {percent} % of the rated capacity.",
        {"needed_percent": percent},
    )
