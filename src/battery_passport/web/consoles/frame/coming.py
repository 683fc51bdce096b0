"""A place of work whose matter does not exist yet: said honestly, with what will stand there.

In: texts. Out: the page's typed context.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.consoles.frame.pages import ConsolePage


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that is not there yet."""

    title: str
    lesson: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingPage(ConsolePage):
    """The context of `consoles/coming.html`: an empty place, said honestly."""

    template: ClassVar[str] = "consoles/coming.html"
    empty_title: str
    empty_lesson: str
    coming: tuple[Coming, ...]
    way: str = ""
    way_text: str = ""
    second: str = ""
    second_text: str = ""
