"""What the log's addresses need from the rest of the platform.

In: nothing. Out: the port that `assembly` fills, and what it gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.tiles import TileName


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedEpoch:
    """A state epoch's record with the salt that joins it to its log entry."""

    record: JsonObject
    salt: bytes
    log_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessStanding:
    """A witness and how far it has followed: `size` is 0 before its first cosignature."""

    name: str
    verifier_key: str
    size: int
    answered_at: datetime | None
    failing_since: datetime | None


class PublishedLog(Protocol):
    """The log as far as a checkpoint was signed."""

    def checkpoint(self) -> bytes | None:
        """Return the newest checkpoint, with the cosignatures that came in, or None."""

    def size(self) -> int:
        """Return the size of the newest checkpoint; 0 if there is none."""

    def tile(self, name: TileName) -> bytes:
        """Return a tile or entry bundle. Raises: TilesContradict if it is not stored."""

    def consistency(self, old_size: int, new_size: int) -> Sequence[bytes]:
        """Return the hashes that join two sizes of the log. Raises: NoSuchEntry."""

    def epochs(self, *, before: int | None, limit: int) -> Sequence[OpenedEpoch]:
        """Return logged state epochs, the newest first, with numbers below `before`."""

    def witnesses(self) -> tuple[int, Sequence[WitnessStanding]]:
        """Return how many cosignatures proofs here need, and every witness."""
