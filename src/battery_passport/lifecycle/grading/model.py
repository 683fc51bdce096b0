"""What a grade is made from, and what it says, as frozen values.

In: values made from statements, events and findings. Out: a verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.model import Event


class Grade(StrEnum):
    """This project's grades of used batteries; R is not for further use as it is."""

    A = "A"
    B = "B"
    C = "C"
    R = "R"


class Use(StrEnum):
    """What can become of a used battery."""

    REUSE = "re-use"
    REMANUFACTURE = "remanufacture"
    REPURPOSE = "repurpose"
    RECYCLE = "recycle"


class Weight(StrEnum):
    """How much a finding weighs: looked at, to be repaired first, or the end."""

    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRange:
    """State of health in percent with its 90 % interval, and the time of the last measurement."""

    value_percent: float
    low_percent: float
    high_percent: float
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFinding:
    """What diagnostics, safety or tamper rules found and nobody has cleared.

    `is_local` says that it concerns a cell or module which can be replaced; `casts_doubt` that the
    figures may not be this battery's.
    """

    kind: str
    weight: Weight
    first_at: datetime
    is_local: bool = False
    casts_doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """All that a grade rests on, as known at `as_of`.

    `health` is None where there is no figure. `nominal_pack_v` scales the insulation resistance of
    an inspection; None leaves that check out.
    """

    as_of: datetime
    health: HealthRange | None
    events: tuple[Event, ...]
    findings: tuple[KnownFinding, ...] = ()
    nominal_pack_v: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code for translation, an English sentence, and its parameters."""

    code: str
    sentence: str
    parameters: Mapping[str, JsonValue]

    def as_json(self) -> JsonObject:
        """Return code, sentence and parameters."""
        return {
            "code": self.code,
            "sentence": self.sentence,
            "parameters": dict(self.parameters),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A grade (None: not yet), what is suggested, and why.

    `reasons` explain grade and suggestion, the weightiest first. `missing` is what has to be there
    before the suggestion may be followed.
    """

    grade: Grade | None
    suggestion: Use | None
    reasons: tuple[Reason, ...]
    missing: tuple[Reason, ...]

    def as_json(self) -> JsonObject:
        """Return the verdict as `diagnose --json` prints it."""
        return {
            "grade": None if self.grade is None else self.grade.value,
            "suggestion": None if self.suggestion is None else self.suggestion.value,
            "reasons": [each.as_json() for each in self.reasons],
            "missing": [each.as_json() for each in self.missing],
            "scale": SCALE,
        }


SCALE = "project-defined, lower bound of the 90 % interval: A from 80 %, B from 70 %, C from 60 %"
"""What the letters mean, told wherever one is shown."""
