"""What a forecast is made from, and what it says, as frozen values.

In: values made from estimates. Out: years with quantiles, chances, effects.
"""

from dataclasses import dataclass

from battery_passport.foundation.strict_json import JsonObject

_PERCENT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSeen:
    """An estimate of health at an age. Units: years; ratios; `sd_ratio` is one standard error."""

    age_years: float
    health_ratio: float
    sd_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastBasis:
    """All that a forecast rests on; shares and distances are None where they are not known.

    `fast_share` of all charges are fast ones; `full_share` of all hours are above 90 % charge.
    """

    age_years: float
    seen: tuple[HealthSeen, ...]
    fast_share: float | None = None
    full_share: float | None = None
    odometer_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Years from now until health passes a line: 5, 50 and 95 % quantiles; None beyond the horizon.

    All are 0 where it passed already.
    """

    line_ratio: float
    low_years: float | None
    middle_years: float | None
    high_years: float | None

    def as_json(self) -> JsonObject:
        """Return the crossing in percent and years."""
        return {
            "line_percent": round(_PERCENT * self.line_ratio),
            "low_years": _rounded(self.low_years),
            "value_years": _rounded(self.middle_years),
            "high_years": _rounded(self.high_years),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FanPoint:
    """Quantiles of health at an age: 5, 25, 50, 75 and 95 %."""

    age_years: float
    health_ratios: tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalLine:
    """The chance that health is at the line or above when age or distance ends it."""

    name: str
    line_ratio: float
    at_age_years: float
    chance: float

    def as_json(self) -> JsonObject:
        """Return the line and the chance."""
        return {
            "name": self.name,
            "line_percent": round(_PERCENT * self.line_ratio),
            "at_age_years": round(self.at_age_years, 1),
            "chance_percent": round(_PERCENT * self.chance),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitEffect:
    """By how many points a year a habit changes the loss against an ordinary one, with a range."""

    name: str
    points_a_year: float
    low: float
    high: float

    def as_json(self) -> JsonObject:
        """Return the effect in points of health a year."""
        return {
            "name": self.name,
            "points_a_year": round(self.points_a_year, 2),
            "low": round(self.low, 2),
            "high": round(self.high, 2),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is to be expected of a battery that goes on being used as now."""

    method: str
    version: str
    loss_points_a_year: tuple[float, float, float]
    crossings: tuple[Crossing, ...]
    fan: tuple[FanPoint, ...]
    legal_lines: tuple[LegalLine, ...]
    effects: tuple[HabitEffect, ...]
    estimates: int

    def as_json(self) -> JsonObject:
        """Return the forecast as `diagnose --json` prints it."""
        low, middle, high = (round(each, 2) for each in self.loss_points_a_year)
        return {
            "method": self.method,
            "version": self.version,
            "estimates": self.estimates,
            "loss_points_a_year": {"value": middle, "low": low, "high": high},
            "remaining": [each.as_json() for each in self.crossings],
            "euro7": [each.as_json() for each in self.legal_lines],
            "habits": [each.as_json() for each in self.effects],
            "fan": [
                {
                    "age_years": round(each.age_years, 2),
                    "percent": [round(_PERCENT * ratio, 1) for ratio in each.health_ratios],
                }
                for each in self.fan
            ],
        }


def _rounded(years: float | None) -> float | None:
    return None if years is None else round(years, 1)
