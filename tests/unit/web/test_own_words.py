"""What is kept about a person, in words."""

import pytest

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.web.language import load_language
from battery_passport.web.owner.own_words import member_text, value_text


@pytest.mark.parametrize(
    ("name", "value", "korean", "english"),
    [
        ("registered_at", "2026-11-23T12:37:45.166Z", "2026-11-23 21:37", "2026-11-23 21:37"),
        ("has_password", True, "예", "yes"),
        ("estimate", "False", "아니요", "no"),
        ("owned_until", None, "–", "–"),
        ("passkeys", [], "–", "–"),
        ("viewer", "grant-holder", "내 링크를 가진 사람", "Holder of your link"),
        ("act", "grant-created", "링크를 만들었습니다", "You made a link"),
        ("act", "something-new", "something-new", "something-new"),
        ("points", [51, 67], "51, 67", "51, 67"),
        (
            "sessions",
            [{"browser": "Firefox"}, {"browser": ""}],
            "브라우저 Firefox; 브라우저 –",
            "Browser Firefox; Browser –",
        ),
    ],
)
def test_values_are_told_in_the_reader_s_language(
    name: str, value: JsonValue, korean: str, english: str
) -> None:
    assert value_text(name, value, load_language("ko")) == korean
    assert value_text(name, value, load_language("en")) == english


def test_a_member_without_a_word_keeps_its_name() -> None:
    assert member_text("email", load_language("ko")) == "이메일 주소"
    assert member_text("yet_unknown", load_language("ko")) == "yet unknown"
