"""What the templates of yards are given.

In: values of ports in words. Out: typed contexts.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.consoles.frame.cells import Cell
from battery_passport.web.consoles.frame.drafting import DraftLine
from battery_passport.web.consoles.frame.listing import ListView
from battery_passport.web.consoles.frame.pages import ConsolePage, Term
from battery_passport.web.pages.values import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakePage(ConsolePage):
    """The context of `consoles/yard/intake.html`."""

    template: ClassVar[str] = "consoles/yard/intake.html"
    scan_action: str
    searched: str
    fault: str
    drafts: tuple[DraftLine, ...]
    here: ListView
    all_recorded: str


@dataclass(frozen=True, slots=True)
class Caution:
    """What the passport says of a danger or how to handle it, with source and date."""

    label: str
    shown: Shown
    origin: str


@dataclass(frozen=True, slots=True)
class Way:
    """A form that can be filled in about this battery."""

    address: str
    title: str


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that was recorded about this battery."""

    at: str
    title: Cell
    by: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPage(ConsolePage):
    """The context of `consoles/yard/pack.html`: one battery in the yard."""

    template: ClassVar[str] = "consoles/yard/pack.html"
    back: str
    why_not: str
    ways: tuple[Way, ...]
    drafts: tuple[DraftLine, ...]
    status: str
    warnings: tuple[Caution, ...]
    missing: tuple[str, ...]
    terms: tuple[Term, ...]
    past: tuple[Happening, ...]
