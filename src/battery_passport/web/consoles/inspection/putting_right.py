"""Putting an inspection right and taking it back: each a new inspection that names the old one.

In: the inspections of a battery, which of them is meant. Out: descriptions of two forms.
"""

from collections.abc import Mapping, Sequence

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.event_types import event_type
from battery_passport.lifecycle.inspections import (
    CORRECTS,
    REASON,
    WITHDRAWN,
    has_measured,
    standing_inspections,
)
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.form_spec import FormSpec
from battery_passport.web.consoles.frame.places import INSPECTION
from battery_passport.web.consoles.frame.questions import AT, Question, local_text
from battery_passport.web.consoles.frame.views import RecordedEvent
from battery_passport.web.consoles.inspection.sheet import ACTION, EVENT, SHEET
from battery_passport.web.language import marked

_SHAPES = event_type(EVENT).fields
_WHICH = Question(CORRECTS, _SHAPES[CORRECTS].shape, required=True, hidden=True)
_WHY = Question(REASON, _SHAPES[REASON].shape, required=True)
_ABOUT = (CORRECTS, REASON)


def own_standing(events: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """Return the inspections that the reader's organisation can put right or take back."""
    return [
        each for each in standing_inspections(events) if each.by_own and has_measured(each.payload)
    ]


def _meant(events: Sequence[RecordedEvent], which: str) -> RecordedEvent:
    for each in own_standing(events):
        if str(each.event_id) == which:
            return each
    raise NothingOfYours("There is no inspection of yours here that stands.")


def _as_it_was(events: Sequence[RecordedEvent], which: str) -> Mapping[str, str]:
    """Return the form filled in as the inspection was, so that only what was wrong is typed."""
    meant = _meant(events, which)
    names = {each.name for each in SHEET.questions} & meant.payload.keys()
    typed = {name: str(meant.payload[name]) for name in names}
    return {**typed, AT: local_text(meant.occurred_at), CORRECTS: which}


def _only_which(events: Sequence[RecordedEvent], which: str) -> Mapping[str, str]:
    return {CORRECTS: str(_meant(events, which).event_id)}


def _withdrawn(payload: JsonObject) -> JsonObject:
    return {**payload, "kind": "other", "result": WITHDRAWN}


CORRECTION = FormSpec(
    place=INSPECTION,
    path="correction",
    event=EVENT,
    action=ACTION,
    purpose=SHEET.purpose,
    title=marked("Put an inspection right"),
    button=marked("Sign"),
    questions=(_WHICH, _WHY, *SHEET.questions),
    groups=((marked("What was wrong"), _ABOUT), *SHEET.groups),
    follows=(
        marked(
            "A new statement, signed with your organisation's own key, takes the place of the "
            "earlier one and names it with your reason."
        ),
        marked("The earlier inspection stays in the history, marked as put right."),
    ),
    check=SHEET.check,
    begin=_as_it_was,
)

WITHDRAWAL = FormSpec(
    place=INSPECTION,
    path="withdrawal",
    event=EVENT,
    action=ACTION,
    purpose=SHEET.purpose,
    title=marked("Take a measurement back"),
    button=marked("Sign and take back"),
    questions=(_WHICH, _WHY),
    groups=((marked("Why it is taken back"), (*_ABOUT, AT)),),
    follows=(
        marked(
            "A new statement, signed with your organisation's own key, withdraws the earlier one. "
            "The measurement is not shown beside the estimate any more."
        ),
        marked("The earlier inspection stays in the history, marked as taken back."),
    ),
    finish=_withdrawn,
    begin=_only_which,
)
