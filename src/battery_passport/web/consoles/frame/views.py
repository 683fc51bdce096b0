"""What role pages know of a battery and of what was recorded about it.

In: values gathered by the assembly. Out: frozen values for pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from battery_passport.access.model import Resource
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import BatteryCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryCard:
    """A battery by what anyone may know of it, and as the policies ask about it.

    `ended` tells that it was recycled: nothing can be recorded about it any more.
    """

    resource: Resource
    identifier: BatteryIdentifier
    alias: str
    model_name: str
    category: BatteryCategory | None
    chemistry: str
    rated_capacity_ah: float | None
    responsible_name: str
    has_passport: bool
    suspended: bool = False
    ended: bool = False

    @property
    def battery_id(self) -> UUID:
        """The id that every record of it carries."""
        if self.resource.battery_id is None:
            raise LookupError(f"The card of {self.identifier} names no battery.")
        return self.resource.battery_id

    @property
    def words(self) -> str:
        """What a search looks in."""
        return f"{self.identifier} {self.alias} {self.model_name} {self.responsible_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """An event as lists show it; `by_own` tells that the reader's organisation recorded it."""

    event_id: UUID
    event_type: str
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    by_own: bool
    payload: JsonObject
    recorded_by_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form somebody began, about one battery."""

    draft_id: UUID
    battery: BatteryCard
    fields: Mapping[str, str]
    saved_at: datetime
