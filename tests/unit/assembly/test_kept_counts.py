"""Kept counts: one for many readers, made again beside, never older than was said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from battery_passport.assembly.sites.consoles.keeping import Kept


class HandClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def pass_s(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Counter:
    """Counts how often it was asked, and remembers work that is to be done beside."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.asked = 0
        self.fails = False
        self.beside = list[Any]()
        self.kept = Kept[str, int](
            self.clock,
            kept_for=timedelta(seconds=5),
            usable_for=timedelta(seconds=60),
            run=self.beside.append,
        )

    def count(self) -> int:
        if self.fails:
            raise OSError("the disk is gone")
        self.asked += 1
        return self.asked

    def get(self) -> int:
        return self.kept.get("busan", self.count)


def test_an_answer_is_given_again_until_it_is_too_old() -> None:
    counter = Counter()
    assert counter.get() == 1
    counter.clock.pass_s(4.9)
    assert counter.get() == 1
    assert not counter.beside
    counter.clock.pass_s(60)
    assert counter.get() == 2
    assert not counter.beside


def test_an_older_answer_is_given_while_it_is_counted_again_once() -> None:
    counter = Counter()
    assert counter.get() == 1
    counter.clock.pass_s(30)
    assert [counter.get(), counter.get()] == [1, 1]
    (again,) = counter.beside
    again()
    assert counter.get() == 2
    assert len(counter.beside) == 1


def test_a_count_that_fails_beside_is_told_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counter = Counter()
    assert counter.get() == 1
    counter.clock.pass_s(30)
    counter.fails = True
    assert counter.get() == 1
    counter.beside[0]()
    assert "could not be made again" in caplog.text
    counter.fails = False
    assert counter.get() == 1
    counter.beside[1]()
    assert counter.get() == 2


def test_a_clock_that_was_set_back_makes_no_answer_last() -> None:
    counter = Counter()
    assert counter.get() == 1
    counter.clock.pass_s(-3_600)
    assert counter.get() == 2
