"""Which points a look discloses, why, and by which grant."""

from dataclasses import replace
from datetime import timedelta

import pytest

from battery_passport.access.model import ANONYMOUS, Principal, Purpose, Role
from battery_passport.access.policy.reading import (
    Audience,
    points_of_audience,
    readable_points,
    usual_purpose,
)
from tests.factories.access import (
    FIRM,
    GRANT,
    NOW,
    OTHER_BATTERY,
    OTHER_GRANT,
    PERSON,
    authorizer,
    battery,
    decider,
    grant_holder,
    machine,
    person,
    shown,
    terms,
)


def test_points_come_in_one_batch_with_and_without_grants() -> None:
    holder = grant_holder()
    grants = (shown(terms()),)

    assert readable_points(decider(), holder, battery(), Purpose.PURCHASE) == {1}
    assert readable_points(decider(), holder, battery(), Purpose.PURCHASE, grants=grants) == {1, 4}


def test_a_grant_opens_its_data_points_and_no_others_of_its_point() -> None:
    reading = authorizer(terms(data_points=frozenset({61}))).reading(grant_holder(), battery())

    assert reading.points == {1, 4}
    assert reading.purpose is Purpose.PURCHASE
    assert [each.grant_id for each in reading.grants] == [GRANT]
    assert reading.discloses(4, 61)
    assert not reading.discloses(4, 67)
    assert reading.discloses(1, 11)
    assert not reading.discloses(2, 45)


def test_what_is_open_by_right_is_not_narrowed_by_a_grant() -> None:
    recycler = person(Role.RECYCLER, grant_id=GRANT)
    narrow = terms(purpose=Purpose.LEGITIMATE_INTEREST, data_points=frozenset())
    reading = authorizer(narrow).reading(recycler, battery())

    assert reading.points == {1, 2, 4}
    assert reading.grants == ()
    assert reading.discloses(4, 67)


@pytest.mark.parametrize(
    ("grant", "later"),
    [
        (terms(revoked=True), timedelta(0)),
        (terms(), timedelta(days=3)),
        (terms(valid_from=NOW + timedelta(seconds=1)), timedelta(0)),
        (terms(battery_id=OTHER_BATTERY), timedelta(0)),
        (terms(grant_id=OTHER_GRANT), timedelta(0)),
        (terms(giver_id=PERSON), timedelta(0)),
        (terms(points=frozenset({3})), timedelta(0)),
    ],
    ids=["revoked", "ended", "not begun", "another battery", "another link", "sold", "point 3"],
)
def test_a_grant_that_does_not_hold_opens_nothing(grant: object, later: timedelta) -> None:
    reading = authorizer(grant, at=NOW + later).reading(grant_holder(), battery())  # type: ignore[arg-type]

    assert reading.points == {1}
    assert reading.grants == ()


def test_a_grant_holds_until_the_moment_it_ends() -> None:
    last = NOW + timedelta(days=3) - timedelta(milliseconds=1)

    assert authorizer(terms(), at=last).reading(grant_holder(), battery()).points == {1, 4}


def test_a_look_without_a_purpose_takes_the_one_that_opens_most() -> None:
    owner = person(Role.AUTHORITY)
    own = battery(owner_id=PERSON)

    assert authorizer().reading(owner, battery()).purpose is Purpose.MARKET_SURVEILLANCE
    assert authorizer().reading(owner, own).points == {1, 2, 4}
    assert authorizer().reading(owner, own, Purpose.MARKET_SURVEILLANCE).points == {1, 2, 3}


@pytest.mark.parametrize(
    ("principal", "purpose"),
    [
        (ANONYMOUS, Purpose.OWN_USE),
        (grant_holder(), Purpose.PURCHASE),
        (person(Role.INSPECTOR), Purpose.LEGITIMATE_INTEREST),
        (person(Role.NOTIFIED_BODY), Purpose.CONFORMITY_ASSESSMENT),
        (person(Role.CUSTOMS), Purpose.CUSTOMS_CHECK),
        (machine(Role.CITY_OFFICER), Purpose.CITY_OPERATION),
    ],
)
def test_usual_purposes(principal: Principal, purpose: Purpose) -> None:
    assert usual_purpose(principal, battery()) is purpose


def test_an_owner_and_who_answers_for_a_battery_use_it_for_themselves() -> None:
    assert usual_purpose(person(Role.TRADER), battery(owner_id=PERSON)) is Purpose.OWN_USE
    answering = battery(responsible_id=FIRM)
    assert usual_purpose(person(Role.MANUFACTURER), answering) is Purpose.OWN_USE


@pytest.mark.parametrize(
    ("audience", "points"),
    [
        (Audience.PUBLIC, {1}),
        (Audience.LEGITIMATE_INTEREST, {1, 2, 4}),
        (Audience.AUTHORITY, {1, 2, 3}),
        (Audience.NOTIFIED_BODY, {1, 2, 3}),
        (Audience.CUSTOMS, {1}),
        (Audience.OWNER, {1, 2, 4}),
    ],
)
def test_a_document_for_an_audience_holds_what_that_audience_may_see(
    audience: Audience, points: set[int]
) -> None:
    assert points_of_audience(decider(), audience, battery()) == points
    assert points_of_audience(decider(), audience, replace(battery(), owner_id=None)) == points
