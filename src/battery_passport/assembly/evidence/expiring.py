"""Lets evidence go when its time is over: segment by segment, under signed tombstones.

In: segments with nothing younger than the setting says. Out: batches whose bytes are gone, while
their keys and digests stay known; what a published figure rests on is sealed anew and held.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from battery_passport.adapters.segments.folder import SegmentFolder
from battery_passport.adapters.sql.acts import ErasureStore
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence_places import (
    EvidencePlace,
    EvidencePlaces,
    SegmentRow,
)
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.assembly.evidence.holding import held_digests
from battery_passport.assembly.evidence.reader import EvidenceReader
from battery_passport.assembly.evidence.sealing import record_segment
from battery_passport.foundation.clock import Clock, unix_ms
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.ledger.entry import entry_hash
from battery_passport.ledger.note import NoteSigner
from battery_passport.ledger.tombstone import MAX_ENTRIES, Tombstone, sign_tombstone

_LOOKED_AT_AGAIN: Final = timedelta(days=1)
"""A segment of which everything is held may have let go of something by then."""


class EvidenceExpirer:
    """Fulfils `pipeline.Housekeeping`."""

    def __init__(
        self,
        database: Database,
        segments: SegmentFolder,
        clock: Clock,
        *,
        signer: NoteSigner,
        retention: timedelta | None,
    ) -> None:
        """Without `retention` evidence is kept for ever."""
        self._database = database
        self._segments = segments
        self._clock = clock
        self._signer = signer
        self._retention = retention
        self._all_held: dict[int, datetime] = {}

    def run(self, *, urgent: bool) -> bool:  # noqa: ARG002 - whose time is over need not hurry
        """Let one segment go if its time is over; return whether one was."""
        if self._retention is None:
            return False
        return self.expire_next(self._clock.now() - self._retention) > 0

    def expire_next(self, before: datetime) -> int:
        """Erase the batches of the oldest segment with nothing received since that moment.

        Return how many were erased. Raises: EvidenceDamaged.
        """
        for row in self._due(before):
            erased = self._expire(row)
            if erased:
                return erased
            self._all_held[row.number] = self._clock.now()
        return 0

    def _due(self, before: datetime) -> list[SegmentRow]:
        with self._database.read() as connection:
            rows = EvidencePlaces(connection).segments(received_before_ms=unix_ms(before))
        again = self._clock.now() - _LOOKED_AT_AGAIN
        return [row for row in rows if self._all_held.get(row.number, again) <= again]

    def _expire(self, row: SegmentRow) -> int:
        with self._database.read() as connection:
            batches = EvidencePlaces(connection).in_segment(row.number)
            held = held_digests(connection, {batch.battery_id for batch in batches})
            kept = [batch for batch in batches if batch.digest in held]
            if batches and len(kept) == len(batches):
                return 0
            octets = EvidenceReader(connection, self._segments).bytes_of(kept)
        segment = (
            self._segments.seal((batch.digest, octets[batch.digest]) for batch in kept)
            if kept
            else None
        )
        with self._database.write() as connection:
            places = EvidencePlaces(connection)
            now = held_digests(connection, {batch.battery_id for batch in batches})
            if not held >= {batch.digest for batch in batches} & now:
                return 0  # a figure was published meanwhile
            if segment is not None:
                record_segment(places, segment, kept, self._clock.now())
            erased = [batch for batch in batches if batch.digest not in held]
            self._bury(connection, erased)
            places.drop_segment(row.number)
            SqlManifest(connection).clear_waiting([batch.digest for batch in erased])
        self._segments.let_go(row.file)
        return len(erased)

    def _bury(self, connection: Connection, erased: Sequence[EvidencePlace]) -> None:
        """Sign tombstones for the log entries of erased batches."""
        store, moment = ErasureStore(connection), self._clock.now()
        facts = FactStore(connection).of_batches([batch.digest for batch in erased])
        leaves = {
            fact.log_index: entry_hash(fact.salt, fact.digest)
            for fact in facts.values()
            if fact.log_index is not None
        }
        for page in _pages(sorted(leaves)):
            tombstone = Tombstone(
                origin=self._signer.name,
                erased_at=moment,
                leaves={index: leaves[index] for index in page},
            )
            note = sign_tombstone(tombstone, [self._signer])
            store.add_tombstone(new_uuid7(moment), note, moment)


def _pages(indices: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(indices), MAX_ENTRIES):
        yield indices[start : start + MAX_ENTRIES]
