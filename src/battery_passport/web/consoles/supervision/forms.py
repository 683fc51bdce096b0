"""The forms of authorities: suspending a passport, putting it in force again.

In: the event types' tables. Out: their descriptions.
"""

from battery_passport.access.model import Purpose
from battery_passport.web.consoles.frame.form_spec import FormSpec
from battery_passport.web.consoles.frame.places import SUPERVISION
from battery_passport.web.consoles.frame.questions import AT, questions_of
from battery_passport.web.language import marked

SUSPEND = FormSpec(
    place=SUPERVISION,
    path="suspend",
    event="passport_suspended",
    action="event.record.standing",
    purpose=Purpose.MARKET_SURVEILLANCE,
    title=marked("Suspend the passport"),
    button=marked("Suspend"),
    questions=questions_of("passport_suspended"),
    groups=((marked("The decision"), (AT, "reason")),),
    follows=(
        marked("Everyone who opens the passport sees that it is suspended, and since when."),
        marked("You can put it in force again at any time; both stay in its history."),
    ),
)
RESUME = FormSpec(
    place=SUPERVISION,
    path="resume",
    event="passport_resumed",
    action="event.record.standing",
    purpose=Purpose.MARKET_SURVEILLANCE,
    title=marked("Put the passport in force again"),
    button=marked("Put in force"),
    questions=questions_of("passport_resumed"),
    groups=((marked("The decision"), (AT, "reason")),),
    follows=(marked("Everyone who opens the passport sees that it is in force again."),),
)
