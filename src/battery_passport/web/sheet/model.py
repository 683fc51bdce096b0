"""A diagnostic sheet in words of one language: page and paper show the same.

In: texts and pictures. Out: frozen values.
"""

from dataclasses import dataclass

from battery_passport.web.consoles.frame.pages import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFigure:
    """A large number with its unit, its interval, and below it date, method and version."""

    label: str
    figure: str
    unit: str = ""
    interval: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The letter (a dash where there is none), what is suggested, and why."""

    letter: str
    suggestion: str
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    scale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """One of the nine items: what the evidence gives beside what an inspector measured."""

    name: str
    computed: str
    computed_from: str
    measured: str
    measured_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A picture with the same in a sentence and in a table; `why_not` where there is none."""

    key: str
    title: str
    said: str = ""
    origin: str = ""
    svg: str = ""
    why_not: str = ""
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """A table, or what to say where it has no rows."""

    title: str
    lead: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that a sheet shows, in the order of the paper."""

    title: str
    lead: str
    terms: tuple[Term, ...]
    outdated: str
    grade: Graded
    figures: tuple[SheetFigure, ...]
    items_title: str
    items_lead: str
    item_headings: tuple[str, ...]
    items: tuple[ItemLine, ...]
    plots: tuple[Plot, ...]
    findings: SheetTable
    quality: SheetTable
    notes_title: str
    notes: tuple[str, ...]
    made: str
