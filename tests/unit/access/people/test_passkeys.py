"""Passkeys over the real WebAuthn library: one challenge, one answer, one browser, one site."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from battery_passport.access.errors import PasskeyRefused
from battery_passport.access.people.challenges import ANSWER_WITHIN, CLOCK_SKEW
from battery_passport.access.people.erasing import erase_person
from battery_passport.access.people.passkeys import (
    MOST_PASSKEYS,
    Answer,
    Browser,
    add_passkey,
    options_to_add,
    options_to_sign_in,
    remove_passkey,
    sign_in_with_passkey,
    spend_challenge,
)
from battery_passport.access.records.people import ChallengeUse, Person
from battery_passport.adapters.passkeys.relying_party import RelyingParty
from tests.factories.authenticator import PRESENT, VERIFIED, Authenticator
from tests.factories.people import ADDRESS, Office, person, signed_in

SITE = RelyingParty(ADDRESS)
BROWSER = Browser(secret="cookie of this browser", origin=ADDRESS, label="Chrome")


def _options_to_add(made: Office, who: Person) -> str:
    with made.desks.transaction() as desk:
        return options_to_add(desk, SITE, who, browser=BROWSER.secret)


def _given(made: Office, use: ChallengeUse, answer: str, browser: Browser) -> Answer:
    with made.desks.transaction() as desk:
        spent = spend_challenge(desk, use, answer, browser=browser.secret)
    return Answer(text=answer, browser=browser, spent=spent)


def _add(made: Office, who: Person, answer: str, browser: Browser = BROWSER) -> None:
    given = _given(made, ChallengeUse.ADD_PASSKEY, answer, browser)
    with made.desks.transaction() as desk:
        add_passkey(desk, SITE, who, given, label="전화기")


def _options_to_sign_in(made: Office) -> str:
    with made.desks.transaction() as desk:
        return options_to_sign_in(desk, SITE, browser=BROWSER.secret)


def _sign_in(made: Office, answer: str, browser: Browser = BROWSER) -> str:
    given = _given(made, ChallengeUse.USE_PASSKEY, answer, browser)
    with made.desks.transaction() as desk:
        return sign_in_with_passkey(desk, SITE, given)


def _refused(made: Office, answer: str, browser: Browser = BROWSER) -> None:
    with pytest.raises(PasskeyRefused):
        _sign_in(made, answer, browser)


def _enrolled(made: Office) -> tuple[Person, Authenticator]:
    who, device = person(made), Authenticator(origin=ADDRESS)
    _add(made, who, device.make(_options_to_add(made, who)))
    return who, device


def test_a_passkey_signs_in(made: Office) -> None:
    who, device = _enrolled(made)
    token = _sign_in(made, device.sign(_options_to_sign_in(made)))
    assert signed_in(made, token).person.person_id == who.person_id
    with made.desks.reading() as desk:
        (kept,) = desk.people.passkeys_of(who.person_id)
    assert kept.sign_count == device.count


def test_the_options_name_site_and_person(made: Office) -> None:
    who, device = _enrolled(made)
    options = json.loads(_options_to_add(made, who))
    assert options["rp"]["id"] == "localhost"
    assert options["user"]["displayName"] == "김민지"
    assert len(options["excludeCredentials"]) == 1
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert (
        "allowCredentials" not in json.loads(_options_to_sign_in(made))
        or not json.loads(_options_to_sign_in(made))["allowCredentials"]
    )
    assert device.credential_id


def test_an_answer_is_taken_once(made: Office) -> None:
    _who, device = _enrolled(made)
    answer = device.sign(_options_to_sign_in(made))
    _sign_in(made, answer)
    _refused(made, answer)


def test_an_answer_is_taken_in_time_with_some_skew(made: Office) -> None:
    _who, device = _enrolled(made)
    early, late = _options_to_sign_in(made), _options_to_sign_in(made)
    made.wait(ANSWER_WITHIN + CLOCK_SKEW - timedelta(seconds=1))
    _sign_in(made, device.sign(early))
    made.wait(timedelta(seconds=1))
    _refused(made, device.sign(late))


def test_a_clock_that_went_back_still_accepts(made: Office) -> None:
    _who, device = _enrolled(made)
    options = _options_to_sign_in(made)
    made.wait(-timedelta(minutes=3))
    assert _sign_in(made, device.sign(options))


def test_an_answer_of_another_browser_is_refused(made: Office) -> None:
    _who, device = _enrolled(made)
    answer = device.sign(_options_to_sign_in(made))
    _refused(made, answer, replace(BROWSER, secret="cookie of another browser"))


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://battery-passport.evil.example"},
        {"origin": "http://localhost.evil.example"},
        {"site": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"count": -1},
        {"credential_id": b"another"},
    ],
)
def test_what_another_site_or_device_signed_is_refused(
    made: Office, changes: dict[str, object]
) -> None:
    _who, device = _enrolled(made)
    for name, value in changes.items():
        setattr(device, name, value)
    _refused(made, device.sign(_options_to_sign_in(made)))


def test_a_page_of_another_site_cannot_hand_in_its_own_origin(made: Office) -> None:
    _who, device = _enrolled(made)
    device.origin = "https://evil.example"
    browser = replace(BROWSER, origin="https://evil.example")
    _refused(made, device.sign(_options_to_sign_in(made)), browser)


def test_another_key_is_refused(made: Office) -> None:
    _who, device = _enrolled(made)
    device.key = Authenticator(origin=ADDRESS).key
    _refused(made, device.sign(_options_to_sign_in(made)))


def test_a_copied_authenticator_shows_by_its_counter(made: Office) -> None:
    _who, device = _enrolled(made)
    _sign_in(made, device.sign(_options_to_sign_in(made)))
    device.count = 0
    _refused(made, device.sign(_options_to_sign_in(made)))


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"response": 7}',
        '{"response": {"clientDataJSON": "!!!"}}',
        '{"response": {"clientDataJSON": "e30"}}',
        "[" * 5_000,
        "x" * 20_000,
    ],
)
def test_other_texts_are_no_answer(made: Office, answer: str) -> None:
    _refused(made, answer)


def test_an_answer_that_fails_uses_up_its_challenge(made: Office) -> None:
    _who, device = _enrolled(made)
    options = _options_to_sign_in(made)
    device.flags = PRESENT
    _refused(made, device.sign(options))
    device.flags = PRESENT | VERIFIED
    _refused(made, device.sign(options))
    assert _sign_in(made, device.sign(_options_to_sign_in(made)))


def test_an_answer_from_another_browser_uses_up_its_challenge(made: Office) -> None:
    _who, device = _enrolled(made)
    answer = device.sign(_options_to_sign_in(made))
    _refused(made, answer, replace(BROWSER, secret="cookie of another browser"))
    _refused(made, answer)


def test_a_challenge_to_sign_in_adds_no_passkey(made: Office) -> None:
    who, device = person(made), Authenticator(origin=ADDRESS)
    with pytest.raises(PasskeyRefused):
        _add(made, who, device.make(_options_to_sign_in(made)))


def test_a_passkey_is_added_by_whom_the_challenge_was_for(made: Office) -> None:
    who, other = person(made), person(made, email="b@example.org")
    answer = Authenticator(origin=ADDRESS).make(_options_to_add(made, who))
    with pytest.raises(PasskeyRefused):
        _add(made, other, answer)


def test_one_passkey_has_one_account(made: Office) -> None:
    _who, device = _enrolled(made)
    other = person(made, email="b@example.org")
    with pytest.raises(PasskeyRefused):
        _add(made, other, device.make(_options_to_add(made, other)))


def test_passkeys_are_few(made: Office) -> None:
    who = person(made)
    for number in range(MOST_PASSKEYS):
        device = Authenticator(origin=ADDRESS, credential_id=f"device {number}".encode())
        _add(made, who, device.make(_options_to_add(made, who)))
    with pytest.raises(PasskeyRefused, match="Remove one"):
        _options_to_add(made, who)


def test_removed_and_erased_passkeys_open_nothing(made: Office) -> None:
    who, device = _enrolled(made)
    other = person(made, email="b@example.org")
    with made.desks.transaction() as desk:
        remove_passkey(desk, other, device.credential_id)
    _sign_in(made, device.sign(_options_to_sign_in(made)))
    with made.desks.transaction() as desk:
        erase_person(desk, who.person_id)
    _refused(made, device.sign(_options_to_sign_in(made)))
