"""The parts of the pilot's report beside its figures: coverage, losses, quality, what came up.

In: counts of a month. Out: parts in words, which page, CSV and paper share.
"""

from dataclasses import dataclass

from battery_passport.telemetry.column_titles import column_title
from battery_passport.telemetry.quality.kinds import KINDS
from battery_passport.web.consoles.city.matters import KINDS as MATTERS
from battery_passport.web.consoles.city.ports import PilotCounts
from battery_passport.web.consoles.fleet.findings import SEVERITIES, gravest_first
from battery_passport.web.consoles.fleet.lists import district_name
from battery_passport.web.language import Language, marked


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One district: its name, and by day the share of its cars heard of; None without cars."""

    name: str
    shares: tuple[float | None, ...]

    @property
    def steps(self) -> tuple[int, ...]:
        """By day the step of the scale, from 0 to 4; 5 without cars."""
        return tuple(5 if each is None else min(4, int(each * 5)) for each in self.shares)

    @property
    def mean_percent(self) -> float | None:
        """The mean of all days."""
        known = [each for each in self.shares if each is not None]
        return round(100 * sum(known) / len(known), 1) if known else None


@dataclass(frozen=True, slots=True)
class TablePart:
    """A part that is a table, or what to say where it has no rows."""

    name: str
    title: str
    lead: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


@dataclass(frozen=True, slots=True)
class CoveragePart:
    """Coverage by district and day."""

    title: str
    lead: str
    days: tuple[str, ...]
    rows: tuple[CoverageRow, ...]


def coverage_part(counts: PilotCounts, language: Language) -> CoveragePart:
    """Return the share of each district's cars that sent something, day by day."""
    rows = tuple(
        CoverageRow(
            district_name(code, language),
            tuple(
                min(1.0, day.by_district.get(code, 0) / cars) if cars else None
                for day in counts.days
            ),
        )
        for code, cars in sorted(counts.cars.items())
    )
    return CoveragePart(
        title=language.text("Coverage by district and day"),
        lead=language.text("Cars heard of on each day, as a share of those enrolled there, in %."),
        days=tuple(str(day.day.day) for day in counts.days),
        rows=rows,
    )


def table_parts(counts: PilotCounts, language: Language) -> tuple[TablePart, ...]:
    """Return losses, quality and what came up."""
    return (_losses(counts, language), _quality(counts, language), _matters(counts, language))


def _losses(counts: PilotCounts, language: Language) -> TablePart:
    text, number = language.text, language.number
    rows = tuple(
        (
            district_name(each.district, language),
            number(each.cars),
            number(each.batches),
            number(each.missing),
            f"{number(_percent(each.missing, each.batches + each.missing))} %",
        )
        for each in counts.losses
    )
    return TablePart(
        name="losses",
        title=text("Losses"),
        lead=text(
            "Devices number their batches from each start on; a number that never came is a loss, "
            "until it is sent after all."
        ),
        headings=tuple(
            text(each)
            for each in (
                marked("District"),
                marked("Cars"),
                marked("Batches received"),
                marked("Missing batches"),
                marked("Lost"),
            )
        ),
        rows=rows,
        empty=text("No device of the city has sent anything this month."),
    )


def _quality(counts: PilotCounts, language: Language) -> TablePart:
    text, number = language.text, language.number
    korean = language.code == "ko"
    rows = tuple(
        (
            KINDS[each.kind].title_ko if korean else KINDS[each.kind].title_en,
            text(SEVERITIES[KINDS[each.kind].severity]),
            column_title(each.column, korean=korean) or "–",
            number(each.count),
            number(each.batteries),
        )
        for each in sorted(counts.findings, key=gravest_first)
    )
    return TablePart(
        name="quality",
        title=text("Data quality"),
        lead=text("What looked wrong in measurements received this month; all values are kept."),
        headings=tuple(
            text(each)
            for each in (
                marked("Finding"),
                marked("Gravity"),
                marked("Measurement"),
                marked("How many"),
                marked("Batteries"),
            )
        ),
        rows=rows,
        empty=text("Nothing was found."),
    )


def _matters(counts: PilotCounts, language: Language) -> TablePart:
    text, number = language.text, language.number
    rows = tuple(
        (text(MATTERS[kind]), number(count)) for kind, count in sorted(counts.matters.items())
    )
    return TablePart(
        name="matters",
        title=text("What came up and is still open"),
        lead=text("Batches and records that somebody has to look into."),
        headings=(text("Matter"), text("How many")),
        rows=rows,
        empty=text("Nothing is open."),
    )


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
