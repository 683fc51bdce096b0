"""What verification says: the checks that held, in order, and what a bundle cannot show.

In: verified parts. Out: a report for people (`lines`) and for programs (`as_json`).
"""

from dataclasses import dataclass
from datetime import datetime

from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that holds, or that is not shown: a stable name and plain words."""

    name: str
    words: str

    def as_json(self) -> JsonObject:
        return {"name": self.name, "words": self.words}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """A bundle of which every part held.

    `passport` is the disclosed content, `statements` are the payloads of the health statements;
    `as_of` is when the passport version was signed. Later than that the file knows only what
    `latest_as_of` and `status_as_of` say; `final_at` is when validators agreed on the anchor.
    """

    as_of: datetime
    issuer: str
    subject: str
    sequence: int
    log_origin: str
    log_index: int
    log_size: int
    latest_as_of: datetime | None = None
    status_as_of: datetime | None = None
    status_until: datetime | None = None
    final_at: datetime | None = None
    sections: tuple[str, ...]
    checks: tuple[Remark, ...]
    limits: tuple[Remark, ...]
    passport: JsonObject
    statements: tuple[JsonObject, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    batches: int = 0

    def as_json(self) -> JsonObject:
        """Return the report for programs."""
        return {
            "valid": True,
            "as_of": format_utc(self.as_of),
            "issuer": self.issuer,
            "battery": self.subject,
            "version": self.sequence,
            "log": {"origin": self.log_origin, "index": self.log_index, "size": self.log_size},
            "latest_as_of": _optional(self.latest_as_of),
            "status_as_of": _optional(self.status_as_of),
            "status_until": _optional(self.status_until),
            "final_at": _optional(self.final_at),
            "sections": list(self.sections),
            "statements": len(self.statements),
            "measurements": [each.as_claims() for each in self.measurements],
            "batches": self.batches,
            "checks": [each.as_json() for each in self.checks],
            "not_shown": [each.as_json() for each in self.limits],
        }

    def lines(self) -> list[str]:
        """Return the report for people."""
        return [
            f"VALID as of {format_utc(self.as_of)}",
            *self._later_lines(),
            f"Battery: {self.subject}",
            f"Issuer:  {self.issuer}, version {self.sequence}",
            f"Shown:   {', '.join(('public part', *self.sections))}",
            *(_measured_line(each) for each in self.measurements),
            *(f"  held: {each.words}" for each in self.checks),
            *(f"  note: {each.words}" for each in self.limits),
        ]

    def _later_lines(self) -> list[str]:
        named = (
            ("Latest version as of", self.latest_as_of),
            ("Status good as of", self.status_as_of),
            ("Final since", self.final_at),
        )
        return [f"{words} {format_utc(at)}" for words, at in named if at is not None]


def _measured_line(measurement: Measurement) -> str:
    """Return who measured what, and when, in one line."""
    test = measurement.capacity_test
    named = {"Ah": test and test.capacity_ah, "% of health": test and test.health_percent}
    told = [f"{value} {unit}" for unit, value in named.items() if value is not None]
    told += [] if test is None else [f"by {test.method}"]
    told += [f"{len(measurement.items)} figures of the nine items"]
    at = format_utc(measurement.measured_at)
    line = f"Measured by {measurement.organisation} on {at}: {', '.join(told)}"
    if measurement.supersedes is None:
        return line
    reason = measurement.reason or "no reason given"
    return f"{line}; puts an earlier statement of theirs right ({reason})"


def _optional(moment: datetime | None) -> str | None:
    return None if moment is None else format_utc(moment)
