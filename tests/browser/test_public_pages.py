"""Public pages in a real browser: both widths, both languages, light and dark, with no script."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looking import DESKTOP, PHONE, WIDTHS, Scheme, visiting
from tests.factories.web import IDENTIFIER

PASSPORT = f"/{IDENTIFIER.path}"
PAGES = ("/", PASSPORT, "/verify", "/developers")
LANGUAGES = ("ko", "en")
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
A4_POINTS = (595, 842)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_off_or_complained_about(
    browser: Browser, address: str, path: str, code: str, width: int
) -> None:
    with visiting(browser, width=width) as visit:
        visit.page.goto(f"{address}{path}?lang={code}")
        visit.page.evaluate(OPEN_ALL)
        visit.page.evaluate("document.fonts.ready")
        assert visit.complaints == []
        assert visit.page.evaluate(OVERFLOW) == 0
        expect(visit.page.locator("h1")).to_have_count(1)
        assert [each for each in visit.addresses if not each.startswith(address)] == []


def test_the_typeface_of_the_design_system_is_in_use(browser: Browser, address: str) -> None:
    with visiting(browser) as visit:
        visit.page.goto(address)
        visit.page.evaluate("document.fonts.ready")
        loaded = "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.weight).sort()"
        assert visit.page.evaluate(loaded) == ["400", "700"]


def test_a_stranger_gets_everything_without_script(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    with visiting(browser, script=False) as visit:
        page = visit.page
        page.goto(address)
        page.get_by_label("배터리 식별자").fill(str(IDENTIFIER))
        page.get_by_role("button", name="찾기").click()
        page.wait_for_url(f"{address}{PASSPORT}")
        meaning = page.get_by_text("발급자가 이 여권에 서명했습니다.")
        expect(meaning).not_to_be_visible()
        page.get_by_text("이것은 무슨 뜻인가요?").click()
        expect(meaning).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="증명 파일 내려받기").click()
        kept = tmp_path / "proof"
        download.value.save_as(kept)
        assert kept.read_bytes() == b'{"format":"bp-proof/v1"}'
        assert download.value.suggested_filename.endswith("-v3.proof.json")
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", name="Check it yourself")).to_be_visible()
        assert visit.complaints == []


def test_a_search_that_fails_keeps_what_was_typed(browser: Browser, address: str) -> None:
    with visiting(browser, script=False) as visit:
        visit.page.goto(f"{address}/?lang=en")
        visit.page.get_by_label("Battery identifier").fill("09506000134353/X")
        visit.page.get_by_role("button", name="Find").click()
        expect(visit.page.get_by_role("alert")).to_be_visible()
        expect(visit.page.get_by_label("Battery identifier")).to_have_value("09506000134353/X")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_passport_prints_as_one_a4_page_in_black_on_white(
    browser: Browser, address: str, code: str, scheme: Scheme
) -> None:
    with visiting(browser, width=DESKTOP, scheme=scheme) as visit:
        visit.page.goto(f"{address}{PASSPORT}?lang={code}")
        printed = visit.page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
        box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
        assert box
        assert (round(float(box[1])), round(float(box[2]))) == A4_POINTS
        visit.page.emulate_media(media="print")
        look = "(e => [getComputedStyle(e).color, getComputedStyle(document.body).backgroundColor])"
        colours = visit.page.evaluate(f"{look}(document.querySelector('.sheet__name'))")
        assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
        expect(visit.page.locator(".sheet")).to_be_visible()
        expect(visit.page.locator("main")).not_to_be_visible()


def test_tables_become_cards_on_a_phone_and_stay_tables_to_a_screen_reader(
    browser: Browser, address: str
) -> None:
    shown_as = "getComputedStyle(document.querySelector('.papers tbody tr')).display"
    for width, display in ((PHONE, "block"), (DESKTOP, "table-row")):
        with visiting(browser, width=width) as visit:
            visit.page.goto(f"{address}{PASSPORT}")
            assert visit.page.evaluate(shown_as) == display
            expect(visit.page.get_by_role("rowheader").first).to_be_visible()
            expect(visit.page.get_by_role("table")).to_have_count(1)


def test_the_keyboard_reaches_the_content_first(browser: Browser, address: str) -> None:
    with visiting(browser) as visit:
        visit.page.goto(f"{address}{PASSPORT}")
        visit.page.keyboard.press("Tab")
        expect(visit.page.locator(":focus")).to_have_text("본문으로 건너뛰기")
        visit.page.keyboard.press("Enter")
        expect(visit.page).to_have_url(re.compile("#content$"))


def test_the_code_leads_back_to_this_page(browser: Browser, address: str) -> None:
    with visiting(browser, width=DESKTOP) as visit:
        visit.page.goto(f"{address}{PASSPORT}")
        expect(visit.page.locator(".qr__text")).to_have_text(f"{address}{PASSPORT}")
        size = visit.page.locator(".qr__panel .qr__code").bounding_box()
        assert size
        assert size["width"] == pytest.approx(size["height"], abs=1)
        assert size["width"] > 180
