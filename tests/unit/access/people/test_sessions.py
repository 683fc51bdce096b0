"""Sessions: found by token, ended by time and by hand, acting for one organisation."""

from datetime import timedelta

import pytest

from battery_passport.access.errors import NotAllowedNow, SignInAgain
from battery_passport.access.model import PrincipalKind, Role
from battery_passport.access.people.sessions import (
    check_fresh,
    choose_place,
    find_session,
    live_sessions,
    note_use,
)
from battery_passport.access.policy.actions import STEWARD_SCOPE
from battery_passport.access.records.organisations import Standing
from tests.factories.people import Office, city, join, organisation, person, session, signed_in


def test_a_person_alone_is_an_owner_and_nothing_else(made: Office) -> None:
    who = person(made)
    principal = signed_in(made, session(made, who)).principal
    assert principal.kind is PrincipalKind.PERSON
    assert principal.person_id == who.person_id
    assert principal.roles == {Role.OWNER}
    assert (principal.organisation_id, principal.region) == (None, None)
    assert not principal.scopes


def test_the_only_place_is_chosen_at_once(made: Office) -> None:
    city(made)
    who, place = person(made), organisation(made)
    join(made, who, place, steward=True)
    principal = signed_in(made, session(made, who)).principal
    assert principal.roles == {Role.OWNER, Role.INSPECTOR}
    assert (principal.organisation_id, principal.region) == (place.organisation_id, "busan")
    assert principal.scopes == {STEWARD_SCOPE}


def test_of_several_places_one_is_chosen_by_hand(made: Office) -> None:
    city(made)
    who, one = person(made), organisation(made)
    other = organisation(made, name="다른검사소", number="INSP-0002")
    join(made, who, one)
    join(made, who, other)
    token = session(made, who)
    assert signed_in(made, token).principal.organisation_id is None
    with made.desks.transaction() as desk:
        choose_place(desk, signed_in(made, token), other.organisation_id)
    assert signed_in(made, token).principal.organisation_id == other.organisation_id
    foreign = organisation(made, name="남의검사소", number="INSP-0003")
    with pytest.raises(NotAllowedNow), made.desks.transaction() as desk:
        choose_place(desk, signed_in(made, token), foreign.organisation_id)


def test_a_bound_session_acts_for_one_organisation_only(made: Office) -> None:
    city(made)
    who, one = person(made), organisation(made)
    other = organisation(made, name="다른검사소", number="INSP-0002")
    join(made, who, one)
    join(made, who, other, steward=True)
    token = session(made, who, bound_to=one.organisation_id)
    found = signed_in(made, token)
    assert [place.account.organisation_id for place in found.places] == [one.organisation_id]
    for wanted in (other.organisation_id, None):
        with pytest.raises(NotAllowedNow), made.desks.transaction() as desk:
            choose_place(desk, found, wanted)
    with made.desks.transaction() as desk:
        desk.organisations.end_membership(one.organisation_id, who.person_id)
        assert find_session(desk, token) is None


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.REFUSED, Standing.APPLIED])
def test_an_organisation_that_takes_no_part_gives_no_role(made: Office, standing: Standing) -> None:
    city(made)
    who, place = person(made), organisation(made)
    join(made, who, place, steward=True)
    token = session(made, who)
    with made.desks.transaction() as desk:
        desk.organisations.decide(place.organisation_id, standing, desk.moment)
    assert signed_in(made, token).principal.roles == {Role.OWNER}


def test_a_session_ends_when_it_is_not_used(made: Office) -> None:
    token = session(made, person(made))
    made.wait(timedelta(minutes=30))
    found = signed_in(made, token)
    with made.desks.transaction() as desk:
        note_use(desk, found)
    made.wait(timedelta(minutes=30))
    signed_in(made, token)
    made.wait(timedelta(seconds=1))
    with made.desks.reading() as desk:
        assert find_session(desk, token) is None


def test_a_session_ends_after_twelve_hours_of_use(made: Office) -> None:
    token = session(made, person(made))
    for _minute in range(12 * 3 - 1):
        made.wait(timedelta(minutes=20))
        with made.desks.transaction() as desk:
            note_use(desk, signed_in(made, token))
    made.wait(timedelta(minutes=20, seconds=1))
    with made.desks.reading() as desk:
        assert find_session(desk, token) is None


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "A" * 44, "é" * 43, "a" * 100_000])
def test_made_up_tokens_find_nobody(made: Office, token: str) -> None:
    person(made)
    with made.desks.reading() as desk:
        assert find_session(desk, token) is None


def test_live_sessions_are_listed_the_last_used_first(made: Office) -> None:
    who = person(made)
    session(made, who)
    made.wait(timedelta(minutes=20))
    newer = session(made, who)
    with made.desks.reading() as desk:
        listed = live_sessions(desk, who.person_id)
    assert len(listed) == 2
    assert listed[0] == signed_in(made, newer).session
    made.wait(timedelta(minutes=15))
    with made.desks.reading() as desk:
        assert len(live_sessions(desk, who.person_id)) == 1


def test_what_opens_the_account_is_changed_soon_after_sign_in(made: Office) -> None:
    token = session(made, person(made))
    with made.desks.reading() as desk:
        check_fresh(desk, signed_in(made, token))
    made.wait(timedelta(minutes=16))
    with pytest.raises(SignInAgain), made.desks.reading() as desk:
        check_fresh(desk, signed_in(made, token))
