"""What every page has around its content: language, links and the pilot's notice.

In: the request's address and language. Out: the `Shell` of a page.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from battery_passport.web.language import LANGUAGE_NAMES, Language


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One entry of the language switch."""

    code: str
    name: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The frame of a page. A language chosen by hand stays in every link that leads on."""

    language: Language
    chosen_by_hand: bool
    path: str
    query: tuple[tuple[str, str], ...] = ()
    software_version: str

    @property
    def language_links(self) -> tuple[LanguageLink, ...]:
        """The same page in each language."""
        return tuple(
            LanguageLink(code, name, self._address(code), code == self.language.code)
            for code, name in LANGUAGE_NAMES.items()
        )

    def link(self, path: str, **query: object) -> str:
        """Return the address of another page, in the language chosen by hand, if one was."""
        pairs = [*query.items(), *([("lang", self.language.code)] if self.chosen_by_hand else [])]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def _address(self, code: str) -> str:
        return f"{quote(self.path)}?{urlencode([*self.query, ('lang', code)])}"
