"""Registering and recovering: letters always, accounts only through them, nothing told."""

from datetime import timedelta

import pytest

from battery_passport.access.errors import LinkNotUsable
from battery_passport.access.people.reading import profile_of
from battery_passport.access.people.recovering import (
    RECOVER_WITHIN,
    ask_for_recovery,
    recover,
    recoverable,
)
from battery_passport.access.people.registering import (
    CONFIRM_WITHIN,
    check_newcomer,
    confirm_registration,
    register,
)
from battery_passport.access.people.sessions import find_session
from tests.factories.people import (
    EMAIL,
    NAME,
    PASSWORD,
    QUICK_PASSWORDS,
    Office,
    person,
    session,
    until_refused,
)


def _register(made: Office, email: str = EMAIL, source: str = "192.0.2.1") -> None:
    newcomer = check_newcomer(name=NAME, email=email, password=PASSWORD, language="ko")
    with made.desks.transaction() as desk:
        register(desk, newcomer, password_hash=QUICK_PASSWORDS.hash(PASSWORD), source=source)


def _ask(made: Office, email: str = EMAIL) -> None:
    with made.desks.transaction() as desk:
        ask_for_recovery(desk, email=email, source="192.0.2.1", language="ko")


def test_an_account_is_made_by_the_letters_link_once(made: Office) -> None:
    _register(made)
    with made.desks.transaction() as desk:
        found = confirm_registration(desk, made.token())
        assert profile_of(desk, found).name == NAME
    with pytest.raises(LinkNotUsable), made.desks.transaction() as desk:
        confirm_registration(desk, made.token())


def test_without_the_link_there_is_no_account(made: Office) -> None:
    _register(made)
    made.wait(CONFIRM_WITHIN)
    with pytest.raises(LinkNotUsable), made.desks.transaction() as desk:
        confirm_registration(desk, made.token())


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "../../etc", "é" * 43])
def test_guessed_links_do_nothing(made: Office, token: str) -> None:
    with pytest.raises(LinkNotUsable), made.desks.transaction() as desk:
        confirm_registration(desk, token)


def test_a_taken_address_gets_another_letter_and_no_account(made: Office) -> None:
    person(made)
    _register(made, email=EMAIL.upper())
    assert "이미 계정이 있습니다" in made.letters()[-1].subject
    assert made.link() == "/sign-in"


def test_two_who_register_one_address_get_one_account(made: Office) -> None:
    _register(made)
    first = made.token()
    _register(made)
    second = made.token()
    with made.desks.transaction() as desk:
        confirm_registration(desk, second)
    with pytest.raises(LinkNotUsable), made.desks.transaction() as desk:
        confirm_registration(desk, first)


def test_nobody_fills_anothers_mailbox(made: Office) -> None:
    assert until_refused(lambda attempt: _register(made, source=f"192.0.2.{attempt}")) == 4
    made.wait(timedelta(minutes=1))
    _register(made)
    assert until_refused(lambda _attempt: _ask(made)) == 0
    assert len(made.letters()) == 5


def test_one_source_cannot_write_to_everybody(made: Office) -> None:
    done = until_refused(lambda attempt: _register(made, email=f"a{attempt}@example.org"))
    assert done == 20


def test_recovery_sets_a_password_and_ends_every_session(made: Office) -> None:
    who = person(made)
    token = session(made, who)
    _ask(made)
    with made.desks.transaction() as desk:
        assert recoverable(desk, made.token()).email == EMAIL
        recover(desk, made.token(), password_hash=QUICK_PASSWORDS.hash("quite another sentence"))
    with made.desks.reading() as desk:
        changed = desk.people.person(who.person_id)
        assert changed is not None
        assert find_session(desk, token) is None
    assert QUICK_PASSWORDS.matches(changed.password_hash or "", "quite another sentence")
    assert "비밀번호가 바뀌었습니다" in made.letters()[-1].subject


def test_a_recovery_link_works_once_and_in_time(made: Office) -> None:
    person(made)
    _ask(made)
    token = made.token()
    made.wait(RECOVER_WITHIN)
    for _attempt in range(2):
        with pytest.raises(LinkNotUsable), made.desks.transaction() as desk:
            recover(desk, token, password_hash="x")


def test_a_newer_letter_makes_the_older_link_useless(made: Office) -> None:
    person(made)
    _ask(made)
    older = made.token()
    _ask(made)
    with pytest.raises(LinkNotUsable), made.desks.transaction() as desk:
        recover(desk, older, password_hash="x")


def test_an_address_without_account_gets_a_letter_too(made: Office) -> None:
    _ask(made, "nobody@example.org")
    assert made.letters()[-1].to == "nobody@example.org"
    assert made.link() == "/register"


def test_a_registration_link_recovers_nothing(made: Office) -> None:
    _register(made)
    with pytest.raises(LinkNotUsable), made.desks.transaction() as desk:
        recover(desk, made.token(), password_hash="x")
    made.wait(timedelta(seconds=1))
    with made.desks.transaction() as desk:
        confirm_registration(desk, made.token())
