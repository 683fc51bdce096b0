"""Two owners on their phones: both sign in real Chromium, the contract moves the battery.

Everything is real: keys made in the browsers, the ledger, the contract; Python's own library checks
the signatures that the browser's made.
"""

import json
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from battery_passport.assembly.ledger_keys.tokens import opened_registry, token_of
from battery_passport.assembly.operations.audits import audit
from tests.browser.looking import DESKTOP, PHONE, Visit, visiting
from tests.browser.serving import wait_until_started
from tests.browser.test_accessibility import SERIOUS
from tests.factories.chain import require_engine
from tests.factories.installation import run
from tests.factories.owner_wishes import only_wish
from tests.factories.owners import OwnersPlace, owners_place
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.integration

PASSPHRASE = "맑은 하늘 느린 기차"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Running:
    """A place of owners that answers at an address."""

    place: OwnersPlace
    address: str

    @property
    def holder(self) -> str:
        installation = self.place.installation
        with opened_registry(installation) as registry:
            return token_of(installation, registry, self.place.battery.battery_id).holder


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    require_engine()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with owners_place(tmp_path_factory.mktemp("home"), port=port, days=10) as place:
            config = uvicorn.Config(place.application, log_config=None, lifespan="off", ws="none")
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                wait_until_started(server)
                yield Running(place, f"http://localhost:{port}")
            finally:
                server.should_exit = True
                thread.join()


def signed_in(visit: Visit, running: Running, email: str, *, new: bool = True) -> Page:
    if new:
        running.place.person(email, email.partition("@")[0])
    page = visit.page
    page.goto(f"{running.address}/sign-in?lang=ko")
    page.get_by_label("이메일").fill(email)
    page.get_by_label("비밀번호", exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="로그인", exact=True).click()
    return page


def claims(page: Page, running: Running, code: str) -> None:
    page.goto(f"{running.address}/my/claim")
    page.get_by_label("코드 16자리").fill(code)
    press(page, "등록")


def press(page: Page, name: str) -> None:
    with page.expect_navigation(timeout=60_000):
        page.get_by_role("main").get_by_role("button", name=name).click()


def makes_a_key(page: Page, button: str, *, passkey: bool = False, form: str = "take") -> None:
    page.locator(f"#{form}-passphrase").fill(PASSPHRASE)
    page.locator(f"#{form}-again").fill(PASSPHRASE)
    if passkey:
        page.locator(f"#{form}-passkey").check()
    press(page, button)


def fault(page: Page) -> str:
    shown = page.locator("[data-fault]:visible")
    shown.wait_for(timeout=60_000)
    return shown.inner_text()


def test_a_battery_goes_from_one_phone_to_another(
    running: Running, browser: Browser, axe: str, tmp_path: Path
) -> None:
    with visiting(browser) as first, visiting(browser) as second:
        seller = signed_in(first, running, "hana@example.org")
        claims(seller, running, running.place.code())
        seller.get_by_role("link", name="이 배터리의 내 열쇠").click()
        organisation = running.holder
        made = takes_with_a_key(seller, running)
        assert running.holder != organisation
        saves_a_backup(seller, tmp_path)

        seller.goto(f"{running.address}/my/hand-over")
        press(seller, "코드 만들기")
        code = seller.locator(".own-handout__code").inner_text()
        buyer = signed_in(second, running, "jun@example.org")
        claims(buyer, running, code)
        buyer.goto(f"{running.address}/my/key?lang=ko")
        expect(buyer.locator(".own-key__who")).to_contain_text("이전 소유자")
        makes_a_key(buyer, "내 열쇠 만들고 이전 소유자에게 요청하기")
        expect(buyer.get_by_role("status")).to_contain_text("이전 소유자에게 서명을 요청했습니다")
        assert running.holder == made, "one signature moves nothing"

        gives(seller, running)
        assert running.holder not in (made, organisation)
        buyer.reload()
        buyer.goto(f"{running.address}/my/key?lang=ko")
        expect(buyer.locator(".own-key__who")).to_have_text("내 열쇠")
        looks_right(buyer, axe)
        assert first.complaints == second.complaints == []
    appoints_an_organisation_from_another_phone(running, browser)
    loses_a_key_and_finds_it(running, browser)
    nothing_secret_was_kept(running)
    running.place.settle()
    assert audit(running.place.installation, {})["finding"] is None


def takes_with_a_key(page: Page, running: Running) -> str:
    """Make a key; first wrongly. Return its address."""
    page.get_by_label("열쇠의 암호 문구").first.fill("짧다")
    page.get_by_label("한 번 더 입력").first.fill("짧다")
    page.evaluate("for (const each of document.querySelectorAll('input')) each.minLength = 0")
    page.get_by_role("button", name="내 열쇠 만들고 서명하기").click()
    assert fault(page) == "10자 이상 입력하세요."
    page.get_by_label("열쇠의 암호 문구").first.fill(PASSPHRASE)
    page.get_by_role("button", name="내 열쇠 만들고 서명하기").click()
    assert fault(page) == "두 번 입력한 내용이 다릅니다."
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    makes_a_key(page, "내 열쇠 만들고 서명하기")
    expect(page.get_by_role("status")).to_contain_text("원장에 내 열쇠가 적혔습니다.")
    expect(page.locator(".own-key__who")).to_have_text("내 열쇠")
    [posted] = [each for each in sent if "signature" in each]
    assert "signature=0x" in posted
    assert PASSPHRASE not in posted
    address = page.locator("[data-backup]").get_attribute("data-backup") or ""
    assert address.lower() == running.holder.lower()
    return running.holder


def saves_a_backup(page: Page, folder: Path) -> None:
    with page.expect_download() as downloading:
        page.get_by_role("button", name="백업 파일 받기").click()
    path = folder / "backup.json"
    downloading.value.save_as(path)
    record = json.loads(path.read_text())
    assert set(record) == {"format", "address", "byPassphrase"}
    assert record["byPassphrase"]["rounds"] >= 600_000


def gives(page: Page, running: Running) -> None:
    """Sign for the next owner: first with a wrong passphrase."""
    page.goto(f"{running.address}/my/key?lang=ko")
    expect(page.get_by_role("main")).to_contain_text("다음 소유자가 내 서명을 기다립니다")
    page.get_by_label("내 열쇠의 암호 문구").first.fill("아닌 암호 문구입니다")
    page.get_by_role("button", name="서명하고 넘기기").click()
    assert fault(page).startswith("열쇠가 열리지 않습니다.")
    page.get_by_label("내 열쇠의 암호 문구").first.fill(PASSPHRASE)
    press(page, "서명하고 넘기기")
    expect(page.get_by_role("status")).to_contain_text("다음 소유자가 적혔습니다")


def looks_right(page: Page, axe: str) -> None:
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 844})
        for language in ("ko", "en"):
            page.goto(f"{page.url.partition('?')[0]}?lang={language}")
            assert page.evaluate(OVERFLOW) <= 0
            if folder := os.environ.get("BATTERY_PASSPORT_PICTURES"):
                page.screenshot(path=f"{folder}/key-{width}-{language}.png", full_page=True)
            page.evaluate(axe)
            found = page.evaluate("async () => (await axe.run()).violations")
            assert [each["id"] for each in found if each["impact"] in SERIOUS] == []
    page.set_viewport_size({"width": PHONE, "height": 844})


def appoints_an_organisation_from_another_phone(running: Running, browser: Browser) -> None:
    """The locked copy that is kept here opens with the passphrase on any phone."""
    with visiting(browser) as visit:
        page = signed_in(visit, running, "jun@example.org", new=False)
        page.goto(f"{running.address}/my/key?lang=ko")
        assert page.locator("[data-backup]").is_hidden(), "this phone does not have the key"
        page.get_by_text("기관에 맡기고 싶습니다").click()
        page.locator("#appoint-passphrase").fill(PASSPHRASE)
        press(page, "기관에 맡기기")
        expect(page.get_by_role("status")).to_contain_text("맡아 둡니다")


def loses_a_key_and_finds_it(running: Running, browser: Browser) -> None:
    """A key behind the screen lock; a wish for another, approved; the old key objects."""
    with visiting(browser) as visit:
        page = signed_in(visit, running, "jun@example.org", new=False)
        has_a_screen_lock(page)
        page.goto(f"{running.address}/my/key?lang=ko")
        makes_a_key(page, "내 열쇠 만들고 서명하기", passkey=True)
        held = running.holder
        page.get_by_text("열쇠를 잃어버렸습니다").click()
        makes_a_key(page, "새 열쇠 만들고 변경 신청하기", form="lost")
        expect(page.get_by_role("main")).to_contain_text("승인 1건 중 0건")
        installation = running.place.installation
        wish = only_wish(installation)
        run(installation, "ledger-approve", request=wish.request)
        page.reload()
        expect(page.get_by_role("main")).to_contain_text("이의를 제기할 수 있습니다")
        # No passphrase: the phone's screen lock opens the key.
        press(page, "열쇠가 있습니다. 변경을 막습니다")
        expect(page.get_by_role("status")).to_contain_text("변경을 막았습니다")
        assert running.holder == held


def has_a_screen_lock(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        "hasPrf": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def nothing_secret_was_kept(running: Running) -> None:
    with running.place.installation.database.read() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        dump = "\n".join(driver.iterdump())
    assert PASSPHRASE not in dump
    assert "byPassphrase" not in dump, "the locked copy lies under the person's own key"
