"""Whatever order news arrives in, the fold gives one state, and any past state can be read back."""

from random import Random
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from battery_passport.foundation.errors import Conflict
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.fold import fold, in_order
from battery_passport.lifecycle.model import Event, Standing, Status
from battery_passport.lifecycle.status import TRANSITIONS
from tests.factories.lifecycle import admit, on_day

KEYS: list[JsonValue] = ["00" * 16]
Reports: TypeAlias = list[tuple[tuple[str, JsonObject], int]]

CHANGES: st.SearchStrategy[tuple[str, JsonObject]] = st.one_of(
    st.sampled_from(list(Status)).map(
        lambda s: ("placed_on_market", {"status": s.value, "predecessors": KEYS, "evidence": ["E"]})
    ),
    st.sampled_from(list(Status)).map(
        lambda s: ("status_changed", {"to": s.value, "evidence": ["E"]})
    ),
    st.sampled_from(
        [
            ("recycled", {}),
            ("passport_suspended", {"reason": "check"}),
            ("passport_resumed", {}),
            ("accident", {"kind": "drop", "severity": "minor"}),
            ("ownership_transferred", {}),
        ]
    ),
    st.integers(0, 200).map(lambda percent: ("soce_reported", {"soce_percent": percent})),
)
REPORTS = st.lists(st.tuples(CHANGES, st.integers(0, 12)), max_size=14)


def admitted(reports: Reports) -> list[Event]:
    """Report everything; keep what the service admits, in the order it was recorded."""
    history: list[Event] = []
    # A first status makes longer stories likely; without it most reports would be refused.
    admit(history, "placed_on_market", {}, day=0)
    for (name, payload), day in reports:
        try:
            admit(history, name, payload, day=day)
        except Conflict:
            continue
    return history


@given(REPORTS, st.randoms(use_true_random=False))
def test_the_state_does_not_depend_on_the_order_of_arrival(reports: Reports, order: Random) -> None:
    history = admitted(reports)
    shuffled = list(history)
    order.shuffle(shuffled)
    assert fold(shuffled) == fold(history)


@given(REPORTS)
def test_statuses_follow_rows_of_the_table_alone(
    reports: Reports,
) -> None:
    allowed = {(row.source, row.target) for row in TRANSITIONS}
    story = in_order(admitted(reports))
    status: Status | None = None
    for length in range(1, len(story) + 1):
        state = fold(story[:length])
        assert state.status is status or (status, state.status) in allowed
        status = state.status
        if state.standing is Standing.ENDED:
            assert length == len(story)


@given(REPORTS)
def test_what_was_known_after_each_record_can_be_read_back(
    reports: Reports,
) -> None:
    history = admitted(reports)
    for known in range(len(history) + 1):
        assert fold(history, known_sequence=known) == fold(history[:known])


@given(REPORTS, st.integers(0, 13))
def test_a_past_state_ignores_what_happened_later(reports: Reports, day: int) -> None:
    history = admitted(reports)
    earlier = [event for event in history if event.occurred_at <= on_day(day)]
    assert fold(history, as_of=on_day(day)) == fold(earlier)


@given(REPORTS)
def test_each_value_is_the_latest_of_its_kind(
    reports: Reports,
) -> None:
    history = admitted(reports)
    readings = [event for event in history if event.event_type == "soce_reported"]
    state = fold(history)
    if not readings:
        assert 61 not in state.values
        return
    latest = max(readings, key=lambda event: (event.occurred_at, event.sequence))
    assert state.values[61].value == latest.payload["soce_percent"]
    assert state.values[61].event_id == latest.event_id
