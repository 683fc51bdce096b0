"""The form of an inspection: nine items, perhaps a test of the capacity, how it ended.

In: the event type's table. Out: the form's description.
"""

from collections.abc import Mapping
from dataclasses import replace

from battery_passport.access.model import Purpose
from battery_passport.lifecycle.event_types import event_type
from battery_passport.lifecycle.inspections import WITHDRAWN
from battery_passport.lifecycle.measurement import NINE_ITEMS
from battery_passport.lifecycle.measuring import missing_beside
from battery_passport.lifecycle.scalar_shapes import Choice
from battery_passport.web.consoles.frame.answers import Answers
from battery_passport.web.consoles.frame.form_spec import FormSpec
from battery_passport.web.consoles.frame.places import INSPECTION
from battery_passport.web.consoles.frame.questions import AT, Question, questions_of
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

TESTED = (
    "measured_capacity_ah",
    "measured_health_percent",
    "capacity_method",
    "test_c_rate",
    "test_celsius",
)
WITH = ("instrument", "instrument_serial", "calibrated_on")

LEFT = frozenset({"corrects", "correction_reason"})
"""What belongs to the forms of putting right and taking back."""

ITEMS = frozenset(name for item in NINE_ITEMS for name in item)
"""The nine items of the sheet; the cell voltages, lowest and highest, are one of them."""


def check_together(answers: Answers, language: Language) -> Mapping[str, str]:
    """Return what does not go together in an inspection."""
    low, high = answers.payload.get("lowest_cell_v"), answers.payload.get("highest_cell_v")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        return {"lowest_cell_v": language.text("The lowest voltage is above the highest.")}
    if not ITEMS & answers.payload.keys():
        return {"operating_time_h": language.text("Measure at least one of the nine items.")}
    missing = missing_beside(answers.payload)
    if missing is not None:
        return {missing: language.text("This belongs to what you filled in beside it.")}
    return {}


def _without_withdrawn(question: Question) -> Question:
    """Return a question without the result that only a form of its own can give."""
    if question.name != "result" or not isinstance(question.shape, Choice):
        return question
    kept = tuple(each for each in question.shape.words if each != WITHDRAWN)
    return replace(question, shape=Choice(kept))


SHEET = FormSpec(
    place=INSPECTION,
    path="inspection",
    event=EVENT,
    action=ACTION,
    purpose=Purpose.LEGITIMATE_INTEREST,
    title=marked("Record an inspection"),
    button=marked("Sign"),
    questions=tuple(
        _without_withdrawn(each)
        for each in questions_of(
            EVENT, *(name for name in event_type(EVENT).fields if name not in LEFT)
        )
    ),
    groups=(
        (marked("The inspection"), ("kind", AT)),
        (marked("Use and charge"), USED),
        (marked("Measured now"), MEASURED),
        (marked("Test of the capacity, if you made one"), TESTED),
        (marked("Measured with"), WITH),
        (marked("Result"), ("result", "certificate", "note")),
    ),
    follows=(
        marked(
            "What was measured becomes a statement that your organisation's own key signs. It "
            "stands in the passport beside the estimate."
        ),
        marked("A mistake can be put right or taken back later; both stay to be seen."),
    ),
    check=check_together,
    with_last=True,
    counted=ITEMS,
)
