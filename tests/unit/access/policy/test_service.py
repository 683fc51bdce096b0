"""How denials are told, and that the door refuses nobody who could be let in."""

from dataclasses import replace

import pytest

from battery_passport.access.model import (
    ANONYMOUS,
    PLATFORM,
    Principal,
    Purpose,
    Resource,
    ResourceKind,
    Role,
)
from battery_passport.access.policy.actions import ACTIONS, action_named
from battery_passport.access.policy.errors import AccessDenied, NothingHere, SignInNeeded
from tests.factories.access import OTHER_PERSON, PERSON, authorizer, battery, person
from tests.factories.access_matrix import belongings, readers

SOMEBODYS_ACCOUNT = Resource(kind=ResourceKind.PERSON, owner_id=OTHER_PERSON)


@pytest.mark.parametrize(
    ("principal", "action", "resource", "error"),
    [
        (ANONYMOUS, "home.open", PLATFORM, SignInNeeded),
        (ANONYMOUS, "account.read", SOMEBODYS_ACCOUNT, SignInNeeded),
        (person(), "console.city", PLATFORM, AccessDenied),
        (person(), "event.record.inspection", battery(), AccessDenied),
        (person(), "account.read", SOMEBODYS_ACCOUNT, NothingHere),
    ],
)
def test_a_denial_tells_no_more_than_it_may(
    principal: Principal, action: str, resource: Resource, error: type[Exception]
) -> None:
    with pytest.raises(error):
        authorizer().require(principal, action, resource, Purpose.OWN_USE)


def test_what_is_allowed_names_the_policy() -> None:
    own = replace(SOMEBODYS_ACCOUNT, owner_id=PERSON)

    decision = authorizer().require(person(), "account.read", own, Purpose.OWN_USE)

    assert decision.allowed
    assert decision.reason == "person-own-account"


def test_who_is_refused_at_the_door_would_be_refused_with_everything() -> None:
    service = authorizer()
    for action in ACTIONS.values():
        for who, principal in readers(action).items():
            if service.may_enter(principal, action).allowed:
                continue
            for whose, thing in belongings(action.resource).items():
                decision = service.decide(principal, action.name, thing, Purpose.OWN_USE)
                assert not decision.allowed, (action.name, who, whose)


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.DISMANTLER, Role.TRADER])
def test_the_door_lets_in_who_may_do_it_to_something(role: Role) -> None:
    inspection = action_named("event.record.inspection")

    entered = authorizer().may_enter(person(role), inspection).allowed

    assert entered is (role is Role.INSPECTOR)
