"""What the templates of chargers are given.

In: chargers and sessions in words. Out: typed contexts.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.consoles.frame.cells import Cell
from battery_passport.web.consoles.frame.listing import ListView
from battery_passport.web.consoles.frame.pages import ConsolePage, Term


@dataclass(frozen=True, slots=True)
class RunningView:
    """A session whose car is plugged in, and what may be ordered."""

    name: str
    state: Cell
    terms: tuple[Term, ...]
    stop: str
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerPage(ConsolePage):
    """The context of `consoles/charging/charger.html`: it keeps itself up to date."""

    template: ClassVar[str] = "consoles/charging/charger.html"
    back: str
    online: Cell
    terms: tuple[Term, ...]
    running: tuple[RunningView, ...]
    sessions: ListView
    every_s: int
