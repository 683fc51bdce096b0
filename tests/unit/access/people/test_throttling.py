"""Waiting after failures: longer each time, never for good."""

from datetime import timedelta

import pytest

from battery_passport.access.errors import TooManyAttempts
from battery_passport.access.people.throttling import (
    ACCOUNT,
    FORGOTTEN_AFTER,
    KNOWN_BROWSER,
    check_patience,
    counted,
    wait_s,
)
from battery_passport.access.records.people import Attempts
from tests.factories.people import NOW


def test_waits_double_up_to_the_longest() -> None:
    waits = [wait_s(failures, ACCOUNT) for failures in range(ACCOUNT.free + 12)]
    assert waits[: ACCOUNT.free] == [0] * ACCOUNT.free
    assert waits[ACCOUNT.free : ACCOUNT.free + 4] == [1, 2, 4, 8]
    assert waits == sorted(waits)
    assert waits[-1] == ACCOUNT.longest_s
    assert wait_s(10**9, ACCOUNT) == ACCOUNT.longest_s


def test_the_wait_left_is_told() -> None:
    attempts = Attempts(failures=ACCOUNT.free + 5, last_failed_at=NOW)
    with pytest.raises(TooManyAttempts) as refused:
        check_patience(attempts, ACCOUNT, NOW + timedelta(seconds=12))
    assert refused.value.retry_after_s == pytest.approx(32 - 12)
    check_patience(attempts, ACCOUNT, NOW + timedelta(seconds=32))


def test_a_day_later_all_is_forgotten() -> None:
    many = Attempts(failures=400, last_failed_at=NOW)
    later = counted(many, NOW + FORGOTTEN_AFTER + timedelta(seconds=1))
    assert later.failures == 1
    assert counted(many, NOW).failures == 401


def test_a_browser_that_was_here_before_waits_less() -> None:
    assert wait_s(40, KNOWN_BROWSER) < wait_s(40, ACCOUNT)
