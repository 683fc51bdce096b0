"""The history of a battery for those who may see it: each event with what it says and who says so.

In: recorded events. Out: rows in the reader's language, the latest first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.lifecycle.event_types import event_type
from battery_passport.lifecycle.fields import Field
from battery_passport.lifecycle.scalar_shapes import Number, Whole
from battery_passport.web.language import Language
from battery_passport.web.pages.data_points import point_name
from battery_passport.web.pages.values import Part, Shown, show_value
from battery_passport.web.readers.event_words import FIELDS, WORDS
from battery_passport.web.reading.views import EventLine


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event: when, what, what it says, who recorded it, where it stands in the log."""

    sequence: int
    at: str
    title: str
    parts: tuple[Part, ...]
    recorded: str
    logged: str


def event_rows(events: tuple[EventLine, ...], language: Language) -> tuple[EventRow, ...]:
    """Return the events, the latest first."""
    return tuple(_row(event, language) for event in reversed(events))


def _row(event: EventLine, language: Language) -> EventRow:
    kind = event_type(event.event_type)
    index = event.log_index
    return EventRow(
        sequence=event.sequence,
        at=language.moment(event.occurred_at),
        title=kind.name_ko if language.code == "ko" else kind.name_en,
        parts=tuple(_parts(event, language)),
        recorded=language.text(
            "recorded by %(who)s on %(date)s",
            who=event.recorded_by,
            date=language.day_of(event.recorded_at),
        ),
        logged=language.text("not yet in the log")
        if index is None
        else language.text("number %(index)s in the log", index=language.number(index)),
    )


def _parts(event: EventLine, language: Language) -> Iterator[Part]:
    fields = event_type(event.event_type).fields
    for name, value in event.payload.items():
        field = fields.get(name)
        unit = "" if field is None else _unit(field)
        yield Part(_label(name, field, language), _shown(value, unit, language))


def _unit(field: Field) -> str:
    return field.shape.unit if isinstance(field.shape, Number | Whole) else ""


def _label(name: str, field: Field | None, language: Language) -> str:
    if field is not None and field.data_point is not None:
        return point_name(field.data_point, language)
    return language.text(FIELDS[name]) if name in FIELDS else name


def _shown(value: JsonValue, unit: str, language: Language) -> Shown:
    if isinstance(value, str) and value in WORDS:
        return Shown(language.text(WORDS[value]))
    return show_value(value, unit, language)
