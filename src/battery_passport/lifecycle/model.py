"""Lifecycle values: statuses, one event, and the state that events fold into.

In: nothing. Out: frozen values. Source: EU-2023-1542 annex-xiii, art-77.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from battery_passport.foundation.strict_json import JsonObject, JsonValue


class Status(StrEnum):
    """Status of a battery, data point 67. Source: EU-2023-1542 annex-xiii point 4(c)."""

    ORIGINAL = "original"
    REPURPOSED = "repurposed"
    REUSED = "re-used"
    REMANUFACTURED = "remanufactured"
    WASTE = "waste"


class Standing(StrEnum):
    """What events say of the passport itself; whether it was ever issued, only versions tell."""

    OPEN = "open"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to one battery, as recorded.

    `sequence` counts a battery's events from 1 in the order they were recorded; `occurred_at` may
    lie before that of an earlier sequence, because news arrives late. `recorded_by` is the short
    name of an organisation.
    """

    event_id: UUID
    log_key: bytes
    sequence: int
    event_type: str
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    payload: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedValue:
    """A value of a data point and the event that last set it."""

    value: JsonValue
    as_of: datetime
    event_id: UUID
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleState:
    """What a battery's events say of it at one time.

    `values` is keyed by EC data-point number.
    """

    status: Status | None = None
    status_since: datetime | None = None
    placed_on_market_at: datetime | None = None
    standing: Standing = Standing.OPEN
    standing_since: datetime | None = None
    open_recalls: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    values: Mapping[int, FoldedValue]
    events_folded: int = 0
