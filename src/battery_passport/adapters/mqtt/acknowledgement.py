"""What the platform answers to a batch that came over MQTT, after the durable commit.

In: what became of a batch. Out: one small JSON object, and the same read again.
"""

from dataclasses import dataclass
from datetime import datetime

from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, canonical_json, parse_json_object

STORED, DUPLICATE, QUARANTINED = "stored", "duplicate", "quarantined"
REFUSED, LATER = "refused", "later"
_OUTCOMES = frozenset({STORED, DUPLICATE, QUARANTINED, REFUSED, LATER})
_DIGEST_BYTES = 32


class MalformedAcknowledgement(InvalidInput):
    """An answer on the acknowledgement topic is not one of ours."""

    code = "malformed-acknowledgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What became of the batch of a SHA-256 `digest`.

    `stored`, `duplicate`: it is durable. `quarantined`, `refused`: it never will be, `code` says
    why. `later`: send it again after `retry_after_s`. `at` is the platform's clock.
    """

    digest: bytes
    outcome: str
    at: datetime
    code: str | None = None
    retry_after_s: int | None = None

    def encode(self) -> bytes:
        """Return the message."""
        document: JsonObject = {
            "digest": self.digest.hex(),
            "outcome": self.outcome,
            "at": format_utc(self.at),
        }
        if self.code is not None:
            document["code"] = self.code
        if self.retry_after_s is not None:
            document["retry_after_s"] = self.retry_after_s
        return canonical_json(document)

    @classmethod
    def decode(cls, octets: bytes) -> "Acknowledgement":
        """Return what a message says. Raises: MalformedAcknowledgement."""
        try:
            members = parse_json_object(octets)
            found = cls(
                digest=bytes.fromhex(str(members["digest"])),
                outcome=str(members["outcome"]),
                at=parse_utc(str(members["at"])),
                code=_text(members.get("code")),
                retry_after_s=_whole(members.get("retry_after_s")),
            )
        except (InvalidInput, KeyError, ValueError) as error:
            raise MalformedAcknowledgement("The message is no acknowledgement.") from error
        if found.outcome not in _OUTCOMES or len(found.digest) != _DIGEST_BYTES:
            raise MalformedAcknowledgement("The acknowledgement's outcome or digest is unknown.")
        return found


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None
