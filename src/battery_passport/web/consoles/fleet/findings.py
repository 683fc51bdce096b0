"""The list of findings, the gravest first.

In: values of the port. Out: columns and filters.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.telemetry.column_titles import column_title
from battery_passport.telemetry.quality.kinds import KINDS, Severity
from battery_passport.web.consoles.fleet.ports import FindingRow
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.listing import Column, Emptiness, Filter, Listing
from battery_passport.web.language import Language, marked

SEVERITIES: Mapping[Severity, str] = MappingProxyType(
    {
        Severity.WARNING: marked("warning"),
        Severity.NOTICE: marked("notice"),
        Severity.NOTE: marked("note"),
    }
)
_TONES = {Severity.WARNING: Tone.BAD, Severity.NOTICE: Tone.NOTICE, Severity.NOTE: Tone.QUIET}
_GRAVITY = {Severity.WARNING: 0, Severity.NOTICE: 1, Severity.NOTE: 2}


def findings_list() -> Listing[FindingRow]:
    """Return the list of findings, the gravest first."""
    return Listing(
        name="findings",
        title=marked("Findings"),
        columns=_finding_columns(),
        filters=(
            Filter(
                key="severity",
                title=marked("Gravity"),
                choices=tuple((key.value, title) for key, title in SEVERITIES.items()),
                value=lambda row: KINDS[row.kind].severity.value,
            ),
        ),
        empty=Emptiness(
            title=marked("Nothing was found."),
            lesson=marked(
                "Every batch is checked after its receipt: limits of the cells, stuck and jumping "
                "values, cells against the pack, current against charge, clocks and gaps. What "
                "looks wrong is counted here and never dropped or changed."
            ),
        ),
    )


def gravest_first(row: FindingRow) -> tuple[int, int]:
    """Return what findings are sorted by."""
    return _GRAVITY[KINDS[row.kind].severity], -row.count


def _finding_columns() -> tuple[Column[FindingRow], ...]:
    return (
        Column(
            key="kind",
            title=marked("Finding"),
            cell=_kind_cell,
            by=lambda row: row.kind,
        ),
        Column(
            key="severity",
            title=marked("Gravity"),
            cell=lambda row, language: Cell(
                language.text(SEVERITIES[KINDS[row.kind].severity]),
                tone=_TONES[KINDS[row.kind].severity],
            ),
            by=lambda row: _GRAVITY[KINDS[row.kind].severity],
        ),
        Column(
            key="count",
            title=marked("How many"),
            cell=lambda row, language: Cell(
                language.number(row.count),
                small=language.text("batches: %(count)s", count=language.number(row.batches)),
            ),
            by=lambda row: row.count,
        ),
        Column(
            key="batteries",
            title=marked("Batteries"),
            cell=lambda row, language: Cell(language.number(row.batteries), figure=True),
            by=lambda row: row.batteries,
        ),
        Column(
            key="last",
            title=marked("Last time"),
            cell=lambda row, language: Cell(
                language.moment(row.last_at),
                small=language.text("first %(at)s", at=language.moment(row.first_at)),
            ),
            by=lambda row: row.last_at,
        ),
    )


def _kind_cell(row: FindingRow, language: Language) -> Cell:
    kind = KINDS[row.kind]
    korean = language.code == "ko"
    title = kind.title_ko if korean else kind.title_en
    meaning = kind.meaning_ko if korean else kind.meaning_en
    column = column_title(row.column, korean=korean)
    return Cell(f"{title} · {column}" if column else title, small=meaning)
