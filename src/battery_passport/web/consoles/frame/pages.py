"""What the context of every role's page holds, and notes that tell what was just done.

In: a shell and texts. Out: bases of typed contexts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request

from battery_passport.web.consoles.frame.cells import Tone
from battery_passport.web.consoles.frame.listing import ListView
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was just done or what to know now, with a way on where there is one."""

    text: str
    tone: Tone = Tone.GOOD
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePage:
    """The context of a page for work."""

    shell: ConsoleShell
    title: str
    lead: str = ""
    note: Note | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage(ConsolePage):
    """The context of `consoles/list.html`: one list."""

    template: ClassVar[str] = "consoles/list.html"
    list: ListView


@dataclass(frozen=True, slots=True)
class Term:
    """A fact with its name; `as_written` are words of a person, in a language not known."""

    term: str
    text: str
    link: str = ""
    code: bool = False
    small: str = ""
    as_written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPage(ConsolePage):
    """The context of `consoles/confirm.html`: what will follow, and the button that does it.

    `second_button` does something else with the same form: name, value and words.
    """

    template: ClassVar[str] = "consoles/confirm.html"
    terms: tuple[Term, ...]
    follows: tuple[str, ...]
    action: str
    submission: str
    hidden: tuple[tuple[str, str], ...] = ()
    button: str
    second_button: tuple[str, str, str] | None = None
    dangerous: bool = False
    back: str
    fault: str = ""


def note_of(request: Request, notes: Mapping[str, str], language: Language) -> Note | None:
    """Return the note that an address asks for by its word; another word shows nothing."""
    said = notes.get(request.query_params.get("done", ""))
    return None if said is None else Note(text=language.text(said))
