"""An owner on a phone: claims, sees, lets a buyer look for three days, sees the look, revokes.

Everything is real: a seeded car, sign-in, stores, policies, the log; two browsers that do not know
each other. No script is needed.
"""

import json
import re
import socket
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from battery_passport.assembly.operations.audits import audit
from battery_passport.assembly.operations.proofs import trust_file
from battery_passport.proof.verification import verify_bundle
from tests.browser.looking import DESKTOP, PHONE, Scheme, visiting
from tests.browser.serving import wait_until_started
from tests.browser.test_accessibility import SERIOUS
from tests.factories.owners import OwnersPlace, owners_place
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.integration

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OWNER_PAGES = (
    "/my",
    "/my/claim",
    "/my/share",
    "/my/grants",
    "/my/looks",
    "/my/consents",
    "/my/data",
    "/my/hand-over",
)


@dataclass(frozen=True, slots=True)
class Running:
    """A place of owners that answers at an address."""

    place: OwnersPlace
    address: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with owners_place(tmp_path_factory.mktemp("home"), port=port) as place:
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


def sign_in(page: Page, running: Running, email: str) -> None:
    page.goto(f"{running.address}/sign-in?lang=ko")
    page.get_by_label("이메일").fill(email)
    page.get_by_label("비밀번호", exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="로그인", exact=True).click()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name).click()


def title(page: Page) -> str:
    """Return the heading; a space that holds two Korean words together is a space."""
    return page.get_by_role("heading", level=1).inner_text().replace("\N{NO-BREAK SPACE}", " ")


def test_an_owner_claims_shares_for_three_days_sees_the_look_and_takes_it_back(
    running: Running, browser: Browser, tmp_path: Path
) -> None:
    running.place.person("journey@example.org")
    with (
        visiting(browser, width=PHONE, script=False) as owner,
        visiting(browser, width=PHONE, script=False) as buyer,
    ):
        sign_in(owner.page, running, "journey@example.org")
        owner.page.goto(f"{running.address}/my")
        claims(owner.page, running)
        figure = sees_health(owner.page)
        previewed, link = shares_for_three_days(owner.page, running)
        buyer_sees_exactly(buyer.page, running, link, previewed=previewed, figure=figure)
        keeps_a_proof_without_what_was_withheld(buyer.page, running, tmp_path / "proof.json")
        sees_the_look(owner.page, running)
        takes_it_back(owner.page, running)
        is_refused(buyer.page, running, link)
        assert [each for each in owner.complaints if "422" not in each] == []
    running.place.settle()
    assert audit(running.place.installation, {})["intact"] is True


def claims(page: Page, running: Running) -> None:
    assert title(page) == "아직 등록한 배터리가 없습니다"
    page.get_by_role("link", name="코드로 내 배터리 등록").click()
    page.get_by_label("코드 16자리").fill("7K2M-9QXD-4TBA-6HWN")
    press(page, "등록")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("코드 16자리")).to_have_value("7K2M-9QXD-4TBA-6HWN")
    page.get_by_label("코드 16자리").fill(running.place.code().lower())
    press(page, "등록")
    expect(page.get_by_role("status")).to_contain_text("이제 내 배터리입니다.")


def sees_health(page: Page) -> str:
    figure = page.locator(".own-health__figure").inner_text()
    assert re.fullmatch(r"\d{2,3}(\.\d)?\s*%", figure)
    expect(page.locator(".own-health__range-text")).to_contain_text("가능성이 90")
    expect(page.get_by_role("heading", name="마지막 충전")).to_be_visible()
    expect(page.locator(".own-beside")).to_contain_text("인증 에너지 상태(SOCE)")
    return figure


def shares_for_three_days(page: Page, running: Running) -> tuple[list[str], str]:
    page.get_by_role("link", name="구매자에게 보여 주기").click()
    assert page.get_by_label("3일").is_checked()
    page.get_by_label("현재 용량, 출력, 저항").uncheck()
    page.get_by_label("사고 등 부정적 사건").uncheck()
    press(page, "미리 보기")
    assert not page.get_by_label("사고 등 부정적 사건").is_checked()
    previewed = shown_labels(page)
    assert previewed == ["배터리 상태"]
    press(page, "링크 만들기")
    link = page.locator("#link").inner_text()
    assert re.fullmatch(rf"{running.address}/g/[A-Za-z0-9_-]{{43}}", link)
    return previewed, link


def buyer_sees_exactly(
    page: Page, running: Running, link: str, *, previewed: list[str], figure: str
) -> None:
    page.goto(link)
    expect(page).to_have_url(f"{running.address}/shared")
    assert shown_labels(page) == previewed
    expect(page.locator(".own-health__figure")).to_have_text(figure)
    expect(page.locator(".identity__standing")).to_contain_text("3일 남음")
    text = page.get_by_role("main").inner_text()
    assert "검증했습니다" in text
    for withheld in ("내부저항(현재)", "누적 충방전 횟수", "사용 중 온도", "김하나"):
        assert withheld not in text


def keeps_a_proof_without_what_was_withheld(page: Page, running: Running, file: Path) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="증명 파일 내려받기").click()
    download.value.save_as(file)
    proof = file.read_bytes()
    trust = trust_file(running.place.installation).encode()
    assert verify_bundle(proof, trust).sections == ()
    page.goto(f"{running.address}/my/looks")
    assert "내 배터리를 본 기록" not in page.content()


def sees_the_look(page: Page, running: Running) -> None:
    page.goto(f"{running.address}/my/looks")
    row = page.get_by_role("row").nth(1).inner_text()
    for told in ("내 링크를 가진 사람", "링크 1", "구매 검토", "배터리 상태"):
        assert told in row
    expect(page.get_by_role("row")).to_have_count(2)


def takes_it_back(page: Page, running: Running) -> None:
    page.goto(f"{running.address}/my/grants")
    expect(page.get_by_role("main")).to_contain_text("브라우저 1곳에서 열림")
    press(page, "링크 1 거두기")
    expect(page.get_by_role("status")).to_be_visible()


def is_refused(page: Page, running: Running, link: str) -> None:
    for address in (f"{running.address}/shared", link, f"{running.address}/shared/proof"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 404
        assert title(page) == "이 링크로는 볼 수 있는 것이 없습니다"


def shown_labels(page: Page) -> list[str]:
    return page.locator(".own-showing__row dt").all_inner_texts()


@pytest.fixture(scope="module")
def owner_session(running: Running) -> str:
    """The session of somebody who owns the car, with an open link and a look."""
    place = running.place
    person_id = place.person("looks@example.org")
    with place.stores().writing() as stores:
        now = place.installation.clock.now()
        current = stores.ownerships.current(place.battery.battery_id)
        if current is not None:
            stores.claiming.end(place.battery.battery_id, now)
    code = place.code()
    with place.stores().writing() as stores:
        stores.claiming.claim(person_id, code, place.installation.clock.now())
    return place.session(person_id)


def enter(page: Page, running: Running, session: str) -> None:
    page.context.add_cookies([{"name": "bp_session", "value": session, "url": running.address}])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("code", ["ko", "en"])
def test_every_page_fits_complains_of_nothing_and_is_accessible(
    running: Running,
    browser: Browser,
    owner_session: str,
    axe: str,
    code: str,
    width: int,
    scheme: Scheme,
) -> None:
    with visiting(browser, width=width, scheme=scheme) as visit:
        enter(visit.page, running, owner_session)
        for path in OWNER_PAGES:
            visit.page.goto(f"{running.address}{path}?lang={code}")
            expect(visit.page.get_by_role("heading", level=1)).to_have_count(1)
            assert visit.page.locator("main .primary").count() <= 1, path
            overflow = visit.page.evaluate(
                "document.querySelector('main').scrollWidth - document.documentElement.clientWidth"
            )
            assert overflow <= 0, path
            assert serious(visit.page, axe) == [], path
        assert visit.complaints == []


def serious(page: Page, axe: str) -> list[Any]:
    """Return the serious findings within the page's own part."""
    # Evaluated rather than added as an element: the policy allows no inline script.
    page.evaluate(axe)
    found = page.evaluate("axe.run('main', {resultTypes: ['violations']})")
    return [
        (each["id"], [node["target"] for node in each["nodes"][:3]])
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]


def test_one_takes_everything_along_and_leaves(
    running: Running, browser: Browser, owner_session: str, tmp_path: Path
) -> None:
    with visiting(browser, width=PHONE, script=False) as visit:
        page = visit.page
        enter(page, running, owner_session)
        page.goto(f"{running.address}/my/consents?lang=ko")
        press(page, "동의합니다: 연구 활용")
        page.goto(f"{running.address}/my/data?lang=ko")
        with page.expect_download() as download:
            page.get_by_role("main").get_by_role("button", name="내 정보 내려받기").click()
        download.value.save_as(tmp_path / "data.zip")
        with zipfile.ZipFile(tmp_path / "data.zip") as archive:
            document = json.loads(archive.read("my-data.json"))
            readable = archive.read("my-data.html").decode()
        assert document["account"]["email"] == "looks@example.org"
        assert document["batteries"][0]["identifier"] == str(running.place.battery.identifier)
        assert [each["purpose"] for each in document["consents"]] == ["research"]
        assert {"battery-claimed", "consent-given", "person-exported"} <= {
            each["act"] for each in document["acts"]
        }
        assert "looks@example.org" in readable

        page.goto(f"{running.address}/my/data?lang=ko")
        page.get_by_label("확인을 위해 다음을 입력하세요").fill("네")
        press(page, "영구 삭제")
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("확인을 위해 다음을 입력하세요").fill("내 정보 삭제")
        press(page, "영구 삭제")
        expect(page.get_by_role("heading", level=1)).to_have_text("내 정보를 삭제했습니다")
        gone = page.goto(f"{running.address}/my")
        assert gone is not None
        assert gone.status == 401
    running.place.settle()
    answer = audit(running.place.installation, {})
    assert (answer["intact"], answer["finding"]) == (True, None)
    assert isinstance(answer["erased"], int)
    assert answer["erased"] >= 4
    with running.place.installation.database.read() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr] # SQLite's own
    assert "looks@example.org" not in dump
