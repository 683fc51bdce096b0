"""What the templates of customs are given.

In: values of ports in words. Out: typed contexts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from battery_passport.web.consoles.frame.cells import Cell
from battery_passport.web.consoles.frame.listing import ListView
from battery_passport.web.consoles.frame.pages import ConsolePage, Term
from battery_passport.web.consoles.frame.questions import Option


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesPage(ConsolePage):
    """The context of `consoles/customs/cases.html`; `scan_action` is empty for authorities."""

    template: ClassVar[str] = "consoles/customs/cases.html"
    scan_action: str
    searched: str
    scan_fault: str
    checks: ListView
    cases: ListView
    closings: tuple[tuple[str, str], ...]
    checks_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage(ConsolePage):
    """The context of `consoles/customs/check.html`: what customs sees, and the form."""

    template: ClassVar[str] = "consoles/customs/check.html"
    back: str
    answer: Cell
    reason: str
    terms: tuple[Term, ...]
    passport: str
    case: tuple[Term, ...]
    action: str
    submission: str
    results: tuple[Option, ...]
    reasons: tuple[Option, ...]
    declaration: str = ""
    result: str = ""
    chosen: frozenset[str] = frozenset()
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage(ConsolePage):
    """The context of `consoles/customs/case.html`: the form that opens a case."""

    template: ClassVar[str] = "consoles/customs/case.html"
    back: str
    terms: tuple[Term, ...]
    action: str
    submission: str
    offices: tuple[Option, ...]
    points: tuple[Option, ...]
    reasons: tuple[Option, ...]
    days: str = "7"
    office: str = ""
    reason: str = ""
    chosen: frozenset[str] = frozenset()
    faults: Mapping[str, str] = field(default_factory=dict)
