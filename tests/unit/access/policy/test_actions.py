"""The table of actions is complete in words and consistent in itself."""

import re

import pytest

from battery_passport.access.model import ResourceKind
from battery_passport.access.policy.actions import (
    ACTIONS,
    KEY_SCOPES,
    OPERATOR_SCOPE,
    STEWARD_SCOPE,
    action_named,
)
from battery_passport.access.policy.errors import UnknownAction

NAME = re.compile(r"[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)+")


def test_every_action_has_a_name_and_a_title_of_its_own_in_both_languages() -> None:
    actions = ACTIONS.values()

    assert all(NAME.fullmatch(each.name) for each in actions)
    assert all(re.search("[가-힣]", each.title_ko) for each in actions)
    for titles in ([each.title_en for each in actions], [each.title_ko for each in actions]):
        assert len(set(titles)) == len(titles)


def test_only_passports_are_decided_point_by_point() -> None:
    pointwise = {each.name for each in ACTIONS.values() if each.points}

    assert pointwise == {"passport.read", "passport.proof"}
    assert all(action_named(name).resource is ResourceKind.BATTERY for name in pointwise)


def test_no_key_carries_what_only_people_or_the_command_line_may_do() -> None:
    assert OPERATOR_SCOPE not in KEY_SCOPES
    assert STEWARD_SCOPE not in KEY_SCOPES
    for person_only in ("account.", "person.", "consent.", "grant.", "organisation.", "api-key."):
        assert not [name for name in KEY_SCOPES if name.startswith(person_only)]


def test_an_action_of_another_name_is_refused() -> None:
    with pytest.raises(UnknownAction, match=r"passport\.burn"):
        action_named("passport.burn")


def test_denials_hide_everything_but_batteries_and_the_platform() -> None:
    assert not action_named("passport.read").hides
    assert not action_named("home.open").hides
    assert action_named("api-key.revoke").hides
    assert action_named("organisation.read").hides
