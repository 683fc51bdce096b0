"""Templates: a typed page in, HTML out. Escaping is always on, undefined names are errors.

In: a page context and its language. Out: UTF-8 HTML.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import zip_longest
from typing import Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from battery_passport.web.language import Language, load_language
from battery_passport.web.pages.layout import Shell


class Page(Protocol):
    """A page's context: which template it fills, and its frame."""

    @property
    def template(self) -> str: ...

    @property
    def shell(self) -> Shell: ...


_DATE = re.compile(r"(\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?)")


@cache
def environment(code: str) -> Environment:
    """Return the template environment of one language."""
    made = Environment(
        loader=PackageLoader("battery_passport.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    _install(made, load_language(code))
    return made


def _install(made: Environment, language: Language) -> None:
    made.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined] # added by the i18n extension
    made.filters["trusted_svg"] = Markup
    made.filters["dated"] = with_unbroken_dates


def with_unbroken_dates(text: str) -> Markup:
    """Return the text as HTML whose dates and times no line end can break."""
    pieces = _DATE.split(text)
    dates = (Markup('<span class="nowrap">{}</span>').format(date) for date in pieces[1::2])
    return Markup("").join(
        piece for pair in zip_longest(pieces[::2], dates, fillvalue="") for piece in pair
    )


def render(page: Page, assets: Mapping[str, str]) -> bytes:
    """Return a page's HTML. `assets` maps a file's name to the address that carries its digest."""
    template = environment(page.shell.language.code).get_template(page.template)
    return template.render(page=page, shell=page.shell, assets=assets).encode("utf-8")
