"""The lists of makers: batteries, what is owed, models, recalls.

In: what an organisation answers for. Out: columns and filters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from battery_passport.passport.data_points import data_point
from battery_passport.passport.model import Supplier
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.describing import battery_cell
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Filter, Listing
from battery_passport.web.consoles.frame.places import MANUFACTURE
from battery_passport.web.consoles.manufacture.ports import OwnBattery, OwnModel
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.data_points import point_name

BASE = MANUFACTURE.path

SUPPLIERS = {
    Supplier.REGISTRATION: marked("registration"),
    Supplier.MANUFACTURER: marked("model file"),
    Supplier.TEST_REPORTS: marked("test reports"),
    Supplier.VEHICLE: marked("the car"),
    Supplier.EVENTS: marked("recorded events"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedLine:
    """One data point that is owed by one day, and of how many batteries."""

    number: int
    due_on: date | None
    overdue: bool
    batteries: int


def owed_lines(batteries: Sequence[OwnBattery]) -> list[OwedLine]:
    """Return what is owed, by day and data point: the overdue first, then the nearest day."""
    counted: dict[tuple[int, date | None, bool], int] = {}
    for battery in batteries:
        for each in battery.owed:
            key = (each.number, each.due_on, each.overdue)
            counted[key] = counted.get(key, 0) + 1
    lines = [
        OwedLine(number=number, due_on=due_on, overdue=overdue, batteries=count)
        for (number, due_on, overdue), count in counted.items()
    ]
    return sorted(lines, key=lambda row: (not row.overdue, row.due_on or date.max, row.number))


def batteries_list(query: str = "") -> Listing[OwnBattery]:
    """Return the list of batteries."""
    return Listing(
        name="batteries",
        title=marked("Batteries"),
        columns=(
            Column(
                key="battery",
                title=marked("Battery"),
                cell=lambda row, language: battery_cell(row.card, BASE, query, language),
                by=lambda row: (row.card.model_name, str(row.card.identifier)),
            ),
            Column(
                key="version",
                title=marked("Passport"),
                cell=_version,
                by=lambda row: row.version or 0,
            ),
            Column(key="owed", title=marked("Owed"), cell=_owed, by=lambda row: len(row.owed)),
            Column(
                key="recalls",
                title=marked("Recall"),
                cell=lambda row, _language: Cell(", ".join(row.open_recalls) or "–"),
                by=lambda row: row.open_recalls,
            ),
        ),
        filters=(
            Filter(
                key="state",
                title=marked("State"),
                choices=(
                    ("none", marked("without a passport")),
                    ("overdue", marked("with overdue entries")),
                    ("owed", marked("with entries owed")),
                    ("complete", marked("complete")),
                ),
                value=state_of,
            ),
        ),
        words=lambda row: row.card.words,
        empty=Emptiness(
            title=marked("No battery is registered for your organisation."),
            lesson=marked(
                "Batteries are registered by your own system over the interface, or with the "
                "command line. Begin with a model: upload its file."
            ),
        ),
    )


def state_of(row: OwnBattery) -> str:
    """Return the state of a battery's passport."""
    if row.version is None:
        return "none"
    if row.overdue:
        return "overdue"
    return "owed" if row.owed else "complete"


def owed_list() -> Listing[OwedLine]:
    """Return the list of what is owed."""
    return Listing(
        name="owed",
        title=marked("What is owed"),
        columns=(
            Column(
                key="point",
                title=marked("Entry"),
                cell=lambda row, language: Cell(
                    point_name(row.number, language),
                    small=language.text("Data point %(number)s", number=row.number),
                ),
                by=lambda row: row.number,
            ),
            Column(
                key="due",
                title=marked("Due"),
                cell=_due,
                by=lambda row: row.due_on or date.max,
            ),
            Column(
                key="from",
                title=marked("Comes from"),
                cell=lambda row, language: Cell(
                    language.text(SUPPLIERS[data_point(row.number).supplier])
                ),
                by=lambda row: data_point(row.number).supplier.value,
            ),
            Column(
                key="batteries",
                title=marked("Batteries concerned"),
                cell=lambda row, language: Cell(language.number(row.batteries), figure=True),
                by=lambda row: row.batteries,
            ),
        ),
        filters=(
            Filter(
                key="due",
                title=marked("Due"),
                choices=(("overdue", marked("overdue")), ("later", marked("not yet due"))),
                value=lambda row: "overdue" if row.overdue else "later",
            ),
            Filter(
                key="from",
                title=marked("Comes from"),
                choices=tuple((each.value, title) for each, title in SUPPLIERS.items()),
                value=lambda row: data_point(row.number).supplier.value,
            ),
        ),
        words=lambda row: f"{data_point(row.number).name_ko} {data_point(row.number).name_en}",
        empty=Emptiness(
            title=marked("Nothing is owed."),
            lesson=marked(
                "Every entry that the law asks of you today is filled. What will be asked later "
                "comes here with its day."
            ),
        ),
    )


def models_list() -> Listing[OwnModel]:
    """Return the list of models."""
    return Listing(
        name="models",
        title=marked("Models"),
        columns=(
            Column(
                key="name",
                title=marked("Model"),
                cell=lambda row, _language: Cell(row.name, small=f"GTIN {row.gtin}"),
                by=lambda row: row.name,
            ),
            Column(
                key="batteries",
                title=marked("Batteries"),
                cell=lambda row, language: Cell(language.number(row.batteries), figure=True),
                by=lambda row: row.batteries,
            ),
            Column(
                key="missing",
                title=marked("Entries missing from the model file"),
                cell=_missing,
                by=lambda row: len(row.missing),
            ),
            Column(
                key="registered",
                title=marked("Registered"),
                cell=lambda row, language: Cell(language.day_of(row.registered_at)),
                by=lambda row: row.registered_at,
            ),
        ),
        words=lambda row: f"{row.name} {row.gtin}",
        empty=Emptiness(
            title=marked("No model is registered yet."),
            lesson=marked(
                "A model file holds what is the same for every battery of a model. Upload one "
                "below; the tutorial shows how it is written."
            ),
        ),
    )


def _version(row: OwnBattery, language: Language) -> Cell:
    if row.version is None or row.issued_at is None:
        return Cell(language.text("not yet issued"), tone=Tone.NOTICE)
    return Cell(
        language.text("version %(version)s", version=row.version),
        small=language.day_of(row.issued_at),
    )


def _owed(row: OwnBattery, language: Language) -> Cell:
    if row.overdue:
        said = language.text("%(count)s overdue", count=row.overdue)
        return Cell(said, tone=Tone.BAD, small=_count(row, language))
    if row.owed:
        return Cell(_count(row, language), tone=Tone.NOTICE)
    return Cell(language.text("complete"), tone=Tone.GOOD)


def _count(row: OwnBattery, language: Language) -> str:
    return language.text("%(count)s owed", count=len(row.owed))


def _due(row: OwedLine, language: Language) -> Cell:
    if row.due_on is None:
        return Cell(language.text("no day is set"), tone=Tone.QUIET)
    day = language.day(row.due_on)
    if row.overdue:
        return Cell(language.text("overdue"), tone=Tone.BAD, small=day)
    return Cell(day)


def _missing(row: OwnModel, language: Language) -> Cell:
    if not row.missing:
        return Cell(language.text("none"), tone=Tone.GOOD)
    names = ", ".join(point_name(number, language) for number in row.missing[:3])
    more = len(row.missing) - 3
    small = f"{names} {language.text('and %(count)s more', count=more)}" if more > 0 else names
    return Cell(
        language.text("%(count)s missing", count=len(row.missing)), tone=Tone.NOTICE, small=small
    )
