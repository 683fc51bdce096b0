"""Lists of cases and checks.

In: lines of the port. Out: columns, filters, what an empty list teaches.
"""

from battery_passport.access.customs import CheckResult
from battery_passport.web.consoles.customs.ports import CaseLine, CheckLine
from battery_passport.web.consoles.customs.words import CASE_REASONS, POINTS, REASONS, RESULTS
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.describing import battery_cell
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Filter, Listing
from battery_passport.web.consoles.frame.places import SUPERVISION
from battery_passport.web.language import Language, marked


def cases_list(query: str) -> Listing[CaseLine]:
    """Return the list of cases."""
    return Listing(
        name="customs-cases",
        title=marked("Customs cases"),
        columns=(
            Column(
                key="battery",
                title=marked("Battery"),
                cell=lambda row, language: battery_cell(
                    row.card, SUPERVISION.path, query, language
                ),
                by=lambda row: str(row.card.identifier),
            ),
            Column(key="state", title=marked("State"), cell=_state, by=lambda row: row.is_open),
            Column(
                key="sides",
                title=marked("Opened by, for"),
                cell=lambda row, _language: Cell(row.opened_by, small=row.holder),
                by=lambda row: row.opened_by,
            ),
            Column(key="opens", title=marked("What it opens"), cell=_opens),
            Column(
                key="until",
                title=marked("Until"),
                cell=lambda row, language: Cell(language.moment(row.case.valid_until)),
                by=lambda row: row.case.valid_until,
            ),
        ),
        filters=(
            Filter(
                key="state",
                title=marked("State"),
                choices=(("open", marked("still open")), ("closed", marked("over"))),
                value=lambda row: "open" if row.is_open else "closed",
            ),
        ),
        words=lambda row: f"{row.card.words} {row.opened_by} {row.holder}",
        empty=Emptiness(
            title=marked("There is no customs case."),
            lesson=marked(
                "Customs reads the public part of every passport. Where that is not enough, an "
                "authority opens a case on the battery's page: it names what may be seen, by which "
                "office and until when."
            ),
        ),
    )


def checks_list(query: str) -> Listing[CheckLine]:
    """Return the list of checks."""
    return Listing(
        name="customs-checks",
        title=marked("Customs checks"),
        columns=(
            Column(
                key="battery",
                title=marked("Battery"),
                cell=lambda row, language: battery_cell(
                    row.card, SUPERVISION.path, query, language
                ),
                by=lambda row: str(row.card.identifier),
            ),
            Column(
                key="result",
                title=marked("Result"),
                cell=_result,
                by=lambda row: row.check.result.value,
            ),
            Column(
                key="office",
                title=marked("Customs office"),
                cell=lambda row, _language: Cell(row.office, small=row.check.declaration),
                by=lambda row: row.office,
            ),
            Column(
                key="at",
                title=marked("When"),
                cell=lambda row, language: Cell(language.moment(row.check.at)),
                by=lambda row: row.check.at,
            ),
        ),
        filters=(
            Filter(
                key="result",
                title=marked("Result"),
                choices=tuple((each.value, RESULTS[each][0]) for each in CheckResult),
                value=lambda row: row.check.result.value,
            ),
        ),
        words=lambda row: f"{row.card.words} {row.check.declaration}",
        empty=Emptiness(
            title=marked("No check is recorded yet."),
            lesson=marked(
                "Scan a battery above, compare it with its passport, and record what you did with "
                "the goods. The record enters the log; the declaration's number does not."
            ),
        ),
    )


def opened_text(points: frozenset[int], language: Language) -> str:
    """Return what a case opens, in words."""
    return ", ".join(language.text(POINTS[each]) for each in sorted(points) if each in POINTS)


def _state(row: CaseLine, language: Language) -> Cell:
    if row.is_open:
        return Cell(language.text("still open"), tone=Tone.ACTION)
    return Cell(language.text("over"), tone=Tone.QUIET)


def _opens(row: CaseLine, language: Language) -> Cell:
    reason = language.text(CASE_REASONS[row.case.reason])
    return Cell(opened_text(row.case.points, language), small=reason)


def _result(row: CheckLine, language: Language) -> Cell:
    word, tone = RESULTS[row.check.result]
    found = ", ".join(language.text(REASONS[each]) for each in row.check.reasons)
    return Cell(language.text(word), tone=tone, small=found)
