"""Korean and English: which one a request gets, and how words, figures and times are written in it.

In: `Accept-Language`, `?lang=` and the catalogues under `locales`. Out: a `Language`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

LOCALES = Path(__file__).parent / "locales"
DEFAULT_LANGUAGE = "ko"
LANGUAGE_NAMES: Mapping[str, str] = MappingProxyType({"ko": "한국어", "en": "English"})
DISPLAY_ZONE = ZoneInfo("Asia/Seoul")
THIN_SPACE = "\u2009"

_PREFERENCE = re.compile(
    r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d*)?))?\s*"
)


def marked(text: str) -> str:
    """Return the text unchanged: marks it for the catalogues where it is not yet being shown."""
    return text


def catalogue_path(code: str) -> Path:
    """Return where a language's catalogue lies."""
    return LOCALES / code / "LC_MESSAGES" / "web.po"


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its catalogue, and its manner of writing figures, dates and times."""

    code: str
    translations: Translations
    locale: Locale

    def text(self, message: str, **values: object) -> str:
        """Return the message in this language, with `%(name)s` filled in."""
        translated = self.translations.ugettext(message)
        return translated % values if values else translated

    def number(self, value: Decimal | float) -> str:
        """Return digits grouped as is usual here, at most six decimals, none invented."""
        return format_decimal(value, format="#,##0.######", locale=self.locale)

    def day(self, value: date) -> str:
        """Return a date as 2026-11-23."""
        return value.isoformat()

    def day_of(self, value: datetime) -> str:
        """Return the day on which a time falls in Korea."""
        return self.day(value.astimezone(DISPLAY_ZONE).date())

    def moment(self, value: datetime) -> str:
        """Return a time as 2026-11-23 16:30 in Korean time; the page names the zone once."""
        return value.astimezone(DISPLAY_ZONE).strftime("%Y-%m-%d %H:%M")


@cache
def load_language(code: str) -> Language:
    """Return a language with its catalogue, read once from its `.po` file."""
    with catalogue_path(code).open("rb") as source:
        catalogue = read_po(source, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, Translations(compiled, domain="web"), Locale.parse(code))


def preferred_language(accept_language: str) -> str:
    """Return the language a browser asks for most, or the default one. Source: RFC 9110 §12.5.4."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language[:512].split(",")):
        match = _PREFERENCE.fullmatch(part)
        if match and match[1].lower() in LANGUAGE_NAMES:
            ranked.append((-float(match[2] or 1), place, match[1].lower()))
    wanted = [code for weight, _, code in sorted(ranked) if weight < 0]
    return wanted[0] if wanted else DEFAULT_LANGUAGE
