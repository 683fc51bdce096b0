"""The one way to read evidence: from its table, or from the segment it was sealed into.

In: digests. Out: the bytes that were signed, checked against their digest where they come from a
segment. Erased evidence is absent.
"""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.segments.errors import SegmentGone
from battery_passport.adapters.segments.folder import Place, SegmentFolder
from battery_passport.adapters.sql.evidence_places import EvidencePlace, EvidencePlaces


class EvidenceReader:
    """Reads within one transaction."""

    def __init__(self, connection: Connection, segments: SegmentFolder) -> None:
        self._places = EvidencePlaces(connection)
        self._segments = segments

    def by_digest(self, digest: bytes) -> bytes | None:
        """Return the bytes of a batch, or None. Raises: EvidenceDamaged."""
        return self.by_digests([digest]).get(digest)

    def by_digests(self, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the bytes of batches by their digests. Raises: EvidenceDamaged."""
        return self._read(list(self._places.by_digests(digests).values()))

    def received(self, digests: Sequence[bytes]) -> dict[bytes, tuple[bytes, int]]:
        """Return (bytes, received_at_ms) of batches by their digests. Raises: EvidenceDamaged."""
        places = self._places.by_digests(digests)
        return {
            digest: (encoded, places[digest].received_at_ms)
            for digest, encoded in self._read(list(places.values())).items()
        }

    def of_battery(self, battery_id: UUID) -> Iterator[tuple[bytes, bytes]]:
        """Yield (digest, bytes) of a battery's batches in the order they were collected."""
        for place in self._places.of_battery(battery_id):
            yield from self._read([place]).items()

    def bytes_of(self, places: Sequence[EvidencePlace]) -> dict[bytes, bytes]:
        """Return the bytes at known places by their digests. Raises: EvidenceDamaged."""
        return self._read(places)

    def _read(self, places: Sequence[EvidencePlace]) -> dict[bytes, bytes]:
        found = {place.digest: place.encoded for place in places if place.encoded}
        for file, within in _by_file(places).items():
            wanted = [(place.digest, Place(place.offset, place.octets)) for place in within]
            found |= zip((digest for digest, _ in wanted), self._within(file, wanted), strict=True)
        return found

    def _within(self, file: str, wanted: Sequence[tuple[bytes, Place]]) -> Sequence[bytes]:
        return self._segments.read(file, wanted)


class EvidenceDoor:
    """Opens readers; what may be handed about without a transaction."""

    def __init__(self, segments: SegmentFolder) -> None:
        self.segments = segments

    def of(self, connection: Connection) -> EvidenceReader:
        """Return the reader within a transaction."""
        return EvidenceReader(connection, self.segments)


def _by_file(places: Iterable[EvidencePlace]) -> dict[str, list[EvidencePlace]]:
    by_file: dict[str, list[EvidencePlace]] = {}
    for place in places:
        if place.file is not None and not place.encoded:
            by_file.setdefault(place.file, []).append(place)
    return by_file


__all__ = ["EvidenceDoor", "EvidenceReader", "SegmentGone"]
