"""Accounts in a real browser: passkeys by a virtual authenticator, everything else without script.

Source: W3C WebAuthn Level 3 §11 (automation of authenticators).
"""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from battery_passport.access.model import Role
from battery_passport.access.organisations.applying import apply, check_application
from battery_passport.access.organisations.members import invite
from tests.browser.looking import DESKTOP, PHONE, WIDTHS, Scheme, Visit, visiting
from tests.browser.serving import wait_until_started
from tests.browser.test_accessibility import RULES, RUN, SERIOUS, _told
from tests.browser.test_public_pages import LANGUAGES, OPEN_ALL, OVERFLOW
from tests.factories.accounts_site import accounts_application
from tests.factories.databases import sqlite_store
from tests.factories.people import (
    EMAIL,
    PASSWORD,
    Office,
    city,
    join,
    office,
    organisation,
    person,
    session,
)

OPEN_TO_ALL = ("/sign-in", "/register", "/recover")
INSIDE = ("/account", "/organisation", "/organisation/apply", "/approvals")


@dataclass(frozen=True, slots=True)
class Running:
    """A site of accounts at an address, and the session of somebody who may see all of it."""

    made: Office
    address: str
    token: str
    link: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("accounts")
    with sqlite_store(folder) as database, socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://localhost:{listener.getsockname()[1]}"
        made = office(database)
        token, link = _people(made)
        application = accounts_application(made, address=address)
        config = uvicorn.Config(application, log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            wait_until_started(server)
            yield Running(made, address, token, link)
        finally:
            server.should_exit = True
            thread.join()


def _people(made: Office) -> tuple[str, str]:
    busan, owner = city(made), person(made)
    officer = person(made, email="officer@busan.example", name="Alexandra Weatherington-Park")
    join(
        made,
        officer,
        busan,
        roles=frozenset({Role.CITY_OFFICER, Role.ADMINISTRATOR}),
        steward=True,
    )
    account = organisation(made)
    application = check_application(
        kind="recycler",
        name="해운대 재활용 주식회사",
        registration_number="REC-0001",
        region="busan",
        contact="이영희 051-123-4567",
    )
    with made.desks.transaction() as desk:
        apply(desk, application, applicant=owner.person_id)
        invite(
            desk,
            account.organisation_id,
            email="new.colleague@inspection.example",
            roles=(),
            steward=False,
            invited_by=None,
        )
    return session(made, officer), made.link()


def _enter(page: Page, running: Running) -> None:
    page.context.add_cookies(
        [{"name": "bp_session", "value": running.token, "url": running.address}]
    )


def _sign_in(page: Page, running: Running, password: str = PASSWORD) -> None:
    page.goto(f"{running.address}/sign-in")
    page.get_by_label("이메일 주소").fill(EMAIL)
    page.get_by_label("비밀번호").fill(password)
    page.get_by_role("button", name="로그인", exact=True).click()


def _faults(visit: Visit) -> list[str]:
    """Return what the browser complained about; that it forgot pages at sign-out is meant."""
    return [each for each in visit.complaints if "Clear-Site-Data" not in each]


def _authenticator(page: Page) -> None:
    tool = page.context.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    tool.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_is_cut_off_or_complained_about(
    browser: Browser, running: Running, code: str, width: int
) -> None:
    with visiting(browser, width=width) as visit:
        _enter(visit.page, running)
        for path in (*INSIDE, running.link):
            visit.page.goto(f"{running.address}{path}?lang={code}")
            visit.page.evaluate(OPEN_ALL)
            assert visit.page.evaluate(OVERFLOW) == 0, path
            expect(visit.page.locator("h1")).to_have_count(1)
        visit.page.context.clear_cookies()
        for path in (*OPEN_TO_ALL, running.link):
            visit.page.goto(f"{running.address}{path}?lang={code}")
            assert visit.page.evaluate(OVERFLOW) == 0, path
        assert visit.complaints == []
        assert [each for each in visit.addresses if not each.startswith(running.address)] == []


LOOKS: tuple[tuple[str, int, Scheme], ...] = (
    ("ko", PHONE, "light"),
    ("en", PHONE, "dark"),
    ("ko", DESKTOP, "dark"),
    ("en", DESKTOP, "light"),
)


@pytest.mark.parametrize(("code", "width", "scheme"), LOOKS)
def test_no_serious_finding(
    browser: Browser, running: Running, axe: str, code: str, width: int, scheme: Scheme
) -> None:
    with visiting(browser, width=width, scheme=scheme) as visit:
        for path in (*OPEN_TO_ALL, running.link, *INSIDE):
            if path == INSIDE[0]:
                _enter(visit.page, running)
            visit.page.goto(f"{running.address}{path}?lang={code}")
            visit.page.evaluate(OPEN_ALL)
            visit.page.evaluate(axe)
            found = visit.page.evaluate(RUN, RULES)["violations"]
            assert [_told(each) for each in found if each["impact"] in SERIOUS] == [], path


def test_registering_signing_in_and_recovering_need_no_script(
    browser: Browser, running: Running
) -> None:
    made, mailbox = running.made, "newcomer@example.org"
    with visiting(browser, script=False) as visit:
        page = visit.page
        page.goto(f"{running.address}/sign-in")
        expect(page.get_by_role("button", name="패스키로 로그인")).not_to_be_visible()
        page.get_by_role("link", name="계정 만들기").click()
        page.get_by_label("이름").fill("이영희")
        page.get_by_label("이메일 주소").fill(mailbox)
        page.get_by_label("비밀번호").fill("password1234")
        page.get_by_role("button", name="계속").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label("이름")).to_have_value("이영희")
        expect(page.get_by_label("비밀번호")).to_have_value("")
        page.get_by_label("비밀번호").fill("조용한 항구의 늦은 저녁")
        page.get_by_role("button", name="계속").click()
        expect(page.get_by_role("heading", name="메일함을 확인하세요")).to_be_visible()
        made.letters()
        page.goto(f"{running.address}/register/{made.token()}")
        page.get_by_role("button", name="계정 만들기").click()
        page.wait_for_url(f"{running.address}/account")
        expect(page.get_by_label("이름").first).to_have_value("이영희")
        page.get_by_role("button", name="로그아웃", exact=True).first.click()
        page.get_by_role("link", name="비밀번호를 잊으셨나요?").click()
        page.get_by_label("이메일 주소").fill(mailbox)
        page.get_by_role("button", name="메일 받기").click()
        expect(page.get_by_role("heading", name="메일함을 확인하세요")).to_be_visible()
        page.goto(f"{running.address}/recover/{made.token()}")
        page.get_by_label("새 비밀번호").fill("등대 너머로 지는 노을")
        page.get_by_role("button", name="비밀번호 정하기").click()
        page.wait_for_url("**/sign-in?note=password-set")
        expect(page.get_by_role("status")).to_be_visible()
        assert [each for each in _faults(visit) if "422" not in each] == []


def test_a_passkey_is_made_and_signs_in(browser: Browser, running: Running) -> None:
    with visiting(browser, width=DESKTOP) as visit:
        page = visit.page
        _authenticator(page)
        _sign_in(page, running)
        page.wait_for_url(f"{running.address}/account")
        page.get_by_label("새 패스키 이름").fill("주머니 전화기")
        page.get_by_role("button", name="패스키 추가").click()
        page.wait_for_url("**/account?saved=1")
        expect(page.get_by_text("주머니 전화기")).to_be_visible()
        page.get_by_role("button", name="로그아웃", exact=True).first.click()
        page.wait_for_url("**/sign-in?note=signed-out")
        page.goto(f"{running.address}/sign-in?next=/organisation/apply")
        page.get_by_role("button", name="패스키로 로그인").click()
        page.wait_for_url(f"{running.address}/organisation/apply")
        page.goto(f"{running.address}/account")
        expect(page.get_by_text("패스키로").first).to_be_visible()
        page.get_by_role("button", name="패스키 주머니 전화기 삭제").click()
        page.wait_for_url("**/account?saved=1")
        expect(page.get_by_text("주머니 전화기")).to_have_count(0)
        assert _faults(visit) == []


def test_a_passkey_that_fails_says_so_and_leaves_the_password(
    browser: Browser, running: Running
) -> None:
    with visiting(browser) as visit:
        page = visit.page
        _authenticator(page)
        page.goto(f"{running.address}/sign-in")
        page.get_by_role("button", name="패스키로 로그인").click()
        fault = page.get_by_text("패스키를 확인하지 못했습니다.")
        fault.wait_for(state="visible")
        page.get_by_label("이메일 주소").fill(EMAIL)
        page.get_by_label("비밀번호").fill(PASSWORD)
        page.get_by_role("button", name="로그인", exact=True).click()
        page.wait_for_url(f"{running.address}/account")


def test_a_wrong_password_keeps_the_address_and_takes_the_keyboard_on(
    browser: Browser, running: Running
) -> None:
    with visiting(browser, script=False) as visit:
        page = visit.page
        _sign_in(page, running, "a wrong sentence here")
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label("이메일 주소")).to_have_value(EMAIL)
        page.get_by_label("비밀번호").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{running.address}/account")
