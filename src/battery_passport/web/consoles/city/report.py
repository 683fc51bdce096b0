"""The report of the month: lines for page and paper, the same as CSV.

In: counts of a month. Out: lines in words.
"""

import csv
import io

from battery_passport.lifecycle.event_types import EVENT_TYPES
from battery_passport.web.consoles.city.contexts import ReportLine
from battery_passport.web.consoles.city.pilot_parts import CoveragePart, TablePart
from battery_passport.web.consoles.city.ports import MonthCounts
from battery_passport.web.consoles.frame.listing import harmless
from battery_passport.web.language import Language, marked

_ROWS = (
    (
        "enrolled",
        marked("Cars enrolled"),
        marked("Batteries with a collection device, at the end of the month"),
    ),
    ("newly_enrolled", marked("Newly enrolled"), marked("Of these, enrolled within the month")),
    (
        "measured",
        marked("Batteries measured"),
        marked("Batteries with at least one measurement within the month"),
    ),
    ("batches", marked("Batches collected"), marked("Signed bundles of measurements")),
    ("samples", marked("Samples collected"), marked("Single measurements in these batches")),
    (
        "with_passport",
        marked("Batteries with a passport"),
        marked("At the end of the month"),
    ),
    ("issued", marked("Passport versions issued"), marked("Within the month, first ones too")),
)


def report_lines(counts: MonthCounts, language: Language) -> tuple[ReportLine, ...]:
    """Return the figures of a month."""
    lines = [
        ReportLine(
            label=language.text(label),
            figure=language.number(getattr(counts, name)),
            unit="",
            meaning=language.text(meaning),
        )
        for name, label, meaning in _ROWS
    ]
    return (*lines[:2], _coverage(counts, language), *lines[2:])


def event_lines(counts: MonthCounts, language: Language) -> tuple[ReportLine, ...]:
    """Return how many events of each type happened, the most frequent first."""
    ranked = sorted(counts.events.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        ReportLine(
            label=_event_name(name, language), figure=language.number(count), unit="", meaning=""
        )
        for name, count in ranked
    )


def part_lines(coverage: CoveragePart, parts: tuple[TablePart, ...]) -> tuple[ReportLine, ...]:
    """Return coverage and tables as lines: one for each day of a district, one for each row."""
    lines = []
    for row in coverage.rows:
        for day, share in zip(coverage.days, row.shares, strict=True):
            figure = "" if share is None else str(round(100 * share))
            lines.append(ReportLine(f"{row.name}, {day}", figure, "%", coverage.title))
    for part in parts:
        for name, *values in part.rows:
            pairs = zip(part.headings[1:], values, strict=True)
            lines += [
                ReportLine(f"{name}, {heading}", value, "", part.title) for heading, value in pairs
            ]
    return tuple(lines)


def report_csv(lines: tuple[ReportLine, ...], language: Language) -> bytes:
    """Return lines as CSV in UTF-8, marked as such for spreadsheets."""
    written = io.StringIO()
    writer = csv.writer(written)
    text = language.text
    writer.writerow([text("Figure"), text("Value"), text("What it counts")])
    for line in lines:
        writer.writerow([harmless(line.label), line.figure.replace(",", ""), line.meaning])
    return ("\ufeff" + written.getvalue()).encode("utf-8")


def _coverage(counts: MonthCounts, language: Language) -> ReportLine:
    share = 100 * counts.measured / counts.enrolled if counts.enrolled else None
    return ReportLine(
        label=language.text("Coverage"),
        figure="–" if share is None else language.number(round(share, 1)),
        unit="" if share is None else "%",
        meaning=language.text("Measured batteries as a share of those enrolled"),
    )


def _event_name(name: str, language: Language) -> str:
    row = EVENT_TYPES.get(name)
    if row is None:
        return name
    return row.name_ko if language.code == "ko" else row.name_en
