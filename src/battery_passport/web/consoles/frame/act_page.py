"""The page that asks before an act on a device or a charger: what will follow, what must be told.

In: words and fields. Out: a typed context.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from battery_passport.web.consoles.frame.pages import ConsolePage, Term
from battery_passport.web.consoles.frame.questions import FieldView
from battery_passport.web.language import marked

RECORDED: Final = marked("It enters the log, under your name.")
"""What follows every act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage(ConsolePage):
    """The context of `consoles/act.html`: what will follow, and what must be told first."""

    template: ClassVar[str] = "consoles/act.html"
    terms: tuple[Term, ...]
    fields: tuple[FieldView, ...]
    tick: tuple[str, str] | None = None
    follows: tuple[str, ...]
    action: str
    button: str
    dangerous: bool = False
    back: str
    fault: str = ""
