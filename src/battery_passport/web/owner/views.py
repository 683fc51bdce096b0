"""What an owner's pages know of a battery: values handed over by the ports.

In: credentials, history and events, gathered by the assembly. Out: frozen values for pages.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from battery_passport.access.model import Resource, ResourceKind
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.registry.model import BatteryCategory
from battery_passport.web.views import Evidence, PublicValue


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryFace:
    """A battery as its pages name it, and what policies need to know of it."""

    battery_id: UUID
    identifier: BatteryIdentifier
    model_name: str
    category: BatteryCategory | None
    owner_id: UUID | None
    responsible_id: UUID
    region: str | None

    def resource(self, annex_point: int | None = None) -> Resource:
        """Return the battery as a thing that policies decide on."""
        return Resource(
            kind=ResourceKind.BATTERY,
            battery_id=self.battery_id,
            owner_id=self.owner_id,
            responsible_id=self.responsible_id,
            region=self.region,
            annex_point=annex_point,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Health as our own signed statement says it; never cut off at 100 %. Units: percent."""

    value_percent: float
    low_percent: float
    high_percent: float
    as_of: datetime | None
    charges: int
    method: str
    version: str
    statement: int
    stated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCharge:
    """The latest charge in the history; the levels are those the car itself states."""

    started_at: datetime
    ended_at: datetime
    charged_ah: float
    from_percent: float | None
    to_percent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualPart:
    """Annex XIII point 4 of the newest version, with what was checked about it."""

    version: int
    issued_at: datetime
    values: tuple[PublicValue, ...]
    evidence: Evidence


class NewsKind(StrEnum):
    """What may have happened to a battery between two visits of its owner."""

    PASSPORT_ISSUED = "passport-issued"
    HEALTH_STATED = "health-stated"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that happened; `figure` is a version or a percentage, `event` an event's type."""

    kind: NewsKind
    at: datetime
    figure: float | None = None
    before: float | None = None
    event: str = ""
