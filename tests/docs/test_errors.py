"""Every error of the package can tell a person what happened, under a code of its own."""

import re
from collections import Counter

import pytest

from battery_passport.foundation.errors import BatteryPassportError
from tools.reference_pages import all_errors, folder


@pytest.fixture(scope="module")
def errors() -> list[type[BatteryPassportError]]:
    return all_errors()


def test_there_are_errors_of_many_stages(errors: list[type[BatteryPassportError]]) -> None:
    assert len({folder(error) for error in errors}) >= 6


def test_no_two_errors_share_a_code(errors: list[type[BatteryPassportError]]) -> None:
    uses = Counter(error.code for error in errors)

    assert {code: count for code, count in uses.items() if count > 1} == {}


def test_codes_are_words_joined_by_hyphens(errors: list[type[BatteryPassportError]]) -> None:
    pattern = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

    assert [error.code for error in errors if not pattern.fullmatch(error.code)] == []


def test_every_error_says_in_a_sentence_what_it_means(
    errors: list[type[BatteryPassportError]],
) -> None:
    assert [error.__name__ for error in errors if not (error.__doc__ or "").strip()] == []
