"""What a form for an event is: its questions in groups, what it records, and what will follow.

In: tables of roles. Out: fields with what was typed; the event that they mean.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from battery_passport.access.model import Purpose
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.scalar_shapes import Number, Whole
from battery_passport.web.consoles.frame.answers import Answers, read_answers
from battery_passport.web.consoles.frame.describing import value_text
from battery_passport.web.consoles.frame.places import Place
from battery_passport.web.consoles.frame.questions import (
    AT,
    FieldView,
    Question,
    moment_field,
    view_field,
)
from battery_passport.web.consoles.frame.views import RecordedEvent
from battery_passport.web.language import Language

Check = Callable[[Answers, Language], Mapping[str, str]]
"""Faults of answers that are good one by one but do not go together."""

Finish = Callable[[JsonObject], JsonObject]
"""Makes the event's payload from the answers, where a question is no field of it."""

Begin = Callable[[Sequence[RecordedEvent], str], Mapping[str, str]]
"""What stands in a new form about an earlier event, given by its id."""


def as_answered(payload: JsonObject) -> JsonObject:
    """Return the answers as they are."""
    return payload


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together."""

    legend: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSpec:
    """A form for one type of event; texts are messages of the catalogue.

    `path` names the form in its address and its drafts. `with_last` shows beside each question what
    the last event of the type said.
    """

    place: Place
    path: str
    event: str
    action: str
    purpose: Purpose
    title: str
    button: str
    questions: tuple[Question, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    follows: tuple[str, ...]
    check: Check | None = None
    finish: Finish = as_answered
    begin: Begin | None = None
    with_last: bool = False
    counted: frozenset[str] = field(default_factory=frozenset)

    def question(self, name: str) -> Question:
        """Return the question of that name."""
        return next(each for each in self.questions if each.name == name)

    def read(self, typed: Mapping[str, str], *, now: datetime, language: Language) -> Answers:
        """Return the event that was typed, with every fault there is."""
        answers = read_answers(self.questions, typed, now=now, language=language)
        if answers.faults or self.check is None:
            return answers
        return replace(answers, faults=self.check(answers, language))

    def view(
        self,
        typed: Mapping[str, str],
        faults: Mapping[str, str],
        last: RecordedEvent | None,
        language: Language,
    ) -> tuple[Group, ...]:
        """Return the form with what was typed."""
        shown = last if self.with_last else None
        return tuple(
            Group(
                language.text(legend),
                tuple(
                    self._field(name, typed.get(name, ""), faults.get(name, ""), language)
                    if shown is None
                    else replace(
                        self._field(name, typed.get(name, ""), faults.get(name, ""), language),
                        previous=self._previous(name, shown, language),
                    )
                    for name in names
                ),
            )
            for legend, names in self.groups
        )

    def filled(self, typed: Mapping[str, str]) -> int:
        """Return how many of the counted items have something in them."""
        return sum(1 for name in self.counted if typed.get(name))

    def _field(self, name: str, value: str, fault: str, language: Language) -> FieldView:
        if name == AT:
            return moment_field(value, fault, language)
        return view_field(self.question(name), value, fault, language)

    def _previous(self, name: str, last: RecordedEvent, language: Language) -> str:
        if name not in self.counted or name not in last.payload:
            return ""
        return language.text(
            "Last time %(value)s (%(day)s)",
            value=value_text(last.payload[name], unit_of(self.question(name)), language),
            day=language.day_of(last.occurred_at),
        )


def unit_of(question: Question) -> str:
    """Return the unit that an answer is in, empty without one."""
    return question.shape.unit if isinstance(question.shape, Number | Whole) else ""
