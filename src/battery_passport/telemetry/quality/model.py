"""Findings, what is expected of a battery, and what checks remember from batch to batch.

In: nothing. Out: frozen values; memory as JSON and back.
"""

from dataclasses import dataclass, field
from typing import Self

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import Rating
from battery_passport.telemetry.quality.kinds import KINDS, Severity

UNKNOWN_RATING = Rating()


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark on values that were kept as they are.

    `column` is None where it is about the samples' times or the whole batch; `first_sample` is
    the place of the first such sample in its batch.
    """

    kind: str
    column: str | None
    count: int
    first_ms: int
    last_ms: int
    first_sample: int = 0

    @property
    def severity(self) -> Severity:
        """How grave its kind is."""
        return KINDS[self.kind].severity

    def as_flag(self) -> JsonObject:
        """Return the finding as it is kept with its batch."""
        return {
            "code": self.kind,
            "column": self.column,
            "count": self.count,
            "first_sample": self.first_sample,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityMemory:
    """What one device's earlier batches tell about its next.

    `discharged_uah` is the charge given since the state of charge was `anchor_soc_permyriad`;
    `counters` are the highest values of columns that only grow. `last_ms` is the time of the latest
    sample in the order of time, whatever arrived since.
    """

    rating: Rating = UNKNOWN_RATING
    last_ms: int | None = None
    last_current_ma: int | None = None
    anchor_soc_permyriad: int | None = None
    discharged_uah: int = 0
    counters: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> JsonObject:
        """Return what is to be kept; the rating is known elsewhere."""
        return {
            "last_ms": self.last_ms,
            "current": self.last_current_ma,
            "soc": self.anchor_soc_permyriad,
            "uah": self.discharged_uah,
            "counters": dict(self.counters),
        }

    @classmethod
    def from_json(cls, kept: JsonObject | None, rating: Rating) -> Self:
        """Return the memory that was kept, or an empty one."""
        if kept is None:
            return cls(rating=rating)
        counters = kept.get("counters")
        return cls(
            rating=rating,
            last_ms=_whole(kept.get("last_ms")),
            last_current_ma=_whole(kept.get("current")),
            anchor_soc_permyriad=_whole(kept.get("soc")),
            discharged_uah=_whole(kept.get("uah")) or 0,
            counters={name: _whole(value) or 0 for name, value in counters.items()}
            if isinstance(counters, dict)
            else {},
        )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
