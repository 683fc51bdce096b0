"""Where evidence lies: in its table, in a segment, or nowhere because its time was over.

In: digests or a battery. Out: places; segments by their number. Moving batches into segments.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from battery_passport.adapters.sql.schema import batches
from battery_passport.adapters.sql.schema_segments import evidence_segments
from battery_passport.adapters.sql.upserts import batched

_MOVE = (
    update(batches)
    .where(batches.c.digest == bindparam("moved"))
    .values(
        encoded=b"",
        segment_number=bindparam("number"),
        segment_offset=bindparam("offset"),
        segment_octets=bindparam("octets"),
    )
)
_PLACES = select(
    batches.c.digest,
    batches.c.battery_id,
    batches.c.received_at_ms,
    batches.c.encoded,
    batches.c.segment_offset,
    batches.c.segment_octets,
    evidence_segments.c.file,
).select_from(
    batches.outerjoin(evidence_segments, evidence_segments.c.number == batches.c.segment_number)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePlace:
    """A batch's bytes, or the segment `file` where they begin at `offset`; neither if erased."""

    digest: bytes
    battery_id: UUID
    received_at_ms: int
    encoded: bytes
    file: str | None
    offset: int
    octets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """A segment as the database knows it."""

    number: int
    file: str
    sha256: bytes
    octets: int
    batches: int
    first_received_ms: int
    last_received_ms: int
    sealed_at_ms: int


Moved = tuple[bytes, int, int]
"""A batch's digest, and its offset and octets in a segment."""


class EvidencePlaces:
    """Places within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_digests(self, digests: Sequence[bytes]) -> dict[bytes, EvidencePlace]:
        """Return the places of batches by their digests; one that was never stored is absent."""
        return {
            row["digest"]: _place(row)
            for page in batched(digests)
            for row in self._rows(_PLACES.where(batches.c.digest.in_(page)))
        }

    def senders(self, digests: Sequence[bytes]) -> dict[bytes, UUID]:
        """Return the devices of batches whose bytes are still somewhere."""
        there = or_(func.length(batches.c.encoded) > 0, batches.c.segment_number.is_not(None))
        query = select(batches.c.digest, batches.c.device_id).where(there)
        return {
            row["digest"]: UUID(row["device_id"])
            for page in batched(digests)
            for row in self._rows(query.where(batches.c.digest.in_(page)))
        }

    def standing(self) -> tuple[int, int, int, int]:
        """Return how many batches lie in the table, how many in segments, their bytes, erased."""
        in_table = func.length(batches.c.encoded) > 0
        sealed = batches.c.segment_number.is_not(None)
        query = select(
            func.count(case((in_table, 1))),
            func.count(case((sealed, 1))),
            func.coalesce(func.sum(batches.c.segment_octets), 0),
            func.count(),
        )
        table, segments, octets, everything = self._connection.execute(query).one()
        return int(table), int(segments), int(octets), int(everything - table - segments)

    def of_battery(self, battery_id: UUID) -> Iterator[EvidencePlace]:
        """Yield the places of a battery's batches in the order they were collected."""
        query = _PLACES.where(batches.c.battery_id == str(battery_id))
        for row in self._rows(query.order_by(batches.c.collected_at_ms, batches.c.digest)):
            yield _place(row)

    def in_segment(self, number: int) -> list[EvidencePlace]:
        """Return the places of a segment's batches, in the order of the file."""
        query = _PLACES.where(batches.c.segment_number == number)
        return [_place(row) for row in self._rows(query.order_by(batches.c.segment_offset))]

    def segments(self, *, received_before_ms: int | None = None) -> list[SegmentRow]:
        """Return all segments, or those with nothing younger, the oldest first."""
        query = select(evidence_segments).order_by(evidence_segments.c.last_received_ms)
        if received_before_ms is not None:
            query = query.where(evidence_segments.c.last_received_ms < received_before_ms)
        return [SegmentRow(**row) for row in self._rows(query)]

    def add_segment(self, row: SegmentRow, moved: Sequence[Moved]) -> None:
        """Record a segment, and that these batches lie in it and no longer in their table."""
        values = {name: getattr(row, name) for name in evidence_segments.c.keys()}  # noqa: SIM118 - no dict
        self._connection.execute(insert(evidence_segments), [values])
        self._connection.execute(
            _MOVE,
            [
                {"moved": digest, "number": row.number, "offset": offset, "octets": octets}
                for digest, offset, octets in moved
            ],
        )

    def next_number(self) -> int:
        """Return the number of the next segment."""
        query = select(func.coalesce(func.max(evidence_segments.c.number), 0))
        return int(self._connection.execute(query).scalar_one()) + 1

    def drop_segment(self, number: int) -> None:
        """Forget a segment; batches that were not moved elsewhere before are then erased."""
        self._connection.execute(
            update(batches)
            .where(batches.c.segment_number == number)
            .values(segment_number=None, segment_offset=None, segment_octets=None)
        )
        where = evidence_segments.c.number == number
        self._connection.execute(delete(evidence_segments).where(where))

    def _rows(self, query: Select[Any]) -> Sequence[RowMapping]:
        return self._connection.execute(query).mappings().all()


def _place(row: RowMapping) -> EvidencePlace:
    return EvidencePlace(
        digest=row["digest"],
        battery_id=UUID(row["battery_id"]),
        received_at_ms=row["received_at_ms"],
        encoded=row["encoded"],
        file=row["file"],
        offset=row["segment_offset"] or 0,
        octets=row["segment_octets"] or len(row["encoded"]),
    )
