"""Processes that take batches say how far they are; whoever has died says nothing any more."""

import json
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from battery_passport.adapters.metrics.takers import TakersCollector, TakerState
from battery_passport.assembly.takers import LATELY_S, Tally, telling, told


class Hand:
    """A clock that is moved by hand."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_the_longest_wait_is_that_of_the_last_minute() -> None:
    hand = Hand()
    tally = Tally(hand)
    assert tally.longest_wait_s() == 0
    for second, wait_s in enumerate((0.5, 2.0, 0.1, 0.3)):
        hand.now_s = float(second)
        tally.note({"stored": 2}, wait_s)
    assert tally.longest_wait_s() == 2.0
    hand.now_s = 1.5 + LATELY_S
    assert tally.longest_wait_s() == 0.3
    hand.now_s = 4 + LATELY_S
    assert tally.longest_wait_s() == 0
    assert tally.outcomes == {"stored": 8}


def state(transport: str, waiting: int) -> TakerState:
    return TakerState(
        transport=transport, waiting=waiting, longest_wait_s=waiting / 10, outcomes={"stored": 3}
    )


def test_a_process_tells_while_it_lives_and_a_dead_one_is_forgotten(tmp_path: Path) -> None:
    told_of = state("http", 4)
    with telling(tmp_path, lambda: told_of):
        while not (found := told(tmp_path)):
            pass
        assert found == [told_of]
        dead = tmp_path / "takers" / "4194304.json"  # no process has a number so high
        dead.write_text(json.dumps({"transport": "mqtt"}), "utf-8")
        (tmp_path / "takers" / "1.json").write_text("{", "utf-8")
        assert told(tmp_path) == [told_of]
        assert not dead.exists()
    assert told(tmp_path) == []
    assert told(tmp_path / "nothing") == []


def test_processes_of_a_transport_are_told_together() -> None:
    registry = CollectorRegistry()
    registry.register(
        TakersCollector(lambda: [state("http", 4), state("mqtt", 1), state("http", 2)])
    )
    lines = generate_latest(registry).decode().splitlines()
    assert 'bp_takers{transport="http"} 2.0' in lines
    assert 'bp_takers_waiting_batches{transport="http"} 6.0' in lines
    assert 'bp_takers_longest_wait_seconds{transport="http"} 0.4' in lines
    assert 'bp_takers_batches_total{outcome="stored",transport="http"} 6.0' in lines
    assert 'bp_takers_waiting_batches{transport="mqtt"} 1.0' in lines
