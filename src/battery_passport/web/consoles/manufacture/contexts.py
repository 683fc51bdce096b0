"""What makers' templates are given.

In: values of ports in words. Out: typed contexts.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.consoles.frame.cells import Cell, Figure
from battery_passport.web.consoles.frame.listing import ListView
from battery_passport.web.consoles.frame.pages import ConsolePage, Term
from battery_passport.web.consoles.frame.questions import FieldView


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key for machines as the overview shows it."""

    label: str
    prefix: str
    state: Cell
    used: str


@dataclass(frozen=True, slots=True)
class RecallLine:
    """An open recall: of how many batteries the work is still to be done."""

    reference: str
    batteries: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage(ConsolePage):
    """The context of `consoles/manufacture/overview.html`."""

    template: ClassVar[str] = "consoles/manufacture/overview.html"
    figures: tuple[Figure, ...]
    owed: ListView
    owed_link: str
    recalls: tuple[RecallLine, ...]
    recalls_link: str
    keys: tuple[KeyView, ...]
    keys_link: str
    models_link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsPage(ConsolePage):
    """The context of `consoles/manufacture/models.html`: models, and the form for another."""

    template: ClassVar[str] = "consoles/manufacture/models.html"
    list: ListView
    action: str
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryPage(ConsolePage):
    """The context of `consoles/manufacture/battery.html`."""

    template: ClassVar[str] = "consoles/manufacture/battery.html"
    back: str
    terms: tuple[Term, ...]
    version: Cell
    filled: str
    owed: tuple[Term, ...]
    owed_more: str
    recalls: str
    issue_link: str
    why_not: str
    ways: tuple[tuple[str, str], ...]
    code_link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallsPage(ConsolePage):
    """The context of `consoles/manufacture/recalls.html`: open recalls, and a form for another."""

    template: ClassVar[str] = "consoles/manufacture/recalls.html"
    recalls: tuple[RecallLine, ...]
    action: str
    submission: str
    fields: tuple[FieldView, ...]
    can_recall: bool
    fault: str = ""
