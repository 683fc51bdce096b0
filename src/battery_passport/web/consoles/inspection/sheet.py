"""The form of an inspection: nine items, what kind it was, how it ended.

In: the event type's table. Out: the form's description.
"""

from collections.abc import Mapping

from battery_passport.access.model import Purpose
from battery_passport.web.consoles.frame.answers import Answers
from battery_passport.web.consoles.frame.form_spec import FormSpec
from battery_passport.web.consoles.frame.places import INSPECTION
from battery_passport.web.consoles.frame.questions import AT, questions_of
from battery_passport.web.language import Language, marked

EVENT, ACTION = "inspected", "event.record.inspection"

USED = (
    "operating_time_h",
    "cumulative_charge_kwh",
    "cumulative_discharge_kwh",
    "fast_charge_count",
    "state_of_charge_percent",
    "bms_state_of_health_percent",
)
MEASURED = ("insulation_kohm", "highest_module_celsius", "lowest_cell_v", "highest_cell_v")

ITEMS = frozenset(USED + MEASURED)
"""The nine items of the sheet; the cell voltages, lowest and highest, are one of them."""


def check_together(answers: Answers, language: Language) -> Mapping[str, str]:
    """Return what does not go together in an inspection."""
    low, high = answers.payload.get("lowest_cell_v"), answers.payload.get("highest_cell_v")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        return {"lowest_cell_v": language.text("The lowest voltage is above the highest.")}
    if not ITEMS & answers.payload.keys():
        return {"operating_time_h": language.text("Measure at least one of the nine items.")}
    return {}


SHEET = FormSpec(
    place=INSPECTION,
    path="inspection",
    event=EVENT,
    action=ACTION,
    purpose=Purpose.LEGITIMATE_INTEREST,
    title=marked("Record an inspection"),
    button=marked("Sign"),
    questions=questions_of(EVENT),
    groups=(
        (marked("The inspection"), ("kind", AT)),
        (marked("Use and charge"), USED),
        (marked("Measured now"), MEASURED),
        (marked("Result"), ("result", "certificate", "note")),
    ),
    follows=(marked("A mistake is put right by a new inspection; both stay to be seen."),),
    check=check_together,
    with_last=True,
    counted=ITEMS,
)
