"""Checks the measurements of batches and sums the findings up, while the batches are read.

In: batches in the order of the log. Out: their findings, and what `QualityStore` adds in the
transaction of their reader.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.quality import QualityStore, QualityTally, Source
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.handlers.quality_tally import (
    Reading,
    tally_batch,
    tally_boot,
    tally_findings,
)
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.registry.model import Rating
from battery_passport.registry.rules import merged_rating
from battery_passport.telemetry.quality.checking import check_quality
from battery_passport.telemetry.quality.model import Finding, QualityMemory
from battery_passport.telemetry.quality.scanning import PLAIN, Scanners, compiled_scanners

Findings = tuple[Finding, ...]

_MOST_RATINGS: Final = 20_000
_WORTH_COMPILING: Final = 32
"""Batches that come together before compiled passes are loaded, which takes a second."""


class QualityKeeper:
    """Keeps ratings at hand, which do not change once they are known; all else is in SQL."""

    def __init__(self) -> None:
        self._ratings: dict[UUID, Rating] = {}
        self._scan = PLAIN

    def check(
        self, connection: Connection, readings: Sequence[Reading]
    ) -> tuple[list[Findings], QualityTally]:
        """Return the findings of each batch, and what the group adds to the sums."""
        if len(readings) >= _WORTH_COMPILING:
            self._scan = compiled_scanners()
        memories = self._memories(connection, readings)
        tally, found = QualityTally(), list[Findings]()
        for reading in readings:
            findings = _checked(reading, memories, tally, self._scan)
            tally_boot(tally, reading)
            tally_findings(tally, reading, findings)
            found.append(findings)
        return found, tally

    def _memories(
        self, connection: Connection, readings: Iterable[Reading]
    ) -> dict[Source, QualityMemory]:
        sources = {(reading.claims.device_id, reading.battery_id) for reading in readings}
        kept = QualityStore(connection).memories(sources)
        return {
            source: QualityMemory.from_json(kept.get(source), self._rating(connection, source[1]))
            for source in sources
        }

    def _rating(self, connection: Connection, battery_id: UUID) -> Rating:
        known = self._ratings.get(battery_id)
        if known is None:
            known = rating_of(connection, battery_id)
            if len(self._ratings) < _MOST_RATINGS:
                self._ratings[battery_id] = known
        return known


def rating_of(connection: Connection, battery_id: UUID) -> Rating:
    """Return what is declared of a battery, by itself or by its model."""
    registry = RegistryStore(connection)
    battery = registry.battery(battery_id)
    if battery is None:
        return Rating()
    model = None if battery.model_id is None else registry.model(battery.model_id)
    return merged_rating(battery.rating, None if model is None else model.rating)


def _checked(
    reading: Reading,
    memories: dict[Source, QualityMemory],
    tally: QualityTally,
    scan: Scanners,
) -> Findings:
    if reading.batch is None:
        return (Finding("unreadable", None, 1, reading.received_ms, reading.received_ms),)
    source = (reading.claims.device_id, reading.battery_id)
    findings, memories[source] = check_quality(
        reading.batch,
        memories[source],
        received_at=from_unix_ms(reading.received_ms),
        scan=scan,
    )
    tally_batch(tally, reading, reading.batch, memories[source])
    return findings
