"""What inspectors' pages need besides what every role does.

In: nothing. Out: the port that assembly fulfils, and its values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from battery_passport.access.model import Principal
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.reading.views import HealthStatement, MeasuredHealth


class Reason(StrEnum):
    """Why a battery is due, the most urgent first."""

    REPORTED = "reported"
    FAILED = "failed"
    REMOVED = "removed"
    NEVER = "never"
    LONG_AGO = "long-ago"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueBattery:
    """A battery that is due, why, and since when."""

    card: BatteryCard
    reason: Reason
    since: datetime
    last_inspected_at: datetime | None


@dataclass(frozen=True, slots=True)
class BothFigures:
    """What the platform estimates and what an inspection body measured; each may be missing."""

    estimate: HealthStatement | None
    measured: MeasuredHealth | None


class InspectionBook(Protocol):
    """Knows which batteries of an inspector's city are due, and what is known of their health."""

    def both(self, card: BatteryCard) -> BothFigures:
        """Return the newest estimate and the newest measurement that stands."""

    def due(self, principal: Principal) -> Sequence[DueBattery]:
        """Return them, the most urgent first."""
