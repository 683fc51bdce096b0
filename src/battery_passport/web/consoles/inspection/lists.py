"""The lists of inspectors: batteries due, drafts, signed inspections.

In: due batteries, drafts, events. Out: their columns and filters.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.describing import battery_cell, result_cell, value_text
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Filter, Listing
from battery_passport.web.consoles.frame.places import INSPECTION
from battery_passport.web.consoles.frame.views import BatteryCard, RecordedEvent
from battery_passport.web.consoles.inspection.ports import DueBattery, Reason
from battery_passport.web.language import Language, marked

BASE = INSPECTION.path

REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.REPORTED: marked("Something was reported since"),
        Reason.FAILED: marked("Failed, follow-up due"),
        Reason.REMOVED: marked("Removed, not inspected since"),
        Reason.NEVER: marked("Never inspected"),
        Reason.LONG_AGO: marked("More than a year ago"),
    }
)
_TONES: Mapping[Reason, Tone] = MappingProxyType(
    {
        Reason.REPORTED: Tone.BAD,
        Reason.FAILED: Tone.BAD,
        Reason.REMOVED: Tone.NOTICE,
        Reason.NEVER: Tone.ACTION,
        Reason.LONG_AGO: Tone.QUIET,
    }
)
_ORDER = tuple(Reason)

Signed = tuple[BatteryCard, RecordedEvent]


def due_list(query: str = "") -> Listing[DueBattery]:
    """Return the list of batteries due; `query` keeps the language in its links."""
    return Listing(
        name="due",
        title=marked("Batteries due"),
        columns=(
            Column(
                key="battery",
                title=marked("Battery"),
                cell=lambda row, language: battery_cell(row.card, BASE, query, language),
                by=lambda row: (row.card.model_name, str(row.card.identifier)),
            ),
            Column(
                key="reason",
                title=marked("Why"),
                cell=reason_cell,
                by=lambda row: _ORDER.index(row.reason),
            ),
            Column(
                key="since",
                title=marked("Since"),
                cell=lambda row, language: Cell(language.day_of(row.since)),
                by=lambda row: row.since,
            ),
            Column(
                key="last",
                title=marked("Last inspected"),
                cell=lambda row, language: Cell(_day(row.last_inspected_at, language)),
                by=lambda row: row.last_inspected_at.timestamp() if row.last_inspected_at else 0,
            ),
        ),
        filters=(
            Filter(
                key="reason",
                title=marked("Why"),
                choices=tuple((reason.value, title) for reason, title in REASONS.items()),
                value=lambda row: row.reason.value,
            ),
        ),
        words=lambda row: row.card.words,
        empty=Emptiness(
            title=marked("No battery is due."),
            lesson=marked(
                "A battery comes here when it was never inspected, when its last inspection failed "
                "or is more than a year old, and when it was removed or something was reported "
                "since. Any other battery can be inspected too: scan it."
            ),
        ),
    )


def signed_list(query: str = "") -> Listing[Signed]:
    """Return the list of inspections that the reader's organisation signed."""
    return Listing(
        name="signed",
        title=marked("Signed inspections"),
        columns=(
            Column(
                key="battery",
                title=marked("Battery"),
                cell=lambda row, language: battery_cell(row[0], BASE, query, language),
                by=lambda row: (row[0].model_name, str(row[0].identifier)),
            ),
            Column(
                key="at",
                title=marked("Inspected at"),
                cell=lambda row, language: Cell(language.moment(row[1].occurred_at)),
                by=lambda row: row[1].occurred_at,
            ),
            Column(
                key="kind",
                title=marked("Kind"),
                cell=lambda row, language: Cell(
                    value_text(row[1].payload.get("kind"), "", language)
                ),
                by=lambda row: str(row[1].payload.get("kind")),
            ),
            Column(
                key="result",
                title=marked("Result"),
                cell=lambda row, language: result_cell(row[1], language),
                by=lambda row: str(row[1].payload.get("result")),
            ),
        ),
        filters=(
            Filter(
                key="result",
                title=marked("Result"),
                choices=(
                    ("passed", marked("Passed")),
                    ("passed-with-remarks", marked("Passed with remarks")),
                    ("failed", marked("Failed")),
                ),
                value=lambda row: str(row[1].payload.get("result")),
            ),
        ),
        words=lambda row: row[0].words,
        empty=Emptiness(
            title=marked("Nothing signed yet."),
            lesson=marked(
                "Every inspection that your organisation signs is listed here, the latest first."
            ),
        ),
    )


def reason_cell(row: DueBattery, language: Language) -> Cell:
    """Return why a battery is due, as a badge."""
    return Cell(language.text(REASONS[row.reason]), tone=_TONES[row.reason])


def _day(moment: datetime | None, language: Language) -> str:
    return "–" if moment is None else language.day_of(moment)
