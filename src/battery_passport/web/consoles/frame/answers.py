"""What people typed into a form, read into an event; what is wrong is told beside the field.

In: questions and the texts of a form. Out: a payload and a time, or faults by field.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.errors import PersonalDataInEvent
from battery_passport.lifecycle.privacy import refuse_personal_data
from battery_passport.lifecycle.scalar_shapes import Choice, Day, Number, Shape, Text, Whole
from battery_passport.lifecycle.service import CLOCK_TOLERANCE, EARLIEST
from battery_passport.lifecycle.shapes import ListOf
from battery_passport.web.consoles.frame.questions import AT, Question, figure
from battery_passport.web.forms import Form
from battery_passport.web.language import DISPLAY_ZONE, Language, marked

MAX_TYPED = 2_000
"""Longer than any field takes; the rest is cut off before anything else is done with it."""

_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was typed, and what it means where nothing is wrong with it."""

    typed: Mapping[str, str]
    payload: JsonObject
    occurred_at: datetime | None
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the event can be recorded as it is."""
        return not self.faults and self.occurred_at is not None


def typed_of(questions: tuple[Question, ...], form: Form) -> dict[str, str]:
    """Return what was typed into the fields, and nothing else that came along."""
    names = [*(each.name for each in questions), AT]
    typed = {name: form[name][:MAX_TYPED].strip() for name in names}
    return {name: text for name, text in typed.items() if text}


def read_answers(
    questions: tuple[Question, ...], typed: Mapping[str, str], *, now: datetime, language: Language
) -> Answers:
    """Return the event that was typed, with every fault there is."""
    payload: dict[str, JsonValue] = {}
    faults: dict[str, str] = {}
    for each in questions:
        value, fault = read_answer(each, typed.get(each.name, ""), language)
        if fault:
            faults[each.name] = fault
        elif value is not None:
            payload[each.name] = value
    occurred_at = read_moment(typed.get(AT, ""))
    if occurred_at is None or not EARLIEST <= occurred_at <= now + CLOCK_TOLERANCE:
        faults[AT] = language.text("Give a day and time that lies in the past.")
    return Answers(typed=typed, payload=payload, occurred_at=occurred_at, faults=faults)


def read_answer(question: Question, text: str, language: Language) -> tuple[JsonValue, str]:
    """Return the value of one answer, None where nothing was typed, and what is wrong with it."""
    if not text:
        missing = language.text("Please fill this in.") if question.required else ""
        return None, missing
    shape = question.shape
    value = shape.read(_ungrouped(text))
    if shape.fault(value) is not None:
        return None, fault_text(shape, language)
    try:
        refuse_personal_data(value)
    except PersonalDataInEvent:
        return None, language.text(
            "This looks like a name, a number plate, a telephone number or a place. Leave it out."
        )
    return value, ""


def fault_text(shape: Shape, language: Language) -> str:
    """Return what is right, in words."""
    if isinstance(shape, ListOf):
        return fault_text(shape.item, language)
    if isinstance(shape, Number):
        return language.text(
            "Give a number from %(low)s to %(high)s %(unit)s.",
            low=figure(shape.low, language),
            high=figure(shape.high, language),
            unit=shape.unit,
        )
    if isinstance(shape, Text):
        return language.text("Give a text of at most %(most)s characters.", most=shape.most)
    said = (said for kind, said in _RIGHT if isinstance(shape, kind))
    return language.text(next(said, marked("This cannot be used as it is.")))


_RIGHT: tuple[tuple[type, str], ...] = (
    (Whole, marked("Give a whole number, as in 120.")),
    (Day, marked("Give a day, as in 2026-11-23.")),
    (Choice, marked("Choose one of the list.")),
)


def read_moment(text: str) -> datetime | None:
    """Return the time that a field for times holds, which is Korean; None if it is no time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=DISPLAY_ZONE) if moment.tzinfo is None else None


def _ungrouped(text: str) -> str:
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text
