"""The form that both kinds of yard have: handing a battery over as waste.

In: the event type's table. Out: its description; each yard puts its own place in.
"""

from battery_passport.access.model import Purpose
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.consoles.frame.form_spec import FormSpec
from battery_passport.web.consoles.frame.places import DISMANTLING
from battery_passport.web.consoles.frame.questions import AT, questions_of
from battery_passport.web.language import marked


def to_waste(answers: JsonObject) -> JsonObject:
    """Return the event that makes a battery waste."""
    return {**answers, "to": "waste"}


WASTE = FormSpec(
    place=DISMANTLING,
    path="waste",
    event="status_changed",
    action="event.record.status",
    purpose=Purpose.LEGITIMATE_INTEREST,
    title=marked("Record as waste battery"),
    button=marked("Record as waste"),
    questions=questions_of("status_changed", "evidence", "note"),
    groups=((marked("The hand-over"), (AT, "evidence", "note")),),
    follows=(
        marked(
            "The status changes to waste battery. From then on the duty for the passport lies with "
            "the producer, its organisation or the waste operator."
        ),
        marked("Only a permitted operator with evidence can make it a product again."),
    ),
    finish=to_waste,
)
