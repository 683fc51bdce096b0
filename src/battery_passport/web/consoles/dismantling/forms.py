"""The form of dismantlers: removal.

In: the event type's table. Out: its description.
"""

from battery_passport.access.model import Purpose
from battery_passport.web.consoles.frame.form_spec import FormSpec
from battery_passport.web.consoles.frame.places import DISMANTLING
from battery_passport.web.consoles.frame.questions import AT, questions_of
from battery_passport.web.language import marked

REMOVAL = FormSpec(
    place=DISMANTLING,
    path="removal",
    event="removed",
    action="event.record.removal",
    purpose=Purpose.LEGITIMATE_INTEREST,
    title=marked("Record a removal"),
    button=marked("Record"),
    questions=questions_of("removed"),
    groups=((marked("The removal"), ("reason", AT, "note")),),
    follows=(marked("The battery stays what it is; only its history says that it was removed."),),
)
