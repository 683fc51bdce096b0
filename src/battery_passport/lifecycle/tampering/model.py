"""What a battery's data say of itself at a moment, and what cannot be true of it.

In: values made from telemetry. Out: findings.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.grading.model import Reason


class TamperKind(StrEnum):
    """What was found."""

    COUNTERS_RESET = "counters_reset"
    HEALTH_ROSE = "health_rose"
    OTHER_PACK = "other_pack"
    TWO_PACKS = "two_packs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Counters and stated health at a moment, None where they were not reported.

    `pattern` is how each cell lies above or below the others, clipped, of mean 0 and length 1: the
    products of two patterns add up to their correlation.
    Units: metres; Ah; percent of the rated capacity.
    """

    at: datetime
    odometer_m: float | None = None
    charged_ah: float | None = None
    discharged_ah: float | None = None
    stated_health_percent: float | None = None
    cells_in_series: int | None = None
    pattern: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TamperFinding:
    """Something that cannot be true of one untouched battery, known since `first_at`."""

    kind: TamperKind
    first_at: datetime
    reason: Reason

    def as_json(self) -> JsonObject:
        """Return the finding as `diagnose --json` prints it."""
        return {
            "kind": self.kind.value,
            "since": self.first_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            **self.reason.as_json(),
        }
