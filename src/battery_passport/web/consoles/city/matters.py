"""The list of open matters by age.

In: matters. Out: columns and filters.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.web.consoles.city.ports import Matter, MatterKind
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Filter, Listing
from battery_passport.web.language import Language, marked

KINDS: Mapping[MatterKind, str] = MappingProxyType(
    {
        MatterKind.QUARANTINED: marked("Batches in quarantine"),
        MatterKind.UNREADABLE: marked("Batches that cannot be read"),
        MatterKind.POISONED: marked("Records that are stuck"),
    }
)
MEANINGS: Mapping[MatterKind, str] = MappingProxyType(
    {
        MatterKind.QUARANTINED: marked("A device sent two different batches under one number."),
        MatterKind.UNREADABLE: marked("The device's signature is right, what it signed is not."),
        MatterKind.POISONED: marked("A step of the platform fails on them again and again."),
    }
)

AGES: tuple[tuple[str, str, int], ...] = (
    ("day", marked("up to a day"), 1),
    ("week", marked("up to a week"), 7),
    ("month", marked("up to a month"), 31),
    ("older", marked("older"), 100_000),
)
"""Ages to choose from, each up to a number of days."""


def age_of(matter: Matter) -> str:
    """Return the age group of a matter."""
    return next(key for key, _, most in AGES if matter.age_days <= most)


def matters_list() -> Listing[Matter]:
    """Return the list of open matters."""
    return Listing(
        name="matters",
        title=marked("Open matters"),
        columns=(
            Column(
                key="kind",
                title=marked("Matter"),
                cell=lambda row, language: Cell(
                    language.text(KINDS[row.kind]), small=language.text(MEANINGS[row.kind])
                ),
                by=lambda row: row.kind.value,
            ),
            Column(
                key="count",
                title=marked("How many"),
                cell=lambda row, language: Cell(language.number(row.count), figure=True),
                by=lambda row: row.count,
            ),
            Column(
                key="day",
                title=marked("Came up on"),
                cell=lambda row, language: Cell(language.day(row.day)),
                by=lambda row: row.day,
            ),
            Column(key="age", title=marked("Age"), cell=_age, by=lambda row: row.age_days),
        ),
        filters=(
            Filter(
                key="kind",
                title=marked("Matter"),
                choices=tuple((kind.value, title) for kind, title in KINDS.items()),
                value=lambda row: row.kind.value,
            ),
            Filter(
                key="age",
                title=marked("Age"),
                choices=tuple((key, title) for key, title, _ in AGES),
                value=age_of,
            ),
        ),
        empty=Emptiness(
            title=marked("Nothing is open."),
            lesson=marked(
                "Batches that contradict each other, batches that cannot be read and records that "
                "are stuck come up here by themselves. Your administrator looks into each."
            ),
        ),
    )


def _age(row: Matter, language: Language) -> Cell:
    tone = Tone.BAD if row.age_days > 7 else Tone.NOTICE if row.age_days > 1 else Tone.QUIET
    days = language.text("%(count)s d", count=language.number(row.age_days))
    return Cell(days, tone=tone)
