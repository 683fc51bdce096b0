"""Every data point a reader sees, in groups: value, source, date, method, the version signing it.

In: a `ReaderPassport`. Out: groups of rows in the reader's language.
Source: EU-2023-1542 annex-xiii; EC guidance version 2.0.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from battery_passport.passport.data_points import data_point
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.data_points import (
    POINT_GROUPS,
    PointGroup,
    point_name,
    reason_text,
)
from battery_passport.web.pages.passport import show_source
from battery_passport.web.pages.values import Shown, show_origin, show_value
from battery_passport.web.readers.event_words import WORDS
from battery_passport.web.reading.views import STATUS_NUMBER, ReaderPassport, ReadValue
from battery_passport.web.views import Duty, OpenPoint

GROUPS_BEYOND: tuple[PointGroup, ...] = (
    PointGroup(marked("Composition, spare parts and dismantling"), (45, 46, 47, 48, 49)),
    PointGroup(marked("Results of test reports"), (50,)),
    PointGroup(marked("Status and health"), (67, 61)),
    PointGroup(
        marked("Performance now"),
        (51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 62, 63, 64, 65, 66),
    ),
    PointGroup(marked("Use and incidents"), (68, 69, 70, 71)),
)
"""Points 2, 3 and 4 of Annex XIII, as the groups of the public page are those of point 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """One data point as a reader sees it.

    `interval` says between which figures the truth lies nine times in ten, where that is known.
    `signed` names the version that says the value; `unsigned` says that none does yet, and what
    the newest says instead. Without a value: who owes it, why it is not due, or who withholds it.
    """

    number: int
    label: str
    shown: Shown | None = None
    origin: str = ""
    as_of: str = ""
    interval: str = ""
    signed: str = ""
    unsigned: str = ""
    owed: str = ""
    pending: str = ""
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class ReadGroup:
    """A heading, the point of Annex XIII it belongs to, its rows."""

    heading: str
    annex_point: int
    rows: tuple[ReadRow, ...]

    @property
    def filled(self) -> int:
        return sum(row.shown is not None for row in self.rows)

    @property
    def owed(self) -> int:
        return sum(bool(row.owed) for row in self.rows)

    @property
    def unsigned(self) -> int:
        return sum(bool(row.unsigned) for row in self.rows)


def read_groups(
    passport: ReaderPassport, language: Language, *, withheld: frozenset[int] = frozenset()
) -> tuple[ReadGroup, ...]:
    """Return what goes beyond the public part first, then the public part.

    `withheld` are data points that another reader sees and this one may not: named, not shown.
    """
    rows = {number: _withheld_row(number, language) for number in withheld}
    rows |= {point.number: _open_row(point, language) for point in passport.open_points}
    rows |= {value.number: _value_row(value, passport, language) for value in passport.values}
    return tuple(_groups((*GROUPS_BEYOND, *POINT_GROUPS), rows, language))


def _groups(
    groups: Iterable[PointGroup], rows: dict[int, ReadRow], language: Language
) -> Iterable[ReadGroup]:
    for group in groups:
        found = tuple(rows[number] for number in group.numbers if number in rows)
        if found:
            point = data_point(group.numbers[0]).section
            yield ReadGroup(language.text(group.heading), point, found)


def _value_row(value: ReadValue, passport: ReaderPassport, language: Language) -> ReadRow:
    source = show_source(value.source, language)
    version = passport.public.version
    return ReadRow(
        number=value.number,
        label=point_name(value.number, language),
        shown=shown_value(value, language),
        origin=show_origin(source, value.method, language),
        as_of=language.day_of(value.as_of),
        interval=_interval(value, language),
        signed=""
        if value.signed_in is None
        else language.text("version %(version)s", version=value.signed_in),
        unsigned=_unsigned(value, version, language) if value.signed_in is None else "",
    )


def _interval(value: ReadValue, language: Language) -> str:
    if value.interval is None:
        return ""
    low, high = value.interval
    return language.text(
        "90 %% between %(low)s and %(high)s",
        low=language.number(low),
        high=show_value(high, value.unit, language).line,
    )


def shown_value(value: ReadValue, language: Language) -> Shown:
    """Return a value as text; a status in its own word."""
    if value.number == STATUS_NUMBER and isinstance(value.value, str) and value.value in WORDS:
        return Shown(language.text(WORDS[value.value]))
    return show_value(value.value, value.unit, language)


def _unsigned(value: ReadValue, version: int, language: Language) -> str:
    if value.signed_value is None:
        return language.text("version %(version)s says nothing of it", version=version)
    said = shown_value(value.as_it_was(), language).line
    return language.text("version %(version)s says %(value)s", version=version, value=said)


def _open_row(point: OpenPoint, language: Language) -> ReadRow:
    label = point_name(point.number, language)
    if point.duty is Duty.PENDING:
        pending = reason_text(point.reason, language)
        return ReadRow(number=point.number, label=label, pending=pending)
    owed = language.text("owed by %(who)s", who=point.owed_by)
    if point.due is not None:
        due = language.day(point.due)
        owed = language.text("owed by %(who)s, due %(due)s", who=point.owed_by, due=due)
    return ReadRow(number=point.number, label=label, owed=owed)


def _withheld_row(number: int, language: Language) -> ReadRow:
    text = language.text("This reader sees it; you may not.")
    return ReadRow(number=number, label=point_name(number, language), withheld=text)
