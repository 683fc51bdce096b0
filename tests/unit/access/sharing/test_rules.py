"""Limits of grants and guesses, and who makes which code."""

from datetime import timedelta

import pytest

from battery_passport.access.model import Purpose, Role
from battery_passport.access.sharing.consents import TEXTS, current_text
from battery_passport.access.sharing.errors import UnusableGrant
from battery_passport.access.sharing.model import CodeKind, ConsentPurpose, Part
from battery_passport.access.sharing.rules import (
    GUESSES_OF_ALL,
    GUESSES_OF_ONE,
    check_grant,
    code_kind_for,
    may_guess,
    session_ends,
)
from battery_passport.access.sharing.tokens import new_token, token_hash
from tests.factories.sharing import NOW

SOME = frozenset({Part.STATUS})


@pytest.mark.parametrize("lasts", [timedelta(hours=1), timedelta(days=3), timedelta(days=90)])
def test_grants_last_from_an_hour_to_ninety_days(lasts: timedelta) -> None:
    check_grant(parts=SOME, lasts=lasts, purpose=Purpose.PURCHASE)


@pytest.mark.parametrize(
    ("parts", "lasts", "purpose"),
    [
        (frozenset(), timedelta(days=3), Purpose.PURCHASE),
        (SOME, timedelta(minutes=59), Purpose.PURCHASE),
        (SOME, timedelta(days=90, seconds=1), Purpose.PURCHASE),
        (SOME, timedelta(days=-1), Purpose.PURCHASE),
        (SOME, timedelta(days=3), Purpose.MARKET_SURVEILLANCE),
    ],
)
def test_other_grants_are_refused(
    parts: frozenset[Part], lasts: timedelta, purpose: Purpose
) -> None:
    with pytest.raises(UnusableGrant):
        check_grant(parts=parts, lasts=lasts, purpose=purpose)


def test_only_some_roles_make_codes_and_only_the_city_corrects() -> None:
    made = {role: code_kind_for(frozenset({role})) for role in Role}
    assert {role for role, kind in made.items() if kind is CodeKind.FIRST} == {
        Role.MANUFACTURER,
        Role.INSPECTOR,
        Role.TRADER,
    }
    assert {role for role, kind in made.items() if kind is CodeKind.CORRECTION} == {
        Role.ADMINISTRATOR
    }


def test_guessing_ends_for_one_and_for_all() -> None:
    assert may_guess(by_person=GUESSES_OF_ONE - 1, by_all=GUESSES_OF_ALL - 1)
    assert not may_guess(by_person=GUESSES_OF_ONE, by_all=0)
    assert not may_guess(by_person=0, by_all=GUESSES_OF_ALL)


def test_an_opened_link_never_outlives_its_grant() -> None:
    soon = NOW + timedelta(minutes=5)
    assert session_ends(soon, NOW) == soon
    assert session_ends(NOW + timedelta(days=3), NOW) == NOW + timedelta(hours=2)


def test_secrets_have_256_bits_and_one_form() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
    for text in ("", "x" * 42, "x" * 44, "x" * 42 + "=", "x" * 42 + "\n", "é" * 43):
        assert token_hash(text) is None


def test_every_purpose_has_a_text_in_both_languages() -> None:
    for purpose in ConsentPurpose:
        text = current_text(purpose)
        assert TEXTS[purpose, text.version] == text
        assert min(map(len, (text.title_ko, text.title_en, text.body_ko, text.body_en))) > 3
    assert len({text.digest() for text in TEXTS.values()}) == len(TEXTS)
