"""Signing in with a password: counted first, alike for all, and never locked out by strangers."""

from datetime import timedelta

import pytest

from battery_passport.access.errors import SignInRefused, TooManyAttempts
from battery_passport.access.people.changing import (
    ask_for_password,
    change_profile,
    replace_password,
)
from battery_passport.access.people.erasing import erase_person
from battery_passport.access.people.reading import profile_of
from battery_passport.access.people.signing_in import (
    Admission,
    Candidate,
    admit,
    consider,
    proves,
    renew_hash,
)
from tests.factories.people import (
    EMAIL,
    PASSWORD,
    QUICK_PASSWORDS,
    Office,
    person,
    session,
    signed_in,
    until_refused,
)

STRANGER, HOME = "203.0.113.7", "192.0.2.1"


def _consider(
    made: Office, *, email: str = EMAIL, source: str = HOME, known: str = ""
) -> Candidate:
    with made.desks.transaction() as desk:
        return consider(desk, email=email, source=source, known_browser=known)


def _sign_in(
    made: Office,
    *,
    email: str = EMAIL,
    password: str = PASSWORD,
    source: str = HOME,
    known: str = "",
) -> Admission:
    with made.desks.transaction() as desk:
        candidate = consider(desk, email=email, source=source, known_browser=known)
    if not proves(QUICK_PASSWORDS, candidate, password):
        raise SignInRefused("no")
    with made.desks.transaction() as desk:
        return admit(desk, candidate, email=email, label="Chrome")


def test_the_right_password_begins_a_session(made: Office) -> None:
    who = person(made)
    admission = _sign_in(made, email=EMAIL.upper())
    assert signed_in(made, admission.token).person.person_id == who.person_id


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "another sentence entirely"),
        (EMAIL, ""),
        (EMAIL, "x" * 100_000),
        ("nobody@example.org", PASSWORD),
        ("", ""),
        ("not an address", PASSWORD),
    ],
)
def test_everything_else_is_refused_alike(made: Office, email: str, password: str) -> None:
    person(made)
    with pytest.raises(SignInRefused, match="no"):
        _sign_in(made, email=email, password=password)


def test_an_account_without_password_takes_none(made: Office) -> None:
    person(made, password=None)
    with pytest.raises(SignInRefused):
        _sign_in(made, password="")


def test_failures_are_counted_before_they_are_known(made: Office) -> None:
    """Many at once do not slip through between counting and checking."""
    person(made)
    assert until_refused(lambda _attempt: _consider(made, source=STRANGER)) == 5


def test_waiting_grows_and_ends(made: Office) -> None:
    person(made)
    for _attempt in range(5):
        with pytest.raises(SignInRefused):
            _sign_in(made, password="a wrong sentence here")
    with pytest.raises(TooManyAttempts):
        _sign_in(made)
    made.wait(timedelta(seconds=2))
    assert _sign_in(made).token


def test_strangers_do_not_lock_out_a_browser_that_was_here(made: Office) -> None:
    person(made)
    known = _sign_in(made).known_browser
    for _attempt in range(60):
        with pytest.raises((SignInRefused, TooManyAttempts)):
            _sign_in(made, password="a wrong sentence here", source=STRANGER)
    with pytest.raises(TooManyAttempts):
        _sign_in(made)
    assert _sign_in(made, known=known).token


@pytest.mark.parametrize("known", ["x", "a.b", "." * 300, "é.é"])
def test_a_made_up_mark_counts_as_a_stranger(made: Office, known: str) -> None:
    person(made)
    assert until_refused(lambda _attempt: _consider(made, known=known)) == 5


def test_anothers_mark_counts_as_a_stranger(made: Office) -> None:
    person(made)
    person(made, email="b@example.org")
    others = _sign_in(made, email="b@example.org").known_browser
    assert until_refused(lambda _attempt: _consider(made, known=others)) == 5


def test_one_source_cannot_try_one_password_on_all(made: Office) -> None:
    done = until_refused(
        lambda attempt: _consider(made, email=f"a{attempt}@example.org", source=STRANGER)
    )
    assert done == 30


def test_a_password_changed_meanwhile_does_not_let_in(made: Office) -> None:
    who = person(made)
    with made.desks.transaction() as desk:
        candidate = consider(desk, email=EMAIL, source=HOME, known_browser="")
        renew_hash(desk, who.person_id, old=candidate.password_hash, new="$argon2id$other")
    with pytest.raises(SignInRefused), made.desks.transaction() as desk:
        admit(desk, candidate, email=EMAIL, label="")


def test_an_erased_account_lets_nobody_in(made: Office) -> None:
    who = person(made)
    with made.desks.transaction() as desk:
        candidate = consider(desk, email=EMAIL, source=HOME, known_browser="")
        erase_person(desk, who.person_id)
    with pytest.raises(SignInRefused), made.desks.transaction() as desk:
        admit(desk, candidate, email=EMAIL, label="")
    with pytest.raises(SignInRefused):
        _sign_in(made)


def test_a_new_password_ends_the_other_sessions(made: Office) -> None:
    who = person(made)
    here, elsewhere = session(made, who), session(made, who)
    found = signed_in(made, here)
    with made.desks.transaction() as desk:
        challenged = ask_for_password(desk, found)
        replace_password(desk, challenged, password_hash=QUICK_PASSWORDS.hash("a newer sentence"))
    signed_in(made, here)
    with pytest.raises(AssertionError):
        signed_in(made, elsewhere)


def test_the_old_password_cannot_be_guessed_in_an_open_session(made: Office) -> None:
    found = signed_in(made, session(made, person(made)))

    def ask(_attempt: int) -> None:
        with made.desks.transaction() as desk:
            ask_for_password(desk, found)

    assert until_refused(ask) == 5


def test_name_and_language_change_sealed(made: Office) -> None:
    who = person(made)
    with made.desks.transaction() as desk:
        change_profile(desk, who, name="이영희", language="en")
        again = desk.people.person(who.person_id)
        assert again is not None
        profile = profile_of(desk, again)
    assert (profile.name, profile.language) == ("이영희", "en")
