"""A sender may bring so many batches a minute, and waits for the disk with no more than its share.

In: a clock that is moved by hand. Out: who is let in, and when the others may come back.
"""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from battery_passport.adapters.sql.evidence import ReceivedBatch
from battery_passport.assembly.flow_control import (
    BURST_MINUTES,
    Allowance,
    FairQueue,
    FlowControl,
    TooManyBatches,
)
from tests.factories.made_up_cars import enrol, opened
from tests.ports.test_evidence_store import make_batch

PER_MINUTE = 6
BURST = PER_MINUTE * BURST_MINUTES


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def taken(allowance: Allowance, key: str, *, now_s: float, attempts: int) -> int:
    """Return how many of so many attempts at one moment were let in."""
    count = 0
    for _ in range(attempts):
        if allowance.wait_s(key, now_s) == 0:
            allowance.take(key, now_s)
            count += 1
    return count


def test_a_burst_and_then_the_even_rate() -> None:
    allowance = Allowance(PER_MINUTE)
    assert taken(allowance, "a", now_s=0, attempts=2 * BURST) == BURST
    assert allowance.wait_s("a", 0) == pytest.approx(60 / PER_MINUTE)
    assert allowance.wait_s("b", 0) == 0
    assert taken(allowance, "a", now_s=60, attempts=BURST) == PER_MINUTE
    assert taken(allowance, "a", now_s=60 + 60 * BURST_MINUTES, attempts=2 * BURST) == BURST


def test_what_was_told_to_wait_is_let_in_after_that_time() -> None:
    allowance = Allowance(PER_MINUTE)
    taken(allowance, "a", now_s=0, attempts=BURST)
    wait_s = allowance.wait_s("a", 3)
    assert wait_s == pytest.approx(7)
    assert allowance.wait_s("a", 3 + wait_s - 0.01) > 0
    assert allowance.wait_s("a", 3 + wait_s + 0.001) == 0


def of_car(battery_id: UUID, device: int, number: int) -> ReceivedBatch:
    return replace(make_batch(number), battery_id=battery_id, device_id=UUID(int=device))


def test_devices_and_organisations_have_limits_of_their_own(tmp_path: Path) -> None:
    hand = Hand()
    with opened(tmp_path / "home") as installation:
        cars = [enrol(installation, f"car-{number}") for number in range(4)]
        flow = FlowControl(
            installation.database,
            device_per_minute=PER_MINUTE,
            organisation_per_minute=3 * PER_MINUTE,
            monotonic_s=hand,
        )
        for car in cars[:3]:
            for number in range(BURST):
                flow.take(of_car(car.battery_id, 1, number))
            with pytest.raises(TooManyBatches, match="The device") as refusal:
                flow.take(of_car(car.battery_id, 1, BURST))
            assert refusal.value.retry_after_s == pytest.approx(60 / PER_MINUTE)
        # All of them are one organisation's, whose allowance is used up by three.
        with pytest.raises(TooManyBatches, match="organisation"):
            flow.take(of_car(cars[3].battery_id, 1, 0))
        hand.now_s += 60
        flow.take(of_car(cars[3].battery_id, 1, 0))


def test_a_queue_has_room_for_whoever_has_nothing_waiting() -> None:
    queue = FairQueue(12)
    greedy = 0
    while queue.has_room(1):
        queue.enter(1)
        greedy += 1
    assert greedy == 6
    for other in (2, 3, 4):
        assert queue.has_room(other)
        queue.enter(other)
    assert not queue.has_room(1)
    while queue.has_room(2):
        queue.enter(2)
    assert queue.has_room(5)
    for _ in range(greedy):
        queue.leave(1)
    assert queue.has_room(1)
    assert queue.total <= 12


def test_a_queue_is_never_longer_than_it_may_be() -> None:
    queue = FairQueue(5)
    let_in = 0
    for sender in range(100):
        if queue.has_room(sender):
            queue.enter(sender)
            let_in += 1
    assert let_in == queue.total == 5
