"""Lost passkeys: two administrators of the same city vouch, and neither is the person himself."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from battery_passport.access.errors import NotAllowedNow
from battery_passport.access.model import Principal, Role
from battery_passport.access.people.erasing import erase_person
from battery_passport.access.people.passkey_recovery import (
    OPEN_FOR,
    Waiting,
    ask_for_passkeys,
    turn_down,
    vouch,
    waiting_in,
)
from battery_passport.access.people.second_factor import Factor
from battery_passport.access.people.sessions import find_session
from battery_passport.access.policy.errors import NothingHere
from battery_passport.access.records.people import Passkey, Person
from tests.factories.people import Office, city, join, person, session, signed_in

BOTH = frozenset({Role.CITY_OFFICER, Role.ADMINISTRATOR})


def administrator(made: Office, name: str, *, region: str = "busan") -> Person:
    """Save an administrator who has a passkey."""
    who = person(made, email=f"{name}@{region}.example")
    join(made, who, city(made, region), roles=BOTH)
    with made.desks.transaction() as desk:
        desk.people.add_passkey(
            Passkey(
                credential_id=f"{name} {region}".encode(),
                person_id=who.person_id,
                public_key=b"a public key",
                sign_count=1,
                label="전화기",
                added_at=desk.moment,
            )
        )
    return who


def acting(made: Office, who: Person) -> Principal:
    """Return the principal of an administrator who has shown his passkey."""
    token = session(made, who)
    with made.desks.transaction() as desk:
        found = find_session(desk, token)
        assert found
        desk.sessions.prove(
            found.session.session_id,
            token_digest=found.session.token_digest,
            moment=desk.moment,
        )
    return signed_in(made, token).principal


def lost(made: Office, who: Person) -> str:
    """Sign in with a password, say that the passkeys are lost, and return the session's token."""
    token = session(made, who)
    found = signed_in(made, token)
    with made.desks.transaction() as desk:
        ask_for_passkeys(desk, found)
    return token


def waiting(made: Office, who: Person) -> Sequence[Waiting]:
    principal = acting(made, who)
    with made.desks.reading() as desk:
        return waiting_in(desk, principal)


def say_yes(made: Office, who: Person) -> bool:
    (asked,) = waiting(made, who)
    principal = acting(made, who)
    with made.desks.transaction() as desk:
        return vouch(desk, principal, asked.recovery.recovery_id)


def test_two_administrators_free_somebody_to_make_new_passkeys(strict: Office) -> None:
    who, first, second = (administrator(strict, name) for name in ("minji", "seojun", "hajun"))
    token = lost(strict, who)
    assert strict.letters()[-1].to == "minji@busan.example"

    assert say_yes(strict, first) is False
    with strict.desks.reading() as desk:
        assert desk.people.passkeys_of(who.person_id), "one is not enough"
    assert say_yes(strict, second) is True

    with strict.desks.reading() as desk:
        assert desk.people.passkeys_of(who.person_id) == []
        assert find_session(desk, token) is None
    assert "새 패스키" in strict.letters()[-1].subject
    assert signed_in(strict, session(strict, who)).factor is Factor.ENROL
    assert list(waiting(strict, first)) == []


def test_the_same_administrator_does_not_count_twice(strict: Office) -> None:
    who, first = (administrator(strict, name) for name in ("minji", "seojun"))
    lost(strict, who)
    say_yes(strict, first)

    with pytest.raises(NotAllowedNow, match="Somebody else"):
        say_yes(strict, first)


def test_nobody_vouches_for_himself(strict: Office) -> None:
    who = administrator(strict, "minji")
    lost(strict, who)
    (asked,) = waiting(strict, who)
    assert not asked.own_turn

    with pytest.raises(NotAllowedNow, match="not the person"):
        say_yes(strict, who)


def test_another_citys_administrator_finds_no_request(strict: Office) -> None:
    who = administrator(strict, "minji")
    lost(strict, who)
    (asked,) = waiting(strict, administrator(strict, "seojun"))
    stranger = administrator(strict, "jiho", region="pohang")

    assert list(waiting(strict, stranger)) == []
    principal = acting(strict, stranger)
    with strict.desks.transaction() as desk, pytest.raises(NothingHere):
        vouch(desk, principal, asked.recovery.recovery_id)


def test_an_officer_who_is_no_administrator_vouches_for_nobody(strict: Office) -> None:
    who, first = (administrator(strict, name) for name in ("minji", "seojun"))
    lost(strict, who)
    (asked,) = waiting(strict, first)
    officer = person(strict, email="officer@busan.example")
    join(strict, officer, city(strict), roles=frozenset({Role.CITY_OFFICER}))

    principal = acting(strict, officer)
    with strict.desks.transaction() as desk, pytest.raises(NothingHere):
        vouch(desk, principal, asked.recovery.recovery_id)


def test_a_request_ends_with_its_time_or_when_it_is_turned_down(strict: Office) -> None:
    who, first = (administrator(strict, name) for name in ("minji", "seojun"))
    lost(strict, who)
    (asked,) = waiting(strict, first)
    principal = acting(strict, first)
    with strict.desks.transaction() as desk:
        turn_down(desk, principal, asked.recovery.recovery_id)
    assert list(waiting(strict, first)) == []

    lost(strict, who)
    strict.wait(OPEN_FOR + timedelta(seconds=1))
    assert list(waiting(strict, first)) == []


def test_asked_twice_there_is_one_request(strict: Office) -> None:
    who, first = (administrator(strict, name) for name in ("minji", "seojun"))
    lost(strict, who)
    lost(strict, who)

    assert len(waiting(strict, first)) == 1


def test_who_is_not_asked_for_a_passkey_asks_for_none(strict: Office) -> None:
    who = person(strict)
    found = signed_in(strict, session(strict, who))
    with strict.desks.transaction() as desk, pytest.raises(NotAllowedNow):
        ask_for_passkeys(desk, found)


def test_an_erased_person_leaves_no_request(strict: Office) -> None:
    who, first = (administrator(strict, name) for name in ("minji", "seojun"))
    lost(strict, who)
    with strict.desks.transaction() as desk:
        erase_person(desk, who.person_id)

    assert list(waiting(strict, first)) == []
