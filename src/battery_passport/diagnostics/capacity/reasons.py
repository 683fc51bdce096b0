"""Why a part of a charge gives no figure.

In: what was found. Out: a code for translation, its parameters, and an English sentence.
"""

from battery_passport.diagnostics.model import NotDetermined

NO_CELL_VOLTAGE = NotDetermined(
    "no-cell-voltage",
    "Less than half of the samples hold a cell voltage and a current.",
    {},
)
MORE_THAN_A_BATTERY = NotDetermined(
    "more-than-a-battery",
    "More charge was counted than a battery of this rated capacity can hold.",
    {},
)


def too_short(shortest_ratio: float) -> NotDetermined:
    """Return that the part of the charge is too short."""
    percent = round(100.0 * shortest_ratio)
    return NotDetermined(
        "too-short-window",
        f"The part of the charge is shorter than {percent} % of the rated capacity.",
        {"needed_percent": percent},
    )
