"""How long sessions last, and how browsers are called."""

from datetime import timedelta
from uuid import uuid4

import pytest

from battery_passport.access.people.session_rules import (
    ABSOLUTE,
    IDLE,
    browser_label,
    is_fresh,
    is_over,
)
from battery_passport.access.records.people import Session, SignInMethod
from tests.factories.people import NOW


def _session(*, started_ago: timedelta, used_ago: timedelta) -> Session:
    return Session(
        session_id=uuid4(),
        token_digest=bytes(32),
        person_id=uuid4(),
        organisation_id=None,
        bound=False,
        method=SignInMethod.PASSWORD,
        label="",
        started_at=NOW - started_ago,
        last_used_at=NOW - used_ago,
    )


@pytest.mark.parametrize(
    ("started_ago", "used_ago", "over"),
    [
        (timedelta(0), timedelta(0), False),
        (timedelta(hours=2), IDLE, False),
        (timedelta(hours=2), IDLE + timedelta(seconds=1), True),
        (ABSOLUTE, timedelta(0), False),
        (ABSOLUTE + timedelta(seconds=1), timedelta(0), True),
    ],
)
def test_a_session_ends_when_unused_and_at_last(
    started_ago: timedelta, used_ago: timedelta, over: bool
) -> None:
    assert is_over(_session(started_ago=started_ago, used_ago=used_ago), NOW) is over


def test_only_a_young_session_is_fresh() -> None:
    assert is_fresh(_session(started_ago=timedelta(minutes=15), used_ago=timedelta(0)), NOW)
    assert not is_fresh(_session(started_ago=timedelta(minutes=16), used_ago=timedelta(0)), NOW)


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 16) SamsungBrowser/29 Chrome/140",
            "Samsung Internet · Android",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) Safari/604", "Safari · iPhone"),
        ("curl/8", ""),
        ("<script>alert(1)</script>" * 50, ""),
    ],
)
def test_browsers_are_called_by_words_of_ours(agent: str, label: str) -> None:
    assert browser_label(agent) == label
