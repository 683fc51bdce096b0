"""Every role's pages in a real browser: both widths, both languages, light and dark, no script."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from battery_passport.access.model import Role
from battery_passport.web.consoles.frame.places import INSPECTION, PLACES, SITE, Place
from battery_passport.web.session import CookieNames
from tests.browser.looking import DESKTOP, PHONE, Scheme, Visit, visiting
from tests.factories.desk_city import FIRST, SECOND, THIRD, DeskCity, battery_path, desk_city
from tests.factories.installation import run

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERIOUS = {"serious", "critical"}
RUN = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

PATHS: tuple[tuple[Role, str], ...] = (
    *((min(place.roles), entry.path) for place in PLACES for entry in place.entries),
    (Role.INSPECTOR, f"/desk/inspection{battery_path(FIRST)}"),
    (Role.INSPECTOR, f"/desk/inspection{battery_path(FIRST)}/inspection"),
    (Role.DISMANTLER, f"/desk/dismantling{battery_path(FIRST)}"),
    (Role.RECYCLER, f"/desk/recycling{battery_path(FIRST)}/recycled"),
    (Role.MANUFACTURER, f"/desk/manufacture{battery_path(FIRST)}"),
    (Role.MANUFACTURER, f"/desk/manufacture{battery_path(FIRST)}/issue"),
    (Role.AUTHORITY, f"/desk/supervision{battery_path(FIRST)}"),
    (Role.AUTHORITY, f"/desk/supervision?q={FIRST}"),
    (Role.ADMINISTRATOR, "/desk"),
)

AT_WORK = tuple(dict.fromkeys(role for role, _ in PATHS))


@dataclass(frozen=True, slots=True)
class Running:
    """The site on a loopback port."""

    city: DeskCity
    address: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with desk_city(tmp_path_factory.mktemp("desks") / "home") as city:
        config = uvicorn.Config(city.site, port=0, log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        until = time.monotonic() + 20
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        try:
            port = server.servers[0].sockets[0].getsockname()[1]
            yield Running(city, f"http://127.0.0.1:{port}")
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def signed_in(
    browser: Browser,
    running: Running,
    role: Role,
    *,
    width: int = PHONE,
    scheme: Scheme = "light",
    script: bool = True,
) -> Iterator[Visit]:
    """Open a page in which somebody of that role is signed in."""
    with visiting(browser, width=width, scheme=scheme, script=script) as visit:
        name = CookieNames.at(running.city.installation.base_url).session
        token = running.city.sessions[role.value]
        cookie: Any = {"name": name, "value": token, "url": running.address}
        visit.page.context.add_cookies([cookie])
        yield visit


def _with(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(PHONE, "dark", "ko"), (DESKTOP, "light", "en")]
)
@pytest.mark.parametrize("role", AT_WORK)
def test_pages_are_whole_and_accessible(
    browser: Browser,
    running: Running,
    axe: str,
    role: Role,
    width: int,
    scheme: Scheme,
    language: str,
) -> None:
    with signed_in(browser, running, role, width=width, scheme=scheme) as visit:
        for path in (path for reader, path in PATHS if reader is role):
            visit.page.goto(running.address + _with(path, language))
            visit.page.evaluate(OPEN_ALL)
            visit.page.evaluate("document.fonts.ready")
            assert visit.complaints == [], path
            assert visit.page.evaluate(OVERFLOW) == 0, path
            expect(visit.page.locator("h1")).to_have_count(1)
            assert visit.page.locator(".krds-btn.primary").count() <= 1, path
            visit.page.evaluate(axe)
            violations = visit.page.evaluate(RUN, RULES)["violations"]
            found = [_told(each) for each in violations if each["impact"] in SERIOUS]
            assert found == [], path
        assert [each for each in visit.addresses if not each.startswith(running.address)] == []


def _told(violation: dict[str, Any]) -> str:
    nodes = [f"{node['target']}: {node['failureSummary']}" for node in violation["nodes"][:3]]
    return f"{violation['id']} ({violation['help']}): {nodes}"


def test_an_inspector_scans_measures_corrects_and_signs_without_script(
    browser: Browser, running: Running
) -> None:
    with signed_in(browser, running, Role.INSPECTOR, script=False) as visit:
        page = visit.page
        page.goto(f"{running.address}/home")
        page.get_by_label("배터리 스캔 또는 입력").fill(SECOND)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="검사 기록").click()
        page.get_by_label("절연저항").fill("99999999")
        page.get_by_role("button", name="임시 저장").click()
        expect(page.get_by_role("status").filter(has_text="임시 저장했습니다")).to_be_visible()
        page.get_by_role("button", name="확인하기").click()
        alert = page.get_by_role("alert")
        expect(alert.get_by_role("link")).to_have_count(3)
        alert.get_by_role("link", name="절연저항").click()
        expect(page.get_by_label("절연저항")).to_have_value("99999999")
        page.get_by_label("절연저항").fill("812")
        page.get_by_label("종류").select_option("periodic")
        page.get_by_label("결과").select_option("passed")
        page.get_by_label("측정 용량").fill("121.5")
        page.get_by_role("button", name="확인하기").click()
        assert alert.get_by_role("link").all_inner_texts() == ["측정 방법"]
        page.get_by_label("측정 방법").select_option("full-discharge")
        page.get_by_role("button", name="확인하기").click()
        expect(page.get_by_text("812")).to_be_visible()
        page.get_by_role("button", name="서명").click()
        expect(page.get_by_role("status").filter(has_text="기록했습니다")).to_be_visible()
        expect(page.get_by_text("완전 방전").first).to_be_visible()
        expect(page.get_by_text("서명한 진술서")).to_be_visible()
        run(running.city.installation, "passport-issue", battery=SECOND)
        page.goto(f"{running.address}{battery_path(SECOND)}")
        page.locator("input[name=purpose][value=legitimate-interest]").check()
        page.locator("form:has(input[name=purpose]) button").first.click()
        beside = page.locator(".two-figures")
        expect(beside.locator(".own-measured")).to_contain_text("121.5")
        page.goto(f"{running.address}/desk/inspection")
        page.get_by_role("link", name="서명한 검사").click()
        expect(page.get_by_role("rowheader").filter(has_text="KR26D0002")).to_be_visible()


def test_a_pack_is_received_handed_over_and_ends(browser: Browser, running: Running) -> None:
    with signed_in(browser, running, Role.DISMANTLER, width=DESKTOP, script=False) as visit:
        page = visit.page
        page.goto(f"{running.address}/desk/dismantling?lang=en")
        page.get_by_label("Scan or type a battery").fill(THIRD)
        page.get_by_role("button", name="Find").click()
        page.get_by_role("link", name="Record a removal").click()
        page.get_by_label("Reason").select_option("end-of-life")
        _look_over_and(page, "Record")
        page.get_by_role("link", name="Record as waste battery").click()
        _look_over_and(page, "Record as waste")
    with signed_in(browser, running, Role.RECYCLER, width=DESKTOP, script=False) as visit:
        page = visit.page
        page.goto(f"{running.address}/desk/recycling{battery_path(THIRD)}?lang=en")
        page.get_by_role("link", name="Record recycling").click()
        page.get_by_label("Nickel").fill("61.5")
        _look_over_and(page, "Record and end the passport")
        expect(page.get_by_text("This battery was recycled.")).to_be_visible()
        expect(page.get_by_text("Nickel 61.5")).to_have_count(1)


def _look_over_and(page: Page, button: str) -> None:
    page.get_by_role("button", name="Look it over").click()
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Recorded.")).to_be_visible()


def test_tables_become_cards_on_a_phone_and_stay_tables_to_a_screen_reader(
    browser: Browser, running: Running
) -> None:
    shown_as = "getComputedStyle(document.querySelector('.list tbody tr')).display"
    for width, display in ((PHONE, "block"), (DESKTOP, "table-row")):
        with signed_in(browser, running, Role.MANUFACTURER, width=width) as visit:
            visit.page.goto(f"{running.address}/desk/manufacture/batteries")
            assert visit.page.evaluate(shown_as) == display
            expect(visit.page.get_by_role("rowheader").first).to_be_visible()
            expect(visit.page.get_by_role("table")).to_have_count(1)


def test_a_list_is_narrowed_sorted_and_linked_by_keyboard(
    browser: Browser, running: Running
) -> None:
    with signed_in(browser, running, Role.MANUFACTURER, width=DESKTOP, script=False) as visit:
        page = visit.page
        page.goto(f"{running.address}/desk/manufacture/batteries?lang=en")
        page.get_by_label("Search").fill("KR26D")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Passport", exact=True).click()
        sorted_by = page.get_by_role("columnheader", name="Passport")
        expect(sorted_by).to_have_attribute("aria-sort", re.compile("ending$"))
        expect(page.get_by_label("Search")).to_have_value("KR26D")
        address = page.get_by_role("link", name="Link to this view").get_attribute("href")
        assert address == "/desk/manufacture/batteries?q=KR26D&sort=version&lang=en"
        with page.expect_download() as download:
            page.get_by_role("link", name="Download as CSV").click()
        assert download.value.suggested_filename.startswith("batteries-")


def test_the_report_prints_on_paper_without_what_is_not_part_of_it(
    browser: Browser, running: Running
) -> None:
    with signed_in(browser, running, Role.CITY_OFFICER, width=DESKTOP, scheme="dark") as visit:
        visit.page.goto(f"{running.address}/desk/city/report?lang=en")
        visit.page.emulate_media(media="print")
        expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
        for gone in (".console__side", ".header", ".footer", ".narrow"):
            expect(visit.page.locator(gone).first).not_to_be_visible()
        colour = "getComputedStyle(document.body).backgroundColor"
        assert visit.page.evaluate(colour) == "rgb(255, 255, 255)"


def test_an_audit_runs_on_when_the_page_is_left_and_is_found_again(
    browser: Browser, running: Running
) -> None:
    with signed_in(browser, running, Role.ADMINISTRATOR, width=DESKTOP, script=False) as visit:
        page = visit.page
        page.goto(f"{running.address}/desk/administration/audits?lang=en")
        with page.expect_navigation():
            page.get_by_role("button", name="Audit every record now").click()
        page.goto(f"{running.address}/desk/administration?lang=en")
        until = time.monotonic() + 90
        while page.get_by_text("Everything agrees").count() == 0:
            assert time.monotonic() < until, page.locator("#audit").inner_text()
            time.sleep(0.5)
            page.reload()


@pytest.mark.parametrize("place", [INSPECTION, SITE], ids=lambda place: place.path)
def test_the_keyboard_reaches_every_page_of_a_place(
    browser: Browser, running: Running, place: Place
) -> None:
    with signed_in(browser, running, min(place.roles), width=DESKTOP) as visit:
        visit.page.goto(running.address + place.path)
        links = visit.page.get_by_role("navigation", name="업무 화면").get_by_role("link")
        expect(links).to_have_count(len(place.entries))
        links.last.focus()
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url(f"{running.address}{place.entries[-1].path}")
