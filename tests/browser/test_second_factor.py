"""Passkeys of privileged people in a real browser, by a virtual authenticator.

Source: W3C WebAuthn Level 3 §11 (automation of authenticators).
"""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from battery_passport.access.model import Role
from tests.browser.looking import DESKTOP, WIDTHS, Visit, visiting
from tests.browser.serving import wait_until_started
from tests.browser.test_accessibility import RULES, RUN, SERIOUS, _told
from tests.browser.test_accounts import _authenticator, _faults
from tests.browser.test_public_pages import LANGUAGES, OVERFLOW
from tests.factories.accounts_site import accounts_application
from tests.factories.databases import sqlite_store
from tests.factories.people import PASSWORD, Office, city, join, office, organisation, person


@dataclass(frozen=True, slots=True)
class Strict:
    """A site where privileged people must show a passkey."""

    made: Office
    address: str


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strict]:
    folder = tmp_path_factory.mktemp("strict")
    with sqlite_store(folder) as database, socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://localhost:{listener.getsockname()[1]}"
        made = office(database, passkeys_required=True)
        application = accounts_application(made, address=address)
        config = uvicorn.Config(application, log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            wait_until_started(server)
            yield Strict(made, address)
        finally:
            server.should_exit = True
            thread.join()


def _administrator(strict: Strict, email: str) -> None:
    who = person(strict.made, email=email)
    roles = frozenset({Role.CITY_OFFICER, Role.ADMINISTRATOR})
    join(strict.made, who, city(strict.made), roles=roles)


def _sign_in(page: Page, strict: Strict, email: str, *, following: str = "/approvals") -> None:
    page.goto(f"{strict.address}/sign-in?next={following}")
    page.get_by_label("이메일 주소").fill(email)
    page.get_by_label("비밀번호").fill(PASSWORD)
    page.get_by_role("button", name="로그인", exact=True).click()


def _complaints(visit: Visit) -> list[str]:
    """Return what went wrong; that a form was answered by a question is meant."""
    return [each for each in _faults(visit) if "403" not in each]


def test_the_first_sign_in_makes_a_passkey_and_later_ones_show_it(
    browser: Browser, strict: Strict
) -> None:
    _administrator(strict, "first@busan.example")
    with visiting(browser) as visit:
        page = visit.page
        _authenticator(page)
        _sign_in(page, strict, "first@busan.example")
        page.wait_for_url("**/second-factor?next=**")
        expect(page.get_by_role("heading", name="첫 패스키를 만드세요")).to_be_visible()
        page.get_by_label("새 패스키 이름").fill("업무용 노트북")
        page.get_by_role("button", name="패스키 만들기").click()
        page.wait_for_url(f"{strict.address}/approvals")
        page.goto(f"{strict.address}/account")
        page.get_by_role("button", name="로그아웃", exact=True).first.click()
        page.wait_for_url("**/sign-in?note=signed-out")
        _sign_in(page, strict, "first@busan.example")
        page.wait_for_url("**/second-factor?next=**")
        page.get_by_role("button", name="확인", exact=True).click()
        page.wait_for_url(f"{strict.address}/approvals")
        assert _complaints(visit) == []


def test_an_act_long_after_is_sent_again_once_the_passkey_was_shown(
    browser: Browser, strict: Strict
) -> None:
    _administrator(strict, "later@busan.example")
    account = organisation(strict.made, name="먼바다검사소", number="INSP-0777")
    with visiting(browser, width=DESKTOP) as visit:
        page = visit.page
        _authenticator(page)
        _sign_in(page, strict, "later@busan.example")
        page.wait_for_url("**/second-factor?next=**")
        page.get_by_role("button", name="패스키 만들기").click()
        page.wait_for_url(f"{strict.address}/approvals")
        strict.made.wait(timedelta(minutes=20))
        page.get_by_role("link", name=f"정지 {account.name}").click()
        page.get_by_label("더 이상 참여하지 않음").check()
        page.get_by_label("확인을 위해 기관 이름을 입력하세요").fill(account.name)
        page.get_by_role("button", name="정지", exact=True).click()
        page.get_by_role("heading", name="패스키로 확인하세요").wait_for()
        page.get_by_role("button", name="확인", exact=True).click()
        page.wait_for_url("**/approvals?saved=1")
        expect(page.get_by_role("status")).to_be_visible()
        row = page.locator(".acct-row", has_text=account.name)
        expect(row.locator(".krds-badge", has_text="정지")).to_be_visible()
        assert _complaints(visit) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_fits_and_has_no_serious_finding(
    browser: Browser, strict: Strict, axe: str, code: str, width: int
) -> None:
    _administrator(strict, f"look-{code}-{width}@busan.example")
    with visiting(browser, width=width, scheme="dark" if code == "en" else "light") as visit:
        page = visit.page
        _sign_in(page, strict, f"look-{code}-{width}@busan.example")
        page.wait_for_url("**/second-factor?next=**")
        for path in ("/second-factor",):
            page.goto(f"{strict.address}{path}?lang={code}")
            assert page.evaluate(OVERFLOW) == 0
            page.evaluate(axe)
            found = page.evaluate(RUN, RULES)["violations"]
            assert [_told(each) for each in found if each["impact"] in SERIOUS] == []
