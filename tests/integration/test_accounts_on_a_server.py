"""Accounts on a real server: the first administrator, letters, kills, two installations apart."""

import email
import email.policy
import html
import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from battery_passport.adapters.sql.row_digest import register
from tests.factories.people import PASSWORD
from tests.integration.support.homes import TestHome
from tests.integration.support.servers import Server, running_server, start_server

pytestmark = pytest.mark.integration

ADMINISTRATOR = "officer@busan.example"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Browser:
    """A cookie jar that sends forms of our pages to a server."""

    def __init__(self, server: Server) -> None:
        self.http = httpx.Client(
            base_url=f"http://localhost:{server.port}",
            headers={"accept": "text/html", "accept-language": "en"},
            timeout=60,
        )

    def send(self, path: str, *, page: str | None = None, **fields: str) -> httpx.Response:
        found = _CSRF.search(self.http.get(page or path).text)
        assert found
        return self.http.post(path, data={"csrf": html.unescape(found[1]), **fields})


Open = Callable[[Server], Browser]


@pytest.fixture(scope="module")
def opened() -> Iterator[Open]:
    """Opens browsers, which are closed at the end."""
    browsers: list[Browser] = []

    def open_browser(server: Server) -> Browser:
        browsers.append(Browser(server))
        return browsers[-1]

    yield open_browser
    for browser in browsers:
        browser.http.close()


def _invite(server: Server, *, city: str = "busan", address: str = ADMINISTRATOR) -> str:
    answer = server.ask("admin-invite", {"email": address, "city": city})
    return "/" + str(answer["link"]).split("/", 3)[3]


def _letters(home: TestHome) -> list[email.message.EmailMessage]:
    read = []
    for path in sorted((home.folder / "outbox").glob("*.eml")):
        assert path.stat().st_mode & 0o077 == 0
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, email.message.EmailMessage)
        read.append(message)
    return read


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> TestHome:
    return TestHome(tmp_path_factory.mktemp("accounts") / "home")


@pytest.fixture(scope="module")
def server(home: TestHome) -> Iterator[Server]:
    with running_server(home) as running:
        yield running


@pytest.fixture(scope="module")
def officer(server: Server, opened: Open) -> Browser:
    """The first administrator, who accepted his invitation."""
    browser = opened(server)
    link = _invite(server)
    accepted = browser.send(link, name="박서준", password=PASSWORD)
    assert (accepted.status_code, accepted.headers["location"]) == (303, "/home")
    return browser


def test_the_first_administrator_comes_by_a_letter(home: TestHome, officer: Browser) -> None:
    (letter,) = _letters(home)
    assert letter["To"] == ADMINISTRATOR
    assert "부산광역시" in letter.get_content()
    assert officer.http.get("/approvals").status_code == 200
    assert "부산광역시" in officer.http.get("/organisation").text


def test_acts_stand_in_the_log_without_names(
    home: TestHome, server: Server, officer: Browser
) -> None:
    assert officer.http.get("/account").status_code == 200
    server.wait_until_settled()
    with sqlite3.connect(home.database) as connection:
        records = [row[0] for row in connection.execute("SELECT record FROM audit_records")]
        unlogged = "SELECT count(*) FROM facts WHERE kind = 'act-recorded' AND log_index IS NULL"
        assert connection.execute(unlogged).fetchone() == (0,)
    acts = {json.loads(record)["act"] for record in records}
    assert {"city-added", "member-invited", "member-joined"} <= acts
    joined = b" ".join(records)
    assert ADMINISTRATOR.encode() not in joined
    assert "박서준".encode() not in joined


def test_nothing_in_clear_lies_in_the_home(home: TestHome, officer: Browser) -> None:
    token = officer.http.cookies["bp_session"]
    private = [ADMINISTRATOR, "박서준", PASSWORD, token]
    for path in home.folder.rglob("*"):
        if path.is_file() and path.parent.name != "outbox":
            octets = path.read_bytes()
            assert [each for each in private if each.encode() in octets] == [], path


def test_the_log_of_the_server_holds_nothing_personal(server: Server, officer: Browser) -> None:
    link = _invite(server, address="second@busan.example")
    officer.http.get(link)
    officer.http.get(f"/sign-in?next=/x&email={ADMINISTRATOR}")
    said = server.said()
    secret = link.rsplit("/", 1)[1]
    assert "demonstration only" in said
    for private in (ADMINISTRATOR, "second@busan.example", secret, "박서준", PASSWORD):
        assert private not in said


def test_a_session_outlives_a_kill_of_the_server(tmp_path: Path, opened: Open) -> None:
    home = TestHome(tmp_path / "home")
    server = start_server(home)
    browser = opened(server)
    browser.send(_invite(server), name="박서준", password=PASSWORD)
    server.kill()
    with running_server(home) as again:
        other = opened(again)
        for name, value in browser.http.cookies.items():
            other.http.cookies.set(name, value)
        assert other.http.get("/account").status_code == 200
        signed_out = other.send("/sign-out", page="/account")
        assert signed_out.status_code == 303
        assert other.http.get("/account").status_code == 401


def test_a_session_of_another_installation_opens_nothing(
    tmp_path: Path, officer: Browser, opened: Open
) -> None:
    with running_server(TestHome(tmp_path / "other")) as other:
        stranger = opened(other)
        stranger.http.cookies.set("bp_session", officer.http.cookies["bp_session"])
        assert stranger.http.get("/account").status_code == 401


def test_a_link_used_by_many_at_once_makes_one_account(server: Server, opened: Open) -> None:
    address = "many@busan.example"
    link = _invite(server, address=address)
    browsers = [opened(server) for _ in range(6)]
    tokens = [_CSRF.search(each.http.get(link).text) for each in browsers]
    answers: list[int] = []

    def accept(browser: Browser, token: re.Match[str] | None) -> None:
        assert token
        fields = {"csrf": html.unescape(token[1]), "name": "이영희", "password": PASSWORD}
        answers.append(browser.http.post(link, data=fields).status_code)

    threads = [
        threading.Thread(target=accept, args=pair) for pair in zip(browsers, tokens, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303] + [410] * 5


def test_collection_goes_on_while_passwords_are_checked(server: Server, opened: Open) -> None:
    """Slow hashes hold no lock: a page answers while sign-ins are being refused."""
    visitors = [opened(server) for _ in range(4)]

    def guess(browser: Browser) -> None:
        browser.send("/sign-in", email="nobody@busan.example", password="a wrong sentence")

    threads = [threading.Thread(target=guess, args=(each,)) for each in visitors]
    for thread in threads:
        thread.start()
    assert server.get("/healthz")[0] == 200
    for thread in threads:
        thread.join()


def test_a_damaged_record_fails_without_telling_anything(tmp_path: Path, opened: Open) -> None:
    home = TestHome(tmp_path / "home")
    with running_server(home) as server:
        browser = opened(server)
        browser.send(_invite(server), name="박서준", password=PASSWORD)
        with sqlite3.connect(home.database) as connection:
            register(connection)
            connection.execute("UPDATE subject_keys SET wrapped = x'00'")
        response = browser.http.get("/account")
        assert response.status_code == 500
        assert "Traceback" not in response.text
        assert "subject_keys" not in response.text
        assert server.get("/healthz")[0] == 200
