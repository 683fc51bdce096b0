"""The monitor's line on the administrators' overview, in both languages."""

from datetime import UTC, datetime

import pytest

from battery_passport.web.consoles.administration.ports import WatchState
from battery_passport.web.consoles.administration.watching import watch_term
from battery_passport.web.language import load_language

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
FINDING = "The batch 00ff does not hold."


def state(
    *, size: int = 1_200, finished_at: datetime | None = None, finding: str = ""
) -> WatchState:
    return WatchState(checked=min(9, size), size=size, finished_at=finished_at, finding=finding)


@pytest.mark.parametrize(
    ("watch", "korean", "english", "small"),
    [
        (state(size=0), "아직 점검하지 않았습니다", "The monitor has not looked yet", ""),
        (state(), "지금까지 이상 없음", "Nothing wrong found so far", "9"),
        (state(finished_at=AT), "이상 없음", "Nothing wrong found", "2026"),
        (
            state(finished_at=AT, finding=FINDING),
            "감시 프로그램이 이상을 찾았습니다",
            "The monitor found something wrong",
            FINDING,
        ),
    ],
)
def test_the_last_result_is_told(watch: WatchState, korean: str, english: str, small: str) -> None:
    for code, words in (("ko", korean), ("en", english)):
        term = watch_term(watch, load_language(code))
        assert term.text == words
        assert small in term.small
    assert watch_term(watch, load_language("ko")).term == "감시 프로그램"
