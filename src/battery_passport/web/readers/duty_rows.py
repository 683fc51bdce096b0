"""Where data points stand, as rows: filled, missing, conditional, pending, not to be filled.

In: a `DutySheet`. Out: rows in the reader's language, counts by state, and the same as CSV.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from battery_passport.passport.model import Supplier
from battery_passport.passport.obligations import Obligation, ObligationState
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.data_points import point_name
from battery_passport.web.pages.passport import show_source
from battery_passport.web.reading.views import DutySheet

STATES: Mapping[ObligationState, tuple[str, str]] = MappingProxyType(
    {
        ObligationState.MISSING: (marked("missing"), "warning"),
        ObligationState.FILLED: (marked("filled"), "success"),
        ObligationState.CONDITIONAL: (marked("conditional"), "primary"),
        ObligationState.OPTIONAL: (marked("optional"), "primary"),
        ObligationState.PENDING: (marked("not yet required"), "gray"),
        ObligationState.MUST_NOT_BE_FILLED: (marked("must not be filled"), "gray"),
    }
)
"""The words and the tone of each state, in the order in which they are worked on."""

SUPPLIERS: Mapping[Supplier, str] = MappingProxyType(
    {
        Supplier.REGISTRATION: marked("registration"),
        Supplier.MANUFACTURER: marked("manufacturer"),
        Supplier.TEST_REPORTS: marked("test reports"),
        Supplier.VEHICLE: marked("the car"),
        Supplier.EVENTS: marked("recorded events"),
    }
)

HEADINGS = (
    marked("Number"),
    marked("Entry"),
    marked("State"),
    marked("Owed by"),
    marked("Due"),
    marked("Comes from"),
    marked("Reason"),
    marked("Annex XIII point"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """One data point: where it stands, who owes it by when, why, or what fills it."""

    number: int
    label: str
    state: str
    state_title: str
    tone: str
    owed_by: str
    due: str
    overdue: bool
    comes_from: str
    reason: str
    clause: str


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many data points are in a state, and the list of them."""

    state: str
    title: str
    tone: str
    count: int
    address: str
    current: bool


def duty_rows(sheet: DutySheet, language: Language, *, state: str = "") -> tuple[DutyRow, ...]:
    """Return the rows in the order in which they are worked on; those of one state, if named."""
    order = list(STATES)
    chosen = [each for each in sheet.obligations if not state or each.state.value == state]
    chosen.sort(key=lambda each: (order.index(each.state), each.point.number))
    return tuple(_row(each, sheet, language) for each in chosen)


def state_counts(
    sheet: DutySheet, language: Language, *, address: str, state: str, kept: str = ""
) -> tuple[StateCount, ...]:
    """Return how many data points are in each state, all of them first."""
    counts = Counter(each.state for each in sheet.obligations)
    everything = StateCount(
        "", language.text("all"), "gray", counts.total(), f"{address}?{kept}".rstrip("?"), not state
    )
    each_state = (
        StateCount(
            each.value,
            language.text(title),
            tone,
            counts[each],
            f"{address}?state={each.value}{'&' if kept else ''}{kept}",
            state == each.value,
        )
        for each, (title, tone) in STATES.items()
        if counts[each]
    )
    return (everything, *each_state)


def duty_csv(rows: Sequence[DutyRow], language: Language) -> str:
    """Return rows as a table for spreadsheets; no field can begin a formula."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow([language.text(heading) for heading in HEADINGS])
    for row in rows:
        fields = (
            str(row.number),
            row.label,
            row.state_title,
            row.owed_by,
            row.due,
            row.comes_from,
            row.reason,
            row.clause,
        )
        table.writerow([plain_field(field) for field in fields])
    return written.getvalue()


def plain_field(text: str) -> str:
    """Return a field that a spreadsheet takes as text. Source: OWASP CSV Injection."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _row(each: Obligation, sheet: DutySheet, language: Language) -> DutyRow:
    title, tone = STATES[each.state]
    missing = each.state is ObligationState.MISSING
    filled = sheet.filled.get(each.point.number)
    source = ""
    if filled is not None and each.state is ObligationState.FILLED:
        source = f"{show_source(filled[0], language)}, {language.day_of(filled[1])}"
    return DutyRow(
        number=each.point.number,
        label=point_name(each.point.number, language),
        state=each.state.value,
        state_title=language.text(title),
        tone="danger" if each.overdue else tone,
        owed_by=sheet.operator_name if missing else "",
        due="" if each.due_on is None else language.day(each.due_on),
        overdue=each.overdue,
        comes_from=source or language.text(SUPPLIERS[each.point.supplier]),
        reason=each.reason_in(language.code),
        clause=each.point.annex_point,
    )
