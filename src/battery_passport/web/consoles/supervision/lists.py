"""The list of an authority's own looks.

In: looks. Out: columns and filters.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.access.model import Purpose
from battery_passport.web.consoles.frame.cells import Cell
from battery_passport.web.consoles.frame.describing import battery_cell
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Filter, Listing
from battery_passport.web.consoles.frame.places import SUPERVISION
from battery_passport.web.consoles.supervision.ports import OwnLook
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.data_points import point_name

PURPOSES: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.MARKET_SURVEILLANCE: marked("Market surveillance"),
        Purpose.CUSTOMS_CHECK: marked("Customs check"),
        Purpose.CONFORMITY_ASSESSMENT: marked("Conformity assessment"),
    }
)


def looks_list(query: str = "") -> Listing[OwnLook]:
    """Return the list of looks."""
    return Listing(
        name="looks",
        title=marked("Own recent looks"),
        columns=(
            Column(
                key="battery",
                title=marked("Battery"),
                cell=lambda row, language: battery_cell(
                    row.card, SUPERVISION.path, query, language
                ),
                by=lambda row: (row.card.model_name, str(row.card.identifier)),
            ),
            Column(
                key="at",
                title=marked("When"),
                cell=lambda row, language: Cell(language.moment(row.look.at)),
                by=lambda row: row.look.at,
            ),
            Column(
                key="purpose",
                title=marked("Purpose"),
                cell=lambda row, language: Cell(_purpose(row.look.purpose, language)),
                by=lambda row: row.look.purpose.value,
            ),
            Column(key="points", title=marked("What was shown"), cell=_points),
        ),
        filters=(
            Filter(
                key="purpose",
                title=marked("Purpose"),
                choices=tuple((each.value, title) for each, title in PURPOSES.items()),
                value=lambda row: row.look.purpose.value,
            ),
        ),
        words=lambda row: row.card.words,
        empty=Emptiness(
            title=marked("No look is recorded yet."),
            lesson=marked(
                "When you open what is not public of a passport, the look is recorded with its "
                "purpose. You find it here, and the owner finds it too."
            ),
        ),
    )


def _purpose(purpose: Purpose, language: Language) -> str:
    return language.text(PURPOSES[purpose]) if purpose in PURPOSES else purpose.value


def _points(row: OwnLook, language: Language) -> Cell:
    names = [point_name(number, language) for number in row.look.points]
    shown = ", ".join(names[:3])
    more = len(names) - 3
    said = language.text("and %(count)s more", count=more) if more > 0 else ""
    return Cell(shown or "–", small=said)
