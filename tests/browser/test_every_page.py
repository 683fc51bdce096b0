"""Every page of a demonstration, each reader's in one mode: nothing cut off, untranslated or odd.

A mode is a language, a scheme and a width. Each day the readers get other modes, so that each page
is met in each within days; `tools/look_at_pages.py` shows all of them to a person.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import product

import pytest
from playwright.sync_api import Browser, BrowserContext

from tools.demo_examples import prepare
from tools.demo_visits import Demonstration, demonstration, sign_everybody_in
from tools.page_visits import DESKTOP_PX, PHONE_PX, Mode, look
from tools.pages import ANYONE, PAGES, Page

pytestmark = pytest.mark.integration

ALL_MODES = tuple(
    Mode(*each) for each in product(("ko", "en"), ("light", "dark"), (PHONE_PX, DESKTOP_PX))
)
READERS = tuple(dict.fromkeys(page.reader for page in PAGES))


@pytest.fixture(scope="module")
def shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """A demonstration in which everybody is signed in and every page has its example."""
    with demonstration(tmp_path_factory.mktemp("shown") / "home", vehicles=2, days=20) as made:
        sign_everybody_in(made)
        prepare(made, browser)
        yield made


@pytest.mark.parametrize("reader", READERS)
def test_pages_have_no_fault_that_can_be_measured(
    browser: Browser, shown: Demonstration, reader: str
) -> None:
    mode = _mode(reader)
    with closing(shown.context(browser, reader, **mode.wishes)) as context:
        faults = {
            f"{page.name} {mode.name}": found
            for page in PAGES
            if page.reader == reader and (found := _faults(context, shown, page, mode))
        }
    assert faults == {}


def _mode(reader: str) -> Mode:
    turn = datetime.now(UTC).toordinal()
    return ALL_MODES[(READERS.index(reader) + turn) % len(ALL_MODES)]


def _faults(
    context: BrowserContext, shown: Demonstration, page: Page, mode: Mode
) -> tuple[str, ...]:
    seen = look(context, shown, page, mode.language)
    seen.tab.close()
    return seen.faults


def test_measures_find_what_they_look_for(browser: Browser, shown: Demonstration) -> None:
    spoilt = Page("home", ANYONE, "/", "/", "Front page")
    mode = Mode("ko", "light", PHONE_PX)
    with closing(shown.context(browser, ANYONE, **mode.wishes)) as context:
        context.route(
            "**/?lang=ko",
            lambda route: route.fulfill(
                content_type="text/html",
                body=(
                    '<!doctype html><html lang="en"><title> </title><body><main>'
                    '<a class="krds-btn primary">One</a><a class="krds-btn primary">Two</a>'
                    "<p>Nobody put this into Korean</p>"
                    '<p style="width:900px">넓음</p></main></body></html>'
                ),
            ),
        )
        told = " ".join(look(context, shown, spoilt, "ko").faults)
    for part in ("cut off", "no title", "language is en", "0 main", "2 primary", "Nobody put"):
        assert part in told
