"""What is said of a pack's modules, as frozen values.

In: what `modules` found. Out: the same, and its form for `diagnose --json`.
"""

from dataclasses import dataclass

from battery_passport.foundation.clock import format_utc, from_unix_ms
from battery_passport.foundation.strict_json import JsonObject

NAME = "module-spread"
VERSION = "1"
KIND = "module_imbalance"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleStanding:
    """A module against the others; module and cells are counted from 0.

    Units: volts against the middle module, at rest; volts a month of 30 days.
    """

    module: int
    first_cell: int
    last_cell: int
    deviation_v: float
    score: float
    drift_v_a_month: float | None
    drift_score: float | None

    def as_json(self) -> JsonObject:
        """Return the module, it and its cells counted from 1."""
        drift_v = self.drift_v_a_month
        return {
            "module": self.module + 1,
            "first_cell": self.first_cell + 1,
            "last_cell": self.last_cell + 1,
            "deviation_mv": round(1_000 * self.deviation_v, 1),
            "score": round(self.score, 1),
            "drift_mv_a_month": None if drift_v is None else round(1_000 * drift_v, 1),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleFinding:
    """A module beyond the line; `drifts` tells whether by its drift or by where it stands."""

    standing: ModuleStanding
    drifts: bool
    severity: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Modules:
    """All modules of a pack; every pack has one that is the worst, and it need not be faulty."""

    until_ms: int
    rests: int
    standings: tuple[ModuleStanding, ...]
    findings: tuple[ModuleFinding, ...]

    @property
    def worst(self) -> ModuleStanding:
        """The module that lies furthest from the middle one, below or above."""
        return max(self.standings, key=lambda each: (abs(each.score), -each.module))

    def as_json(self) -> JsonObject:
        """Return the modules as `diagnose --json` prints them."""
        return {
            "worst": self.worst.as_json(),
            "count": len(self.standings),
            "modules": [each.as_json() for each in self.standings],
            "rests": self.rests,
            "until": format_utc(from_unix_ms(self.until_ms)),
            "method": NAME,
            "version": VERSION,
        }
