"""Forms for lifecycle events: one question a field, made from the table of event types.

In: an event type. Out: questions; fields of a form with what was typed and what is wrong with it.
"""

from dataclasses import dataclass
from datetime import datetime

from battery_passport.lifecycle.event_types import event_type
from battery_passport.lifecycle.scalar_shapes import Choice, Day, Number, Shape, Text, Whole
from battery_passport.lifecycle.shapes import ListOf
from battery_passport.web.consoles.frame.words_of_events import HINTS, LABELS, WORDS
from battery_passport.web.language import DISPLAY_ZONE, Language

AT = "at"
"""The field that asks when it happened, in Korean time."""

LONG_TEXT = 200
_LONGEST_FIGURE = 24


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a form: its name in the event, the shape of its answer."""

    name: str
    shape: Shape
    required: bool = False
    hidden: bool = False

    @property
    def label(self) -> str:
        """What is asked, as a message of the catalogue."""
        return LABELS[self.name]


@dataclass(frozen=True, slots=True)
class Option:
    """One word to choose."""

    value: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field as the template shows it; `kind` is number, text, long, choice, day, moment
    or hidden.
    """

    name: str
    kind: str
    label: str
    value: str
    unit: str = ""
    hint: str = ""
    fault: str = ""
    previous: str = ""
    required: bool = False
    longest: int = 0
    options: tuple[Option, ...] = ()


def questions_of(name: str, *only: str) -> tuple[Question, ...]:
    """Return the questions of an event type in the order of its table, or of `only`."""
    fields = event_type(name).fields
    return tuple(
        Question(each, fields[each].shape, fields[each].required) for each in only or fields
    )


def view_field(question: Question, value: str, fault: str, language: Language) -> FieldView:
    """Return one field."""
    shape = question.shape.item if isinstance(question.shape, ListOf) else question.shape
    hint = HINTS.get(question.name, "")
    return FieldView(
        name=question.name,
        kind="hidden" if question.hidden else _kind(shape),
        label=language.text(question.label),
        value=value,
        unit=_unit(shape),
        hint=language.text(hint) if hint else _bounds(shape, language),
        fault=fault,
        required=question.required,
        longest=shape.most if isinstance(shape, Text) else _LONGEST_FIGURE,
        options=_options(shape, language),
    )


def moment_field(value: str, fault: str, language: Language) -> FieldView:
    """Return the field that asks when it happened."""
    return FieldView(
        name=AT,
        kind="moment",
        label=language.text(LABELS[AT]),
        value=value,
        hint=language.text("Korean time (KST)"),
        fault=fault,
        required=True,
    )


def local_text(moment: datetime) -> str:
    """Return a time as the field for times holds it, in Korean time."""
    return moment.astimezone(DISPLAY_ZONE).strftime("%Y-%m-%dT%H:%M")


def word(code: str, language: Language) -> str:
    """Return a code of an event in words, or the code itself where nobody named it."""
    return language.text(WORDS[code]) if code in WORDS else code


def figure(value: float, language: Language) -> str:
    """Return a bound as it stands in hints."""
    return language.number(value)


def _kind(shape: Shape) -> str:
    if isinstance(shape, Text):
        return "long" if shape.most > LONG_TEXT else "text"
    kinds = ((Choice, "choice"), (Day, "day"), (Number, "number"), (Whole, "number"))
    return next((kind for known, kind in kinds if isinstance(shape, known)), "text")


def _unit(shape: Shape) -> str:
    return shape.unit if isinstance(shape, Number | Whole) else ""


def _bounds(shape: Shape, language: Language) -> str:
    if isinstance(shape, Number):
        low, high = figure(shape.low, language), figure(shape.high, language)
        return language.text("%(low)s to %(high)s", low=low, high=high)
    return ""


def _options(shape: Shape, language: Language) -> tuple[Option, ...]:
    if not isinstance(shape, Choice):
        return ()
    return tuple(Option(each, word(each, language)) for each in shape.words)
