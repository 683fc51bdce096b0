"""What the resistance method says, as frozen values.

In: values made by the method. Out: figures with intervals, or the reason why there are none.
"""

from dataclasses import dataclass
from datetime import datetime

from battery_passport.diagnostics.estimate import figure_as_json, moment, scaled
from battery_passport.diagnostics.model import Interval, NotDetermined
from battery_passport.foundation.strict_json import JsonObject

_MILLI = 1_000.0
_MOHM_DECIMALS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmthPoint:
    """Typical resistance in a band of temperature, for a curve."""

    celsius: float
    resistance_ohm: float
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResistanceEstimate:
    """Pack resistance at 25 °C in ohms, from `steps` on `days` days.

    `seconds_between` is the typical time between the two samples of a step, which the figure
    depends on. `evidence` holds the digests of the batches behind it.
    """

    method: str
    version: str
    resistance_ohm: Interval | NotDetermined
    slope_k: float | None
    days: int
    steps: int
    seconds_between: float | None
    celsius: tuple[float, float] | None
    over_warmth: tuple[WarmthPoint, ...]
    as_of: datetime | None
    evidence: tuple[bytes, ...]

    def as_json(self) -> JsonObject:
        """Return the figures as `diagnose --json` prints them."""
        figures = figure_as_json("mohm", scaled(self.resistance_ohm, _MILLI), _MOHM_DECIMALS)
        return figures | {
            "method": self.method,
            "version": self.version,
            "reference_celsius": 25.0,
            "steps": self.steps,
            "days": self.days,
            "seconds_between_samples": self.seconds_between,
            "low_celsius": None if self.celsius is None else round(self.celsius[0], 1),
            "high_celsius": None if self.celsius is None else round(self.celsius[1], 1),
            "over_temperature": [
                {
                    "celsius": each.celsius,
                    "mohm": round(each.resistance_ohm * _MILLI, _MOHM_DECIMALS),
                    "steps": each.steps,
                }
                for each in self.over_warmth
            ],
            "as_of": None if self.as_of is None else moment(self.as_of),
            "evidence": [digest.hex() for digest in self.evidence],
        }
