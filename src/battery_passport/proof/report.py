"""What verification says: the checks that held, in order, and what a bundle cannot show.

In: verified parts. Out: a report for people (`lines`) and for programs (`as_json`).
"""

from dataclasses import dataclass
from datetime import datetime

from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that holds, or that is not shown: a stable name and plain words."""

    name: str
    words: str

    def as_json(self) -> JsonObject:
        return {"name": self.name, "words": self.words}


LATEST_NOT_PROVEN = Remark(
    "latest-not-proven",
    "Latest not proven: a newer version may exist; ask the issuer.",
)
STATUS_NOT_CHECKED = Remark(
    "status-not-checked",
    "Status not checked: whether the passport was suspended or revoked is not in this file.",
)
ON_DEVELOPMENT_LEDGER = Remark(
    "development-ledger",
    "Anchored on a development ledger: one party runs it, so it is no outside witness.",
)


NO_WITNESSES = Remark(
    "no-witnesses",
    "No independent witness signed the log: that it shows everyone the same is its own word.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """A bundle of which every part held.

    `passport` is the disclosed content, `statements` are the payloads of the health statements;
    `as_of` is when the passport version was signed: nothing later is known from the file.
    """

    as_of: datetime
    issuer: str
    subject: str
    sequence: int
    log_origin: str
    log_index: int
    log_size: int
    sections: tuple[str, ...]
    checks: tuple[Remark, ...]
    limits: tuple[Remark, ...]
    passport: JsonObject
    statements: tuple[JsonObject, ...] = ()
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
            "sections": list(self.sections),
            "statements": len(self.statements),
            "batches": self.batches,
            "checks": [each.as_json() for each in self.checks],
            "not_shown": [each.as_json() for each in self.limits],
        }

    def lines(self) -> list[str]:
        """Return the report for people."""
        return [
            f"VALID as of {format_utc(self.as_of)}",
            f"Battery: {self.subject}",
            f"Issuer:  {self.issuer}, version {self.sequence}",
            f"Shown:   {', '.join(('public part', *self.sections))}",
            *(f"  held: {each.words}" for each in self.checks),
            *(f"  note: {each.words}" for each in self.limits),
        ]
