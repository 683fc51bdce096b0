"""Valid events and histories; a test states only what it varies."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.service import ReportedEvent, admit_event
from tests.factories.registry import LOG_KEY

DAY_ZERO = datetime(2027, 3, 1, tzinfo=UTC)
NOW = datetime(2028, 1, 1, tzinfo=UTC)


def on_day(day: float) -> datetime:
    return DAY_ZERO + timedelta(days=day)


def make_event(
    name: str, payload: JsonObject | None = None, *, day: float = 0, sequence: int = 1
) -> Event:
    return Event(
        event_id=UUID(int=(7 << 76) | (2 << 62) | sequence),
        log_key=LOG_KEY,
        sequence=sequence,
        event_type=name,
        occurred_at=on_day(day),
        recorded_at=on_day(day),
        recorded_by="pilot-operator",
        payload={} if payload is None else payload,
    )


def admit(
    history: list[Event], name: str, payload: JsonObject | None = None, *, day: float = 0
) -> Event:
    """Admit an event as the service does and append it to the history."""
    reported = ReportedEvent(
        event_type=name,
        occurred_at=on_day(day),
        recorded_by="pilot-operator",
        payload={} if payload is None else payload,
    )
    event = admit_event(reported, log_key=LOG_KEY, history=history, now=NOW)
    history.append(event)
    return event


def make_history(rows: Iterable[tuple[str, JsonObject, float]]) -> list[Event]:
    """Return an admitted history from (type, payload, day) rows, in the order they are recorded."""
    history: list[Event] = []
    for name, payload, day in rows:
        admit(history, name, payload, day=day)
    return history
