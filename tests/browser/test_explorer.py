"""The ledger's pages in a real browser: both widths and languages, light and dark, without script.

In: the ledger over memory, well and at a standstill. Out: pages nobody has to complain about.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from battery_passport.web.explorer.record_views import RecordKind
from battery_passport.web.views import LedgerKind
from tests.browser.looking import DESKTOP, PHONE, Scheme, visiting
from tests.browser.serving import serving
from tests.browser.test_accessibility import RULES, RUN, SERIOUS
from tests.browser.test_public_pages import OPEN_ALL, OVERFLOW
from tests.factories.explorer import (
    MemoryLedger,
    MemoryRecords,
    checkpoint_line,
    delayed_consortium,
    explorer_application,
    onchain_view,
    record_way,
)
from tests.factories.web import IDENTIFIER, web_services

WAY = f"/ledger/of/{IDENTIFIER.path}?version=3"
PAGES = (
    "/ledger?",
    "/ledger/checkpoints?before=9000&",
    "/ledger/checkpoints/18100?",
    "/ledger/blocks/1180?",
    f"/ledger/of/{IDENTIFIER.path}?",
    f"{WAY}&",
)
LOOKS: tuple[tuple[str, str, int, Scheme], ...] = (
    ("ledger", "/ledger?lang=en", DESKTOP, "dark"),
    ("ledger", "/ledger/anchors?lang=en", DESKTOP, "light"),
    ("ledger", "/ledger/blocks/1180?lang=ko", PHONE, "dark"),
    ("ledger", "/ledger/checkpoints/18100?lang=en", PHONE, "light"),
    ("ledger", f"{WAY}&lang=en", DESKTOP, "light"),
    ("standstill", "/ledger?lang=ko", PHONE, "light"),
    ("standstill", f"{WAY}&lang=ko", PHONE, "dark"),
)


@pytest.fixture(scope="module")
def ledger() -> Iterator[str]:
    """Where a development ledger with which all is well is shown."""
    with serving(lambda at: explorer_application(services=web_services(public_address=at))) as at:
        yield at


@pytest.fixture(scope="module")
def standstill() -> Iterator[str]:
    """Where a consortium is shown that stands still, with a record on its way."""
    records = MemoryRecords()
    records.ways[RecordKind.VERSION] = replace(
        record_way(),
        covering=checkpoint_line(60, waiting=True),
        epoch=None,
        ledger=LedgerKind.CONSORTIUM,
        onchain=onchain_view(),
    )
    known = MemoryLedger(delayed_consortium())
    with serving(
        lambda at: explorer_application(known, records, services=web_services(public_address=at))
    ) as at:
        yield at


@pytest.mark.parametrize(("code", "width"), [("ko", PHONE), ("en", DESKTOP)])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_off_or_complained_about(
    browser: Browser, ledger: str, path: str, code: str, width: int
) -> None:
    with visiting(browser, width=width) as visit:
        visit.page.goto(f"{ledger}{path}lang={code}")
        visit.page.evaluate(OPEN_ALL)
        assert visit.complaints == []
        assert visit.page.evaluate(OVERFLOW) == 0
        expect(visit.page.locator("h1")).to_have_count(1)
        assert [each for each in visit.addresses if not each.startswith(ledger)] == []


@pytest.mark.parametrize(("place", "path", "width", "scheme"), LOOKS)
def test_axe_finds_nothing_serious(
    browser: Browser,
    axe: str,
    request: pytest.FixtureRequest,
    place: str,
    path: str,
    width: int,
    scheme: Scheme,
) -> None:
    with visiting(browser, width=width, scheme=scheme) as visit:
        visit.page.goto(f"{request.getfixturevalue(place)}{path}")
        visit.page.evaluate(OPEN_ALL)
        visit.page.evaluate(axe)
        found = visit.page.evaluate(RUN, RULES)["violations"]
        assert [each["id"] for each in found if each["impact"] in SERIOUS] == []


def test_a_stranger_walks_from_the_ledger_to_a_block_and_its_checkpoint_without_script(
    browser: Browser, ledger: str
) -> None:
    with visiting(browser, script=False) as visit:
        page = visit.page
        page.goto(f"{ledger}/?lang=en")
        page.get_by_role("link", name="The ledger", exact=True).click()
        expect(page.get_by_role("heading", name="Who keeps it")).to_be_visible()
        page.get_by_role("link", name="All records on the ledger").click()
        page.get_by_role("link", name="Older ones").click()
        expect(page.get_by_role("link", name="To the newest")).to_be_visible()
        page.goto(f"{ledger}/ledger/blocks/1180?lang=en")
        page.get_by_text("To the letter").first.click()
        expect(page.get_by_text("Root before").first).to_be_visible()
        page.get_by_role("link", name="Look at the checkpoint").click()
        expect(page.get_by_role("heading", name="Checkpoint of 18,100 entries")).to_be_visible()
        assert visit.complaints == []


def test_a_passport_leads_to_its_way_and_the_way_to_the_check(
    browser: Browser, ledger: str
) -> None:
    with visiting(browser, width=DESKTOP, script=False) as visit:
        page = visit.page
        page.goto(f"{ledger}/{IDENTIFIER.path}?lang=en")
        page.get_by_role("link", name="This passport's way to the ledger").click()
        expect(page.get_by_role("img", name="The record's way")).to_have_count(1)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download proof file").click()
        assert download.value.suggested_filename.endswith("-v3.proof.json")
        page.locator("main").get_by_role("link", name="Check it yourself").click()
        expect(
            page.get_by_role("heading", name="Check a battery passport yourself")
        ).to_be_visible()


@pytest.mark.parametrize(("width", "shown", "hidden"), [(PHONE, 1, 0), (DESKTOP, 0, 1)])
def test_the_picture_stands_upright_on_a_phone_and_lies_on_a_desk(
    browser: Browser, ledger: str, width: int, shown: int, hidden: int
) -> None:
    with visiting(browser, width=width) as visit:
        visit.page.goto(f"{ledger}{WAY}&lang=ko")
        pictures = [visit.page.locator(f".way__{name}") for name in ("lying", "upright")]
        expect(pictures[shown]).to_be_visible()
        expect(pictures[hidden]).not_to_be_visible()
        box = pictures[shown].bounding_box()
        assert box
        assert box["width"] <= width


def test_a_standstill_is_the_first_thing_one_reads(browser: Browser, standstill: str) -> None:
    with visiting(browser) as visit:
        visit.page.goto(f"{standstill}/ledger?lang=ko")
        banner = visit.page.locator(".ledger-banner").first
        expect(banner).to_contain_text("원장 기록이 늦어지고 있습니다")
        box = banner.bounding_box()
        assert box
        assert box["y"] < 844, "it has to be looked for"
