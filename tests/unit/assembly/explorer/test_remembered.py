"""Answers that may be a few seconds old: asked once, asked anew when too old, few of them kept."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from battery_passport.assembly.explorer.remembered import Remembered


class Elapsed:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_an_answer_is_asked_for_once_until_it_is_too_old() -> None:
    elapsed, asked = Elapsed(), list[str]()
    remembered = Remembered[int](keep_s=2, elapsed_s=elapsed)

    def ask() -> int:
        asked.append("asked")
        return len(asked)

    assert [remembered.get("face", ask) for _ in range(3)] == [1, 1, 1]
    elapsed.now_s = 1.9
    assert remembered.get("face", ask) == 1
    elapsed.now_s = 2.0
    assert remembered.get("face", ask) == 2
    assert remembered.get("another", ask) == 3


def test_none_is_an_answer_too() -> None:
    remembered = Remembered[int | None](keep_s=2, elapsed_s=Elapsed())
    assert remembered.get("face", lambda: None) is None
    assert remembered.get("face", lambda: 1) is None


def test_a_failure_is_not_remembered() -> None:
    remembered = Remembered[int](keep_s=2, elapsed_s=Elapsed())
    with pytest.raises(ZeroDivisionError):
        remembered.get("face", lambda: 1 // 0)
    assert remembered.get("face", lambda: 1) == 1


def test_the_one_unused_for_longest_makes_room() -> None:
    remembered = Remembered[int](keep_s=2, capacity=2, elapsed_s=Elapsed())
    for place, key in enumerate("abc"):
        remembered.get(key, lambda place=place: place)  # type: ignore[misc]  # bound at once
    assert remembered.get("a", lambda: 9) == 9
    assert remembered.get("c", lambda: 9) == 2


def test_many_threads_ask_once() -> None:
    remembered, asked = Remembered[int](keep_s=60), list[int]()

    def ask() -> int:
        asked.append(1)
        return 7

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: remembered.get("face", ask), range(40)))
    assert answers == [7] * 40
    assert asked == [1]
