"""The way between an owner's pages, and short notes after something was done.

In: the page one is on. Out: links for `owner/_nav.html` and notes for `owner/_note.html`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from battery_passport.web.language import Language, marked
from battery_passport.web.pages.layout import Shell

HOME, GRANTS, LOOKS, CONSENTS, DATA = (
    "/my",
    "/my/grants",
    "/my/looks",
    "/my/consents",
    "/my/data",
)

_PLACES: Mapping[str, str] = MappingProxyType(
    {
        HOME: marked("My battery"),
        GRANTS: marked("Sharing"),
        LOOKS: marked("Who looked"),
        CONSENTS: marked("Consents"),
        DATA: marked("My data"),
    }
)

NOTES: Mapping[str, str] = MappingProxyType(
    {
        "claimed": marked("The battery is yours now. Nobody but you sees its health."),
        "revoked": marked("The link shows nothing any more, from now on."),
        "given": marked("Your consent is recorded."),
        "withdrawn": marked("Your consent is withdrawn, from now on."),
    }
)
"""By the word in the address; another word shows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    """One place to go."""

    label: str
    address: str
    current: bool


def nav_links(shell: Shell, current: str) -> tuple[NavLink, ...]:
    """Return the owner's pages with the present one marked."""
    return tuple(
        NavLink(label=shell.language.text(label), address=shell.link(path), current=path == current)
        for path, label in _PLACES.items()
    )


def note_text(word: str, language: Language) -> str:
    """Return the note that an address asks for, empty without one."""
    return language.text(NOTES[word]) if word in NOTES else ""
