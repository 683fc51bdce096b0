"""What inspectors' templates are given.

In: values of ports in words. Out: typed contexts.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.consoles.frame.cells import Cell
from battery_passport.web.consoles.frame.drafting import DraftLine
from battery_passport.web.consoles.frame.listing import ListView
from battery_passport.web.consoles.frame.pages import ConsolePage, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayPage(ConsolePage):
    """The context of `consoles/inspection/today.html`."""

    template: ClassVar[str] = "consoles/inspection/today.html"
    scan_action: str
    searched: str
    fault: str
    drafts: tuple[DraftLine, ...]
    due: ListView
    due_count: int
    all_due: str


@dataclass(frozen=True, slots=True)
class PastInspection:
    """An inspection of this battery, with what it says.

    `now` tells that it was put right or taken back; the links are there for one's own that stand.
    """

    at: str
    kind: str
    result: Cell
    by: str
    terms: tuple[Term, ...]
    now: str = ""
    correct: str = ""
    withdraw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage(ConsolePage):
    """The context of `consoles/inspection/battery.html`."""

    template: ClassVar[str] = "consoles/inspection/battery.html"
    back: str
    terms: tuple[Term, ...]
    record_link: str
    why_not: str
    drafts: tuple[DraftLine, ...]
    health: tuple[Term, ...]
    past: tuple[PastInspection, ...]
    code_link: str
