"""Getting in and out: cookies, forged forms, hostile input, the same answer for all."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI

from tests.factories.accounts_site import Guest, accounts_application, guest
from tests.factories.people import ADDRESS, EMAIL, NAME, PASSWORD, Office, person
from tests.factories.web import Logs

SECRETS = re.compile(r"argon2|Traceback|sqlalchemy|bp_session=[A-Za-z0-9]")
BIDI = "\u202e"
HOSTILE = (
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "%(wait)s %s %d",
    "\x00",
    f"{BIDI}evil",
    "P\u0430ul",
    "a" * 20_000,
    "\r\nSet-Cookie: x=y",
    "../../../etc/passwd",
    "",
)
FORMS = ("/sign-in", "/register", "/recover")


def test_signing_in_gives_a_strict_cookie_and_leads_on(made: Office, visitor: Guest) -> None:
    person(made)
    response = visitor.sign_in()
    assert (response.status_code, response.headers["location"]) == (303, "/account")
    cookies = response.headers.get_list("set-cookie")
    (session,) = (each for each in cookies if each.startswith("bp_session="))
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert "Path=/" in session
    assert response.headers["cache-control"] == "no-store"
    page = visitor.get("/account")
    assert EMAIL in page.text
    assert page.headers["cache-control"] == "no-store"


def test_off_loopback_cookies_are_bound_to_the_host(made: Office) -> None:
    person(made)
    address = "https://passport.example.org"
    visitor = guest(accounts_application(made, address=address), address=address)
    cookies = visitor.sign_in().headers.get_list("set-cookie")
    (session,) = (each for each in cookies if each.startswith("__Host-bp_session="))
    assert "Secure" in session
    assert "Domain" not in session


def test_every_sign_in_begins_a_new_session(made: Office, visitor: Guest) -> None:
    person(made)
    visitor.http.cookies.set("bp_session", "a" * 43, domain="localhost.local")
    visitor.sign_in()
    first = visitor.http.cookies["bp_session"]
    assert first != "a" * 43
    csrf = visitor.csrf("/account")
    again = visitor.http.post("/sign-in", data={"csrf": csrf, "email": EMAIL, "password": PASSWORD})
    assert again.status_code == 303
    second = visitor.http.cookies["bp_session"]
    visitor.http.cookies.set("bp_session", first, domain="localhost.local")
    assert second != first
    assert visitor.get("/account").status_code == 401


def test_signing_out_ends_the_session_everywhere_it_was_copied(
    application: FastAPI, made: Office, visitor: Guest
) -> None:
    person(made)
    visitor.sign_in()
    stolen = visitor.http.cookies["bp_session"]
    response = visitor.send("/sign-out", page="/account")
    assert response.status_code == 303
    assert 'bp_session=""' in " ".join(response.headers.get_list("set-cookie"))
    thief = guest(application)
    thief.http.cookies.set("bp_session", stolen, domain="localhost.local")
    assert thief.get("/account").status_code == 401


def test_an_expired_session_leads_back_to_sign_in(made: Office, visitor: Guest) -> None:
    person(made)
    visitor.sign_in()
    made.wait(timedelta(minutes=31))
    assert visitor.get("/account").status_code == 401
    assert visitor.get("/sign-in").status_code == 200


def test_a_wrong_password_and_a_wrong_address_look_alike(made: Office, visitor: Guest) -> None:
    person(made)
    answers = [
        visitor.sign_in(email, password)
        for email, password in ((EMAIL, "a wrong sentence"), ("nobody@example.org", PASSWORD))
    ]
    texts = {each.text.replace(EMAIL, "").replace("nobody@example.org", "") for each in answers}
    assert [each.status_code for each in answers] == [401, 401]
    assert len(texts) == 1
    assert all("a wrong sentence" not in each.text for each in answers)
    assert EMAIL in answers[0].text


@pytest.mark.parametrize("form", ["/register", "/recover"])
def test_registering_and_recovering_tell_nothing(made: Office, visitor: Guest, form: str) -> None:
    person(made)
    fields = {"name": NAME, "password": "another pebble entirely", "lang": "en"}
    answers = [visitor.send(form, email=email, **fields) for email in (EMAIL, "nobody@example.org")]
    texts = {each.text.replace(EMAIL, "").replace("nobody@example.org", "") for each in answers}
    assert [each.status_code for each in answers] == [200, 200]
    assert len(texts) == 1
    assert len(made.letters()) == 2


def test_too_many_attempts_are_429_with_the_wait(made: Office, visitor: Guest) -> None:
    person(made)
    statuses = [visitor.sign_in(password="a wrong sentence").status_code for _ in range(7)]
    assert statuses[:5] == [401] * 5
    assert statuses[5:] == [429, 429]
    response = visitor.sign_in()
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) >= 1
    assert "Too many attempts" in response.text
    made.wait(timedelta(minutes=1))
    assert visitor.sign_in().status_code == 303


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_is_refused_plainly_and_shown_safely(
    made: Office, visitor: Guest, form: str
) -> None:
    for text in HOSTILE:
        response = visitor.send(form, email=text, name=text, password=text, next=text)
        assert response.status_code in (401, 422), text[:40]
        assert "<script>alert" not in response.text
        assert "<img src=x" not in response.text
        assert "x" not in response.cookies
        assert not SECRETS.search(response.text)
        if text.startswith("{{"):
            assert "{{ 7*7 }}" in response.text
    assert made.letters() == []


def test_nobody_is_led_to_another_site(made: Office, application: FastAPI) -> None:
    person(made)
    for wanted in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/a\r\nSet-Cookie: x=y",
        "/\u00e9vil",
        "/" + "a" * 600,
    ):
        response = guest(application).send("/sign-in", email=EMAIL, password=PASSWORD, next=wanted)
        assert response.headers["location"] == "/account"


def test_one_is_led_on_to_where_one_wanted_to_go(made: Office, visitor: Guest) -> None:
    person(made)
    response = visitor.send(
        "/sign-in", email=EMAIL, password=PASSWORD, next="/organisation/apply?lang=en"
    )
    assert response.headers["location"] == "/organisation/apply?lang=en"
    assert visitor.get("/sign-in?next=//evil.example").headers["location"] == "/account"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost.evil.example:8000"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused(
    made: Office, visitor: Guest, headers: dict[str, str]
) -> None:
    person(made)
    visitor.sign_in()
    csrf = visitor.csrf("/account")
    response = visitor.http.post("/sign-out", data={"csrf": csrf}, headers=headers)
    assert response.status_code == 403
    assert visitor.get("/account").status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/register", "/recover", "/sign-out"])
def test_a_form_without_our_token_is_refused(made: Office, visitor: Guest, path: str) -> None:
    person(made)
    if path == "/sign-out":
        visitor.sign_in()
    visitor.get("/sign-in")
    for csrf in ("", "x", "\u00e9", "a" * 43, "a" * 20_000):
        fields = {"csrf": csrf, "email": EMAIL, "password": PASSWORD}
        response = visitor.http.post(path, data=fields)
        assert response.status_code == 403
        assert "bp_session" not in response.cookies


def test_anothers_token_does_not_fit(application: FastAPI, made: Office, visitor: Guest) -> None:
    person(made)
    other = guest(application)
    visitor.get("/sign-in")
    fields = {"csrf": other.csrf("/sign-in"), "email": EMAIL, "password": PASSWORD}
    assert visitor.http.post("/sign-in", data=fields).status_code == 403


def test_our_own_page_is_let_in_under_either_name_of_this_machine(
    made: Office, visitor: Guest
) -> None:
    person(made)
    fields = {"email": EMAIL, "password": PASSWORD, "csrf": visitor.csrf("/sign-in")}
    headers = {"origin": ADDRESS, "sec-fetch-site": "same-origin"}
    assert visitor.http.post("/sign-in", data=fields, headers=headers).status_code == 303


def test_a_body_that_is_no_form_is_refused(visitor: Guest) -> None:
    visitor.get("/sign-in")
    headers = {"content-type": "application/x-www-form-urlencoded"}
    many = b"&".join(b"a=1" for _ in range(600))
    for body in (b"\xff\xfe", b"a=%FF", many, b"x" * 70_000):
        response = visitor.http.post("/sign-in", content=body, headers=headers)
        assert response.status_code in (403, 413, 422)


def test_looking_at_a_letters_link_uses_nothing_up(made: Office, visitor: Guest) -> None:
    visitor.send("/register", name=NAME, email=EMAIL, password=PASSWORD)
    for _scanner in range(3):
        assert visitor.get(made.link()).status_code == 200
    assert visitor.send(made.link()).headers["location"] == "/account"
    visitor.send("/sign-out", page="/account")
    assert visitor.send(made.link()).status_code == 410


def test_recovery_over_the_pages(application: FastAPI, made: Office, visitor: Guest) -> None:
    person(made)
    elsewhere = guest(application)
    elsewhere.sign_in()
    visitor.send("/recover", email=EMAIL)
    link = made.link()
    weak = visitor.send(link, password="password1234")
    assert weak.status_code == 422
    assert "password1234" not in weak.text
    done = visitor.send(link, password="a second pebble somewhere")
    assert done.headers["location"] == "/sign-in?note=password-set"
    assert elsewhere.get("/account").status_code == 401
    assert visitor.get(link).status_code == 410
    assert visitor.sign_in(password=PASSWORD).status_code == 401
    assert visitor.sign_in(password="a second pebble somewhere").status_code == 303


def test_nothing_personal_reaches_the_log(made: Office) -> None:
    logs = Logs()
    visitor = guest(accounts_application(made, logs=logs))
    visitor.send("/register", name=NAME, email=EMAIL, password=PASSWORD)
    token = made.token()
    visitor.send(made.link())
    visitor.get("/account")
    lines = " ".join(repr(line) for line in logs.access)
    for private in (EMAIL, NAME, PASSWORD, token, "bp_session"):
        assert private not in lines
    assert "/register/{token:str}" in lines
    assert logs.failures == []
