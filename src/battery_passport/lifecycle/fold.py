"""Folding: a battery's events, in the order they happened, into its state at any time.

In: events in any order. Out: a `LifecycleState`; the same events always give the same state.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.lifecycle.event_types import DECLARED, event_type
from battery_passport.lifecycle.model import Event, FoldedValue, LifecycleState, Status
from battery_passport.lifecycle.status import next_standing, transition_for

STATUS_POINT = 67
"""EC data point whose value is the status. Source: EU-2023-1542 annex-xiii point 4(c)."""


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return events by the time they happened; at equal times, in the order they were recorded."""
    return tuple(sorted(events, key=lambda event: (event.occurred_at, event.sequence)))


def fold(
    events: Iterable[Event],
    *,
    as_of: datetime | None = None,
    known_sequence: int | None = None,
) -> LifecycleState:
    """Return the state that events leave a battery in.

    `as_of` leaves out what happened later; `known_sequence` what was recorded later, so that a past
    state can be read back as it was known then.
    Raises: ContradictoryEvent if the events cannot have happened in this order.
    """
    state = LifecycleState(values={})
    for event in in_order(events):
        late = as_of is not None and event.occurred_at > as_of
        unknown = known_sequence is not None and event.sequence > known_sequence
        if not late and not unknown:
            state = _after(state, event)
    return state


def _after(state: LifecycleState, event: Event) -> LifecycleState:
    standing = next_standing(state.standing, event)
    status, status_since = _status_after(state, event)
    return replace(
        state,
        status=status,
        status_since=status_since,
        placed_on_market_at=_placed_after(state, event),
        standing=standing,
        standing_since=state.standing_since if standing is state.standing else event.occurred_at,
        open_recalls=_recalls_after(state.open_recalls, event),
        predecessors=state.predecessors + _texts(event.payload.get("predecessors")),
        values={**state.values, **_values_of(state, event, status)},
        events_folded=state.events_folded + 1,
    )


def _status_after(state: LifecycleState, event: Event) -> tuple[Status | None, datetime | None]:
    row = transition_for(state.status, event)
    if row is None or row.target is None:
        return state.status, state.status_since
    return row.target, event.occurred_at


def _placed_after(state: LifecycleState, event: Event) -> datetime | None:
    placed = event.event_type == "placed_on_market"
    return event.occurred_at if placed else state.placed_on_market_at


def _recalls_after(recalls: tuple[str, ...], event: Event) -> tuple[str, ...]:
    reference = str(event.payload.get("reference"))
    if event.event_type == "recalled":
        return (*(known for known in recalls if known != reference), reference)
    if event.event_type == "recall_completed":
        return tuple(known for known in recalls if known != reference)
    return recalls


def _values_of(
    state: LifecycleState, event: Event, status: Status | None
) -> dict[int, FoldedValue]:
    row = event_type(event.event_type)
    found: dict[int, JsonValue] = {
        point: event.payload[name]
        for name, member in row.fields.items()
        if (point := member.data_point) is not None and name in event.payload
    }
    if event.event_type == DECLARED and isinstance(event.payload["data_point"], int):
        found[event.payload["data_point"]] = event.payload["value"]
    if row.whole_payload_point is not None:
        found[row.whole_payload_point] = _collected(state, event, row.whole_payload_point)
    if status is not None and status is not state.status:
        found[STATUS_POINT] = status.value
    method = event.payload.get("method", row.method)
    return {
        point: FoldedValue(
            value=value,
            as_of=event.occurred_at,
            event_id=event.event_id,
            method=method if isinstance(method, str) and point != STATUS_POINT else None,
        )
        for point, value in found.items()
    }


def _collected(state: LifecycleState, event: Event, point: int) -> JsonValue:
    before = state.values.get(point)
    earlier = before.value if before is not None else []
    entries = earlier if isinstance(earlier, list) else []
    return [*entries, {"occurred_on": event.occurred_at.date().isoformat(), **event.payload}]


def _texts(value: JsonValue) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        return ()
    return tuple(text for text in value if isinstance(text, str))
