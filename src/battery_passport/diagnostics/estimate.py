"""A battery's health as a named method sees it, with evidence; and the same as JSON.

In: findings and the digests of the batches behind them. Out: what `diagnose --json` prints.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from battery_passport.diagnostics.model import Direction, Findings, Interval, Leg, NotDetermined
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.registry.model import Rating

PERCENT_DECIMALS = 1
AH_DECIMALS = 2
RATIO_DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEstimate:
    """What a named method makes of a battery's measurements.

    `evidence` holds the digests of the batches behind the figures: the method gives the very same
    findings on those batches alone. `legs_seen` counts the charges (or drives) there were before
    the ones that add nothing were left out. `evidence_assumptions` were declared by who sealed
    batches.
    """

    method: str
    version: str
    parameters: Mapping[str, JsonValue]
    rating: Rating
    findings: Findings
    legs_seen: int
    as_of: datetime | None
    evidence: tuple[bytes, ...]
    evidence_assumptions: tuple[str, ...]

    def as_json(self) -> JsonObject:
        """Return the estimate as `diagnose --json` prints it."""
        found = self.findings
        return {
            "state_of_health": self._figures(
                "percent", scaled(found.health_ratio, 100.0), PERCENT_DECIMALS
            ),
            "capacity": self._figures("ah", found.capacity_ah, AH_DECIMALS),
            "rating": rating_as_json(self.rating),
            "discharges": found.used(Direction.DISCHARGE),
            "legs_seen": self.legs_seen,
            "reference_conditions": reference_conditions(found),
            "assumptions": assumptions_as_json(found),
            "evidence_assumptions": list(self.evidence_assumptions),
            "as_of": None if self.as_of is None else moment(self.as_of),
            "legs": [_leg(leg) for leg in found.legs],
        }

    def _figures(self, unit: str, figure: Interval | NotDetermined, decimals: int) -> JsonObject:
        figures = figure_as_json(unit, figure, decimals)
        if isinstance(figure, NotDetermined):
            return figures
        return figures | {
            "method": self.method,
            "version": self.version,
            "charges": self.findings.used(Direction.CHARGE),
            "evidence": [digest.hex() for digest in self.evidence],
        }


def figure_as_json(unit: str, figure: Interval | NotDetermined, decimals: int) -> JsonObject:
    """Return value, low and high with a fixed number of decimals, or null and the reason."""
    if isinstance(figure, NotDetermined):
        return {
            f"value_{unit}": None,
            "reason": figure.sentence,
            "reason_code": figure.code,
            "reason_parameters": dict(figure.parameters),
        }
    return {
        f"value_{unit}": round(figure.value, decimals),
        f"low_{unit}": round(figure.low, decimals),
        f"high_{unit}": round(figure.high, decimals),
    }


def scaled(figure: Interval | NotDetermined, factor: float) -> Interval | NotDetermined:
    """Return a figure in another unit; a reason stays as it is."""
    return figure.scaled(factor) if isinstance(figure, Interval) else figure


def rating_as_json(rating: Rating) -> JsonObject:
    """Return what is declared of the battery, null where it is not."""
    return {
        "rated_capacity_ah": rating.rated_capacity_ah,
        "cells_in_series": rating.cells_in_series,
        "chemistry": None if rating.chemistry is None else rating.chemistry.value,
    }


def reference_conditions(findings: Findings) -> JsonObject:
    """Return the temperatures the charges were met at; nothing is corrected to a reference."""
    met = findings.temperature_celsius
    return {
        "corrected": False,
        "low_celsius": None if met is None else round(met[0], 1),
        "high_celsius": None if met is None else round(met[1], 1),
    }


def assumptions_as_json(findings: Findings) -> list[JsonValue]:
    """Return what the method takes for granted: codes and English sentences."""
    return [{"code": made.code, "sentence": made.sentence} for made in findings.assumptions]


def moment(at: datetime) -> str:
    """Return a time to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _leg(leg: Leg) -> JsonObject:
    return {
        "started_at": moment(leg.started_at),
        "ended_at": moment(leg.ended_at),
        "direction": leg.direction.value,
        "moved_ah": round(leg.moved_ah, AH_DECIMALS),
        "anchor": None if leg.anchor is None else leg.anchor.value,
        "counted_ah": None if leg.counted_ah is None else round(leg.counted_ah, AH_DECIMALS),
        "swing_ratio": None if leg.swing_ratio is None else round(leg.swing_ratio, RATIO_DECIMALS),
        "verdict": leg.verdict.value,
    }
