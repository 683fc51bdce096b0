"""The lists of yards: what was recorded here, what is still here.

In: events of the reader's organisation. Out: their columns and filters.
"""

from collections.abc import Sequence

from battery_passport.web.consoles.frame.cells import Cell
from battery_passport.web.consoles.frame.describing import battery_cell, event_title, value_text
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Filter, Listing
from battery_passport.web.consoles.frame.views import BatteryCard, RecordedEvent
from battery_passport.web.consoles.frame.words_of_events import WORDS
from battery_passport.web.language import Language, marked

Recorded = tuple[BatteryCard, RecordedEvent]


def recorded_list(
    base: str, query: str, types: tuple[str, ...], empty: Emptiness
) -> Listing[Recorded]:
    """Return the list of what an organisation recorded."""
    return Listing(
        name="recorded",
        title=marked("Recorded here"),
        columns=(
            Column(
                key="battery",
                title=marked("Battery"),
                cell=lambda row, language: battery_cell(row[0], base, query, language),
                by=lambda row: (row[0].model_name, str(row[0].identifier)),
            ),
            Column(
                key="what",
                title=marked("What"),
                cell=_what,
                by=lambda row: row[1].event_type,
            ),
            Column(
                key="at",
                title=marked("When"),
                cell=lambda row, language: Cell(language.moment(row[1].occurred_at)),
                by=lambda row: row[1].occurred_at,
            ),
        ),
        filters=(
            Filter(
                key="type",
                title=marked("What"),
                choices=tuple((each, WORDS[each]) for each in types),
                value=lambda row: row[1].event_type,
            ),
        ),
        words=lambda row: row[0].words,
        empty=empty,
    )


def still_here(recorded: Sequence[Recorded]) -> list[Recorded]:
    """Return the latest event of each battery that was received and not recycled since."""
    latest: dict[str, Recorded] = {}
    for row in recorded:
        latest.setdefault(str(row[0].identifier), row)
    return [row for row in latest.values() if not row[0].ended]


def _what(row: Recorded, language: Language) -> Cell:
    event = row[1]
    details = event.payload.get("to") or event.payload.get("reason") or ""
    return Cell(event_title(event, language), small=value_text(details, "", language))
