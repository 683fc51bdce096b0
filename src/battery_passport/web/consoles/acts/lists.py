"""The list of acts: its columns, its filters, and the span of time it is asked for.

In: lines of the port. Out: columns and filters.
"""

from collections.abc import Sequence
from datetime import timedelta

from battery_passport.web.consoles.acts.ports import ActLine
from battery_passport.web.consoles.acts.words import DETAILS, KINDS, SHARED_KINDS
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.describing import battery_cell
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Filter, Listing
from battery_passport.web.language import DISPLAY_ZONE, Language, marked

PERIOD, USUAL_PERIOD = "period", "30"
PERIODS: tuple[tuple[str, str], ...] = (
    ("1", marked("last day")),
    ("7", marked("last 7 days")),
    ("366", marked("last year")),
    ("36600", marked("since the beginning")),
)
SHOWN_LETTERS = 8
WORDS = {**KINDS, **SHARED_KINDS}


def span_of(period: str) -> timedelta:
    """Return the span that a period of the list means."""
    known = period if period in dict(PERIODS) else USUAL_PERIOD
    return timedelta(days=int(known))


def acts_list(
    rows: Sequence[ActLine], *, period: str, base: str, query: str, in_full: bool
) -> Listing[ActLine]:
    """Return the list; its organisations to choose from are those of its rows."""
    return Listing(
        name="acts",
        title=marked("Privileged acts"),
        columns=(
            *_COLUMNS,
            *(_PEOPLE if in_full else ()),
            Column(
                key="log",
                title=marked("Log entry"),
                cell=lambda row, language: _log(row, language, base, query),
                by=lambda row: -1 if row.log_index is None else row.log_index,
            ),
        ),
        filters=_filters(rows, period),
        empty=Emptiness(
            title=marked("Nothing privileged was done in this period."),
            lesson=marked(
                "Approvals, roles, keys, looks at what is not public and customs cases appear "
                "here within seconds, each with its place in the log. What owners decide about "
                "their own battery is read by them alone."
            ),
        ),
    )


def _filters(rows: Sequence[ActLine], period: str) -> tuple[Filter[ActLine], ...]:
    return (
        Filter(
            key=PERIOD,
            title=marked("Period"),
            choices=PERIODS,
            value=lambda _row: period,
            unchosen=marked("last 30 days"),
        ),
        Filter(
            key="kind",
            title=marked("Kind of act"),
            choices=tuple(WORDS.items()),
            value=lambda row: row.act,
        ),
        Filter(
            key="organisation",
            title=marked("Organisation"),
            choices=_organisations(rows),
            value=lambda row: str(row.organisation_id),
        ),
    )


def _organisations(rows: Sequence[ActLine]) -> tuple[tuple[str, str], ...]:
    named = {str(row.organisation_id): row.organisation for row in rows if row.organisation_id}
    return tuple(sorted(named.items(), key=lambda pair: pair[1]))


def _act(row: ActLine, language: Language) -> Cell:
    said = language.text(WORDS[row.act]) if row.act in WORDS else row.act
    if row.erased:
        return Cell(said, small=language.text("erased with a person's data"))
    told = (detail_text(name, value, language) for name, value in row.details)
    return Cell(said, small=", ".join(filter(None, told)))


def detail_text(name: str, value: str, language: Language) -> str:
    """Return a particular of an act in words, empty where its code says nothing to a reader."""
    words = (DETAILS.get(name, {}).get(each, "") for each in value.split(", "))
    return ", ".join(language.text(each) for each in words if each)


def _time(row: ActLine) -> str:
    return row.at.astimezone(DISPLAY_ZONE).strftime("%H:%M")


def _people(row: ActLine, language: Language) -> Cell:
    by, about = row.by[:SHOWN_LETTERS], row.subject[:SHOWN_LETTERS]
    if not about or about == by:
        return Cell(by or "–", code=bool(by))
    return Cell(by or "–", code=bool(by), small=language.text("about %(person)s", person=about))


def _log(row: ActLine, language: Language, base: str, query: str) -> Cell:
    if row.log_index is None:
        return Cell(language.text("on its way"), tone=Tone.QUIET)
    number = language.text("entry %(index)s", index=language.number(row.log_index))
    if row.erased:
        return Cell(number)
    link = f"{base}/{row.record_id}/proof{query}"
    return Cell(language.text("proof"), link=link, small=number)


def _battery(row: ActLine, language: Language) -> Cell:
    return Cell("–") if row.card is None else battery_cell(row.card, "", "", language)


_COLUMNS: tuple[Column[ActLine], ...] = (
    Column(key="act", title=marked("Act"), cell=_act, by=lambda row: row.act),
    Column(
        key="at",
        title=marked("When"),
        cell=lambda row, language: Cell(language.day_of(row.at), small=_time(row)),
        by=lambda row: row.at,
    ),
    Column(
        key="organisation",
        title=marked("Organisation"),
        cell=lambda row, _language: Cell(row.organisation or "–"),
        by=lambda row: row.organisation,
    ),
)
_PEOPLE: tuple[Column[ActLine], ...] = (
    Column(key="people", title=marked("By and about whom"), cell=_people),
    Column(
        key="battery",
        title=marked("Battery"),
        cell=_battery,
        by=lambda row: "" if row.card is None else str(row.card.identifier),
    ),
)
