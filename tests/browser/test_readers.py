"""One passport, several readers, in a real browser on a real server: each sees what policies allow.

The sessions are the platform's own, begun in its store; the pages are those that `serve` answers.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from battery_passport.foundation.identifiers import BatteryIdentifier
from tests.browser.looking import DESKTOP, PHONE, Scheme, Visit, visiting
from tests.browser.test_accessibility import RULES, RUN, SERIOUS
from tests.browser.test_public_pages import OPEN_ALL, OVERFLOW
from tests.factories.reading_city import BATTERY, ReadingCity, reading_city
from tests.integration.support.homes import TestHome
from tests.integration.support.servers import running_server

PASSPORT = f"/{BatteryIdentifier(*BATTERY.split('/')).path}"


@dataclass(frozen=True, slots=True)
class City:
    """A running server and the sessions begun on it."""

    address: str
    known: ReadingCity


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    home = TestHome(tmp_path_factory.mktemp("city") / "home", settings={"rate_limit_factor": "0"})
    with reading_city(home.folder) as (_installation, known):
        pass
    with running_server(home) as server:
        yield City(f"http://127.0.0.1:{server.port}", known)


@contextmanager
def reading_as(
    browser: Browser, city: City, kind: str, *, width: int, scheme: Scheme = "light"
) -> Iterator[Visit]:
    """Open a browser in which that reader is signed in; pages work without script."""
    with visiting(browser, width=width, scheme=scheme, script=True) as visit:
        cookie = {"name": "bp_session", "value": city.known.sessions[kind], "url": city.address}
        visit.page.context.add_cookies([cookie])  # type: ignore[list-item] # playwright's own dict
        yield visit


def open_for(page: Page, city: City, purpose: str) -> None:
    """Open the passport and name the purpose that is asked for."""
    page.goto(f"{city.address}{PASSPORT}?lang=en")
    expect(page.get_by_role("heading", name="What do you read this passport for?")).to_be_visible()
    expect(page.get_by_text("Annex XIII point 2")).to_have_count(0)
    page.get_by_role("radio", name=purpose).check()
    page.get_by_role("button", name="Show what I may see").click()
    page.wait_for_url(f"**{PASSPORT}?lang=en")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_an_authority_and_a_recycler_see_different_points_of_one_passport(
    browser: Browser, city: City, width: int
) -> None:
    with reading_as(browser, city, "authority", width=width) as visit:
        open_for(visit.page, city, "market surveillance")
        page = visit.page
        expect(page.get_by_text("Annex XIII point 2")).to_have_count(1)
        expect(page.get_by_text("Annex XIII point 3")).to_have_count(1)
        expect(page.get_by_text("Annex XIII point 4")).to_have_count(0)
        expect(page.get_by_text("our estimate")).to_have_count(0)
        expect(page.get_by_text("This look is recorded")).to_be_visible()
        assert visit.complaints == []
    with reading_as(browser, city, "recycler", width=width) as visit:
        open_for(visit.page, city, "legitimate interest by law")
        page = visit.page
        expect(page.get_by_text("Annex XIII point 2")).to_have_count(1)
        expect(page.get_by_text("Annex XIII point 3")).to_have_count(0)
        expect(page.get_by_text("Annex XIII point 4").nth(1)).to_be_attached()
        expect(page.get_by_text("State of health (SOH), our estimate")).to_be_visible()
        expect(page.get_by_text("Nine times in ten").first).to_be_visible()
        expect(page.get_by_text("96.5").first).to_be_visible()
        expect(page.get_by_text("not yet in a signed version").first).to_be_visible()
        page.reload()
        expect(page.get_by_role("radio")).to_have_count(0)
        assert visit.complaints == []
        assert visit.page.evaluate(OVERFLOW) == 0


def test_an_owner_sees_who_looked_and_what_others_see(browser: Browser, city: City) -> None:
    with reading_as(browser, city, "recycler", width=PHONE) as visit:
        open_for(visit.page, city, "legitimate interest by law")
    with reading_as(browser, city, "owner", width=PHONE) as visit:
        page = visit.page
        page.goto(f"{city.address}{PASSPORT}?lang=en")
        expect(page.get_by_role("radio")).to_have_count(0)
        page.get_by_role("link", name="What others see").click()
        page.get_by_role("link", name="Market surveillance authority").click()
        expect(page.get_by_text("Preview: the page as this reader sees it")).to_be_visible()
        expect(page.get_by_text("This reader sees it; you may not.")).to_have_count(1)
        page.goto(f"{city.address}/my/looks?lang=en")
        expect(page.get_by_text("Recycler").first).to_be_visible()
        assert visit.complaints == []


def test_customs_checks_a_pasted_list(browser: Browser, city: City, tmp_path: Path) -> None:
    with reading_as(browser, city, "customs", width=DESKTOP) as visit:
        page = visit.page
        page.goto(f"{city.address}/consignment?lang=en")
        page.get_by_label("Identifiers, one on each line").fill(f"{BATTERY}\nNOBODY-1\n!!")
        page.get_by_role("button", name="Check them").click()
        expect(page.get_by_text("2 of 3 need a look")).to_be_visible()
        expect(page.get_by_role("cell", name="valid").first).to_be_visible()
        expect(page.get_by_label("Identifiers, one on each line")).to_have_value(re.compile("!!$"))
        with page.expect_download() as download:
            page.get_by_role("button", name="Answers as a table (CSV)").click()
        kept = tmp_path / "answers.csv"
        download.value.save_as(kept)
        assert kept.read_text("utf-8-sig").splitlines()[1].startswith(BATTERY)
        assert visit.complaints == []


LOOKS: tuple[tuple[str, str, int, Scheme, str], ...] = (
    ("recycler", PASSPORT, PHONE, "dark", "en"),
    ("authority", PASSPORT, DESKTOP, "light", "ko"),
    ("owner", PASSPORT, PHONE, "light", "ko"),
    ("owner", f"/preview{PASSPORT}?as=authority", DESKTOP, "dark", "en"),
    ("authority", "/obligations", DESKTOP, "dark", "ko"),
    ("authority", f"/obligations{PASSPORT}", PHONE, "light", "en"),
    ("customs", "/consignment", PHONE, "dark", "ko"),
)


@pytest.mark.parametrize(("kind", "path", "width", "scheme", "code"), LOOKS)
def test_no_serious_finding_and_nothing_cut_off(
    browser: Browser,
    city: City,
    axe: str,
    kind: str,
    path: str,
    width: int,
    scheme: Scheme,
    code: str,
) -> None:
    with reading_as(browser, city, kind, width=width, scheme=scheme) as visit:
        page = visit.page
        page.goto(f"{city.address}{path}{'&' if '?' in path else '?'}lang={code}")
        if page.get_by_role("radio").count():
            page.get_by_role("radio").first.check()
            with page.expect_navigation():
                page.locator(".reader__act button").click()
        page.evaluate(OPEN_ALL)
        assert page.evaluate(OVERFLOW) == 0
        expect(page.locator("h1")).to_have_count(1)
        page.evaluate(axe)
        found: list[dict[str, Any]] = page.evaluate(RUN, RULES)["violations"]
        assert [(e["id"], e["nodes"][0]["target"]) for e in found if e["impact"] in SERIOUS] == []
        assert visit.complaints == []
