"""What city officers' templates are given.

In: counts in words. Out: typed contexts.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.consoles.city.pilot_parts import CoveragePart, TablePart
from battery_passport.web.consoles.frame.cells import Figure
from battery_passport.web.consoles.frame.listing import Choice, ListView
from battery_passport.web.consoles.frame.pages import ConsolePage


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage(ConsolePage):
    """The context of `consoles/city/overview.html`."""

    template: ClassVar[str] = "consoles/city/overview.html"
    figures: tuple[Figure, ...]
    table_headings: tuple[str, ...]
    table_rows: tuple[tuple[str, ...], ...]
    matters: ListView
    matters_link: str
    report_link: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One figure of the report."""

    label: str
    figure: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage(ConsolePage):
    """The context of `consoles/city/report.html`, which prints on paper."""

    template: ClassVar[str] = "consoles/city/report.html"
    action: str
    language: str
    months: tuple[Choice, ...]
    lines: tuple[ReportLine, ...]
    events: tuple[ReportLine, ...]
    events_title: str
    no_events: str
    count_heading: str
    coverage: CoveragePart
    parts: tuple[TablePart, ...]
    csv_link: str
    pdf_link: str
    made: str
    provisional: str
