"""What the passport stage announces, past tense.

In: an issued version. Out: the fact whose outbox row is the version's pending log leaf.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportIssued:
    """A version was issued and signed; `digest` is the SHA-256 of its record bytes."""

    kind: ClassVar[str] = "passport-issued"
    battery_id: UUID
    version: int
    digest: bytes
