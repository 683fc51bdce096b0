"""Looking at a page the way a visitor's browser does, and writing down all it complains about.

In: a browser, a width and preferences. Out: a page with its complaints.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, Page, Response

PHONE, DESKTOP = 390, 1280
WIDTHS = (PHONE, DESKTOP)

Scheme = Literal["light", "dark"]


@dataclass
class Visit:
    """An open page, what its console said, and every address it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


@contextmanager
def visiting(
    browser: Browser,
    *,
    width: int = PHONE,
    scheme: Scheme = "light",
    script: bool = True,
) -> Iterator[Visit]:
    """Open a page of a given width; nothing is kept between visits."""
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,
        java_script_enabled=script,
        accept_downloads=True,
        locale="ko-KR",
    )
    visit = Visit(context.new_page())
    _slow_down(visit.page)
    visit.page.on("console", lambda message: visit.complaints.append(message.text))
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("request", lambda request: visit.addresses.append(request.url))
    visit.page.on("response", lambda response: _note_failure(visit, response))
    try:
        yield visit
    finally:
        context.close()


def _slow_down(page: Page) -> None:
    """Delay every answer where asked to: a test that does not wait for what it did then fails."""
    latency_ms = int(os.environ.get("BROWSER_LATENCY_MS", "0"))
    if latency_ms:
        network = page.context.new_cdp_session(page)
        conditions = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
        network.send("Network.emulateNetworkConditions", {**conditions, "latency": latency_ms})


def _note_failure(visit: Visit, response: Response) -> None:
    if response.status >= 400:
        visit.complaints.append(f"{response.status} {response.url}")
