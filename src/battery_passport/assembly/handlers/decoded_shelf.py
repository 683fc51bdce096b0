"""Batches that were just decoded, for whoever needs them next: then nothing is decoded twice.

In: decoded batches. Out: the same once, as long as there was room for them.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.many import BatchDecoder
from battery_passport.telemetry.model import DecodedBatch

ROOM_BYTES: Final = 64 << 20
"""Some thousand batches of a minute; what comes beyond is decoded again when it is wanted."""


_GROUPS_KEPT: Final = 16


class DecodedShelf:
    """Bounded; of one process, and used by one thread at a time."""

    def __init__(self, *, room_bytes: int = ROOM_BYTES) -> None:
        self.decoder = BatchDecoder()
        self._room_bytes = room_bytes
        self._held_bytes = 0
        self._held: dict[bytes, DecodedBatch] = {}
        self._groups: deque[list[bytes]] = deque([[]])

    def begin_group(self, batches: int) -> None:
        """Say how many batches come next; those of long ago are forgotten."""
        self.decoder.prepare_for(batches)
        self._groups.append([])
        while len(self._groups) > _GROUPS_KEPT:
            for digest in self._groups.popleft():
                self._drop(digest)

    def put(self, batch: DecodedBatch) -> None:
        """Keep a batch if there is room: who came first is first wanted."""
        size = _bytes_of(batch)
        if self._held_bytes + size <= self._room_bytes and batch.digest not in self._held:
            self._held[batch.digest] = batch
            self._held_bytes += size
            self._groups[-1].append(batch.digest)

    def missing(self, digests: Iterable[bytes]) -> list[bytes]:
        """Return those of the digests that are not here."""
        return [digest for digest in digests if digest not in self._held]

    def take(self, digest: bytes, encoded: bytes | None) -> DecodedBatch:
        """Return a batch and forget it; decoded now from its bytes if it is not here.

        Raises: LookupError if it is neither here nor are there bytes of it.
        """
        batch = self._drop(digest)
        if batch is not None:
            return batch
        if encoded is None:
            raise LookupError(
                f"The batch {digest.hex()}, which waits for the history, is not stored."
            )
        return self.decoder.decode(open_envelope(encoded))

    def _drop(self, digest: bytes) -> DecodedBatch | None:
        batch = self._held.pop(digest, None)
        self._held_bytes -= 0 if batch is None else _bytes_of(batch)
        return batch


def _bytes_of(batch: DecodedBatch) -> int:
    values = sum(column.nbytes for column in batch.columns.values())
    return batch.sampled_at_ms.nbytes + values
