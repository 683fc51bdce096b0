"""Folding gives status, standing, recalls and values, now and at any time before."""

from datetime import timedelta

import pytest

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.errors import ContradictoryEvent
from battery_passport.lifecycle.fold import fold
from battery_passport.lifecycle.model import Standing, Status
from tests.factories.lifecycle import make_event, make_history, on_day

STORY: list[tuple[str, JsonObject, float]] = [
    ("manufactured", {"manufactured_in": "2027-02", "place": "Busan"}, 0),
    ("placed_on_market", {"rated_capacity_ah": 145.2}, 1),
    ("soce_reported", {"soce_percent": 99.0}, 10),
    ("accident", {"kind": "collision", "severity": "minor"}, 20),
    ("soce_reported", {"soce_percent": 97.5}, 30),
    ("status_changed", {"to": "waste"}, 40),
    ("recycled", {}, 50),
]


def test_a_story_folds_into_its_end() -> None:
    state = fold(make_history(STORY))
    assert state.status is Status.WASTE
    assert state.status_since == on_day(40)
    assert state.placed_on_market_at == on_day(1)
    assert state.standing is Standing.ENDED
    assert state.standing_since == on_day(50)
    assert {n: v.value for n, v in state.values.items()} == {
        8: "Busan",
        9: "2027-02",
        51: 145.2,
        61: 97.5,
        67: "waste",
        69: [{"occurred_on": "2027-03-21", "kind": "collision", "severity": "minor"}],
    }
    assert state.events_folded == len(STORY)


def test_values_name_their_event_time_and_method() -> None:
    history = make_history(STORY)
    soce = fold(history).values[61]
    assert (soce.event_id, soce.as_of, soce.method) == (
        history[4].event_id,
        on_day(30),
        "soce_onboard",
    )
    assert fold(history).values[67].event_id == history[5].event_id


def test_a_past_state_is_read_back() -> None:
    state = fold(make_history(STORY), as_of=on_day(10))
    assert state.status is Status.ORIGINAL
    assert state.values[61].value == 99.0
    assert 69 not in state.values
    before = fold(make_history(STORY), as_of=on_day(10) - timedelta(seconds=1))
    assert 61 not in before.values


def test_late_news_takes_its_place_and_does_not_overwrite_newer() -> None:
    history = make_history(
        [
            ("placed_on_market", {}, 0),
            ("soce_reported", {"soce_percent": 95}, 20),
            ("soce_reported", {"soce_percent": 98}, 10),
        ]
    )
    assert fold(history).values[61].value == 95
    assert fold(history, as_of=on_day(15)).values[61].value == 98
    assert 61 not in fold(history, as_of=on_day(15), known_sequence=2).values


def test_at_the_same_time_the_later_record_holds() -> None:
    history = make_history(
        [("soce_reported", {"soce_percent": 95}, 5), ("soce_reported", {"soce_percent": 94}, 5)]
    )
    assert fold(reversed(history)).values[61].value == 94


def test_accidents_add_up_and_recalls_close() -> None:
    history = make_history(
        [
            ("accident", {"kind": "flood", "severity": "major"}, 1),
            ("recalled", {"reference": "R-1", "reason": "welds"}, 2),
            ("recalled", {"reference": "R-2", "reason": "seal"}, 3),
            ("accident", {"kind": "drop", "severity": "minor"}, 4),
            ("recall_completed", {"reference": "R-1"}, 5),
        ]
    )
    state = fold(history)
    accidents = state.values[69].value
    assert isinstance(accidents, list)
    assert [entry["kind"] for entry in accidents if isinstance(entry, dict)] == ["flood", "drop"]
    assert state.open_recalls == ("R-2",)
    assert state.status is None


def test_a_second_life_begins_with_its_predecessors() -> None:
    key = "ab" * 16
    state = fold(
        make_history([("placed_on_market", {"status": "repurposed", "predecessors": [key]}, 0)])
    )
    assert state.status is Status.REPURPOSED
    assert state.predecessors == (key,)


def test_an_impossible_story_is_not_folded() -> None:
    with pytest.raises(ContradictoryEvent):
        fold([make_event("recycled")])
