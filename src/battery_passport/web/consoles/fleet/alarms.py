"""The list of alarms, the newest first.

In: values of the port. Out: columns.
"""

from battery_passport.web.consoles.fleet.lists import battery_and_district_columns
from battery_passport.web.consoles.fleet.measures import written_duration
from battery_passport.web.consoles.fleet.ports import AlarmRow
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Listing
from battery_passport.web.language import Language, marked
from battery_passport.web.readers.event_words import WORDS

SHORT_DIGEST = 16
LEDGER = "/ledger/of"


def alarms_list(base: str, kept_query: str) -> Listing[AlarmRow]:
    """Return the list of alarms; each leads to its battery, its evidence to the ledger."""
    battery_and_district: tuple[Column[AlarmRow], ...] = battery_and_district_columns(
        "battery", marked("Battery"), base, kept_query
    )
    return Listing(
        name="alarms",
        title=marked("Alarms"),
        columns=(*_times(), *battery_and_district, *_findings(kept_query)),
        empty=Emptiness(
            title=marked("No alarm was raised."),
            lesson=marked(
                "Every batch is looked at as soon as it is received. An alarm comes up here within "
                "seconds when two or more independent signals show a thermal event."
            ),
        ),
    )


def _times() -> tuple[Column[AlarmRow], ...]:
    return (
        Column(
            key="at",
            title=marked("Measured at"),
            cell=lambda row, language: Cell(language.moment(row.at)),
            by=lambda row: row.at,
        ),
        Column(
            key="received",
            title=marked("Received"),
            cell=lambda row, language: Cell(
                language.moment(row.received_at), small=_delay(row, language)
            ),
            by=lambda row: row.received_at,
        ),
        Column(
            key="late",
            title=marked("In time"),
            cell=_late_cell,
            by=lambda row: row.late,
        ),
    )


def _findings(kept_query: str) -> tuple[Column[AlarmRow], ...]:
    return (
        Column(key="seen", title=marked("What was seen"), cell=_seen_cell),
        Column(
            key="evidence",
            title=marked("Evidence"),
            cell=lambda row, language: Cell(
                row.digest[:SHORT_DIGEST],
                link=f"{LEDGER}/{row.identifier.path}{kept_query}",
                code=True,
                small=language.text("fingerprint of the batch, begins so"),
            ),
        ),
    )


def _delay(row: AlarmRow, language: Language) -> str:
    delay_s = max(0.0, (row.received_at - row.at).total_seconds())
    return language.text("Delay: %(time)s", time=written_duration(delay_s, language))


def _late_cell(row: AlarmRow, language: Language) -> Cell:
    if row.late:
        return Cell(language.text("more than a day late"), tone=Tone.NOTICE)
    return Cell(language.text("in time"), tone=Tone.GOOD)


def _seen_cell(row: AlarmRow, language: Language) -> Cell:
    words = ", ".join(language.text(WORDS.get(each, each)) for each in row.signals)
    if row.cell is None:
        return Cell(words)
    return Cell(words, small=language.text("Cell %(number)s", number=language.number(row.cell)))
