"""One visit to one page in one mode: opened, its steps taken, measured, complaints written down.

In: a browser context, a demonstration, a page. Out: `Seen`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as Tab

from tools.demo_visits import Demonstration
from tools.page_measures import Measures, measured
from tools.pages import Page

PHONE_PX, DESKTOP_PX = 390, 1280


@dataclass(frozen=True, slots=True)
class Mode:
    """How a page is looked at."""

    language: str
    scheme: str
    width: int

    @property
    def is_phone(self) -> bool:
        """Whether it is as wide as a phone."""
        return self.width == PHONE_PX

    @property
    def name(self) -> str:
        """Its name in files and tables."""
        return f"{self.language}-{self.scheme}-{'phone' if self.is_phone else 'desktop'}"

    @property
    def wishes(self) -> Mapping[str, Any]:
        """What a browser context needs for it."""
        height = 844 if self.is_phone else 800
        return {
            "viewport": {"width": self.width, "height": height},
            "color_scheme": self.scheme,
            "reduced_motion": "reduce",
        }


MODES = (
    Mode("ko", "light", PHONE_PX),
    Mode("en", "dark", PHONE_PX),
    Mode("ko", "dark", DESKTOP_PX),
    Mode("en", "light", DESKTOP_PX),
)
"""Every two of language, scheme and width meet once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a visit found; the tab is open as long as its context is."""

    tab: Tab
    measures: Measures
    complaints: tuple[str, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """Everything that is wrong."""
        return (*self.complaints, *self.measures.faults)


def look(context: BrowserContext, made: Demonstration, page: Page, language: str) -> Seen:
    """Open a page, take its steps, and measure it."""
    tab, said = context.new_page(), list[str]()
    tab.set_default_timeout(10_000)
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    path = made.filled(page.address)
    try:
        answer = tab.goto(f"{made.address}{path}{'&' if '?' in path else '?'}lang={language}")
        _take(tab, [(selector, made.filled(value)) for selector, value in page.steps])
    except PlaywrightError as error:
        said.append(error.message.partition("\n")[0])
        answer = None
    status = answer.status if answer else 0
    tab.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
    measures = measured(tab, language)
    complaints = [each for each in said if "Failed to load resource" not in each]
    if status != page.status:
        complaints.append(f"answered {status} at {path}")
    return Seen(tab, measures, tuple(complaints))


def _take(tab: Tab, steps: Sequence[tuple[str, str]]) -> None:
    for selector, value in steps:
        if value:
            tab.locator(selector).first.fill(value)
        else:
            with tab.expect_navigation():
                tab.locator(selector).first.click()
