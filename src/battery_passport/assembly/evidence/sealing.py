"""Seals old evidence: whole batches go from their table into an immutable segment.

In: batches in the order of the log, older than the setting says. Out: segments that are on the
disk and hashed again before the one transaction that takes the bytes out of the table. Wherever a
crash falls, each batch lies in the table or in a segment that the table names, or in both.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from battery_passport.adapters.segments.folder import Segment, SegmentFolder
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import BATCH_STORED
from battery_passport.adapters.sql.evidence_places import (
    EvidencePlace,
    EvidencePlaces,
    SegmentRow,
)
from battery_passport.adapters.sql.facts import Fact, FactStore
from battery_passport.foundation.clock import Clock, unix_ms

SEALER: Final = "evidence-sealer"
"""Its cursor: batches of log entries before it are sealed, or erased."""

SEGMENT_BYTES: Final = 32 << 20
SEGMENT_BATCHES: Final = 12_000
LEFT_FOR_READERS: Final = timedelta(hours=6)
"""An audit that began before a segment was let go finds it for so long."""

_TIDIED_EVERY: Final = timedelta(hours=1)
_FACTS_AT_ONCE: Final = 500
_LONGEST_WAIT: Final = timedelta(days=1)
"""Fewer batches than fill a segment are sealed after so much more time."""


class EvidenceSealer:
    """Fulfils `pipeline.Housekeeping`."""

    def __init__(
        self,
        database: Database,
        segments: SegmentFolder,
        clock: Clock,
        *,
        after: timedelta | None,
    ) -> None:
        """Without `after` nothing is sealed unasked."""
        self._database = database
        self._segments = segments
        self._clock = clock
        self._after = after
        self._tidied_at: datetime | None = None

    def run(self, *, urgent: bool) -> bool:  # noqa: ARG002 - old evidence is in no hurry
        """Seal one segment if enough batches are old enough; return whether one was."""
        self._tidy()
        if self._after is None:
            return False
        before = self._clock.now() - self._after
        return self._is_due(before) and self.seal_next(before) > 0

    def seal_next(self, before: datetime) -> int:
        """Seal the next batches received before that moment, at most a segment of them.

        Return how many were. Raises: EvidenceDamaged if the disk does not give them back.
        """
        self.remove_strays()
        places, following = self._gathered(before)
        if following is None:
            return 0
        unsealed = [place for place in places if place.encoded]
        segment = (
            self._segments.seal((place.digest, place.encoded) for place in unsealed)
            if unsealed
            else None
        )
        with self._database.write() as connection:
            if segment is not None:
                record_segment(EvidencePlaces(connection), segment, unsealed, self._clock.now())
            FactStore(connection).move_cursor(SEALER, following)
        return len(places)

    def remove_strays(self) -> None:
        """Remove files that nothing names: what a crash left behind, what was let go."""
        with self._database.read() as connection:
            named = {row.file for row in EvidencePlaces(connection).segments()}
        self._segments.remove_strays(named, before=self._clock.now() - LEFT_FOR_READERS)

    def waiting(self, before: datetime) -> int:
        """Return how many log entries there are up to that moment that were not looked at."""
        with self._database.read() as connection:
            store = FactStore(connection)
            return store.count_from(store.cursor(SEALER), before=before, kind=BATCH_STORED)

    def _tidy(self) -> None:
        now = self._clock.now()
        if self._tidied_at is None or not now - _TIDIED_EVERY < self._tidied_at <= now:
            self.remove_strays()
            self._tidied_at = now

    def _is_due(self, before: datetime) -> bool:
        with self._database.read() as connection:
            store = FactStore(connection)
            cursor = store.cursor(SEALER)
            first = _next_batch(store, cursor)
            last = _next_batch(store, cursor + SEGMENT_BATCHES)
        waited = first is not None and first.recorded_at < before - _LONGEST_WAIT
        return waited or (last is not None and last.recorded_at < before)

    def _gathered(self, before: datetime) -> tuple[list[EvidencePlace], int | None]:
        """Return old batches that fit into a segment, and the log index behind them."""
        with self._database.read() as connection:
            store, evidence = FactStore(connection), EvidencePlaces(connection)
            following = store.cursor(SEALER)
            gathered, octets, moved = list[EvidencePlace](), 0, False
            while octets < SEGMENT_BYTES and len(gathered) < SEGMENT_BATCHES:
                page = _old_batches(store, following, before)
                places = evidence.by_digests([fact.digest for fact in page])
                gathered += [places[fact.digest] for fact in page if fact.digest in places]
                octets += sum(len(place.encoded) for place in places.values())
                if not page:
                    break
                following, moved = _index(page[-1]) + 1, True
        return gathered, following if moved else None


def record_segment(
    places: EvidencePlaces, segment: Segment, batches: Sequence[EvidencePlace], moment: datetime
) -> None:
    """Record, in this transaction, that these batches lie in a segment that is on the disk."""
    times = [batch.received_at_ms for batch in batches]
    row = SegmentRow(
        number=places.next_number(),
        file=segment.file,
        sha256=segment.sha256,
        octets=segment.octets,
        batches=len(batches),
        first_received_ms=min(times),
        last_received_ms=max(times),
        sealed_at_ms=unix_ms(moment),
    )
    moved = [
        (batch.digest, place.offset, place.octets)
        for batch, place in zip(batches, segment.places, strict=True)
    ]
    places.add_segment(row, moved)


def _next_batch(store: FactStore, index: int) -> Fact | None:
    found = store.of_kinds({BATCH_STORED}, first_index=index, end=1 << 62, limit=1)
    return found[0] if found else None


def _old_batches(store: FactStore, index: int, before: datetime) -> list[Fact]:
    """Return the next batches, up to the first that is too young."""
    page = store.of_kinds({BATCH_STORED}, first_index=index, end=1 << 62, limit=_FACTS_AT_ONCE)
    young = next((at for at, fact in enumerate(page) if fact.recorded_at >= before), len(page))
    return page[:young]


def _index(fact: Fact) -> int:
    if fact.log_index is None:
        raise ValueError(f"Fact {fact.fact_id} has no log index yet.")
    return fact.log_index
