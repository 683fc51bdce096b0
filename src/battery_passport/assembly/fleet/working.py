"""What a worker of the daily run does, in a process of its own.

In: where the data lie, a battery. Out: its diagnosis, or what failed.
"""

import atexit
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from battery_passport.adapters.parquet.history import ParquetHistory
from battery_passport.adapters.segments.folder import SegmentFolder
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.diagnoses import StoredDiagnosis
from battery_passport.adapters.sql.opening import open_database
from battery_passport.assembly.diagnosing.digests.reading import DigestReader
from battery_passport.assembly.diagnosing.storing import as_stored
from battery_passport.assembly.diagnosing.whole import diagnose_by
from battery_passport.assembly.evidence.live_history import LiveHistory
from battery_passport.assembly.evidence.reader import EvidenceDoor
from battery_passport.assembly.home import Home
from battery_passport.assembly.manifest import CommittedManifest


@dataclass(frozen=True, slots=True)
class Task:
    """One battery to be diagnosed, as known at `as_of`; `anew` from its whole history."""

    battery_id: UUID
    basis: str
    as_of: datetime
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the data lie, as a worker anywhere is told."""

    home: Path
    database_url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """A battery whose diagnosis failed, and how."""

    battery_id: UUID
    error: str


@dataclass(frozen=True, slots=True)
class _Sources:
    database: Database
    digests: DigestReader


def diagnose_one(place: Place, task: Task) -> StoredDiagnosis | Failed:
    """Return a battery's diagnosis; whatever it fails on is told, not raised."""
    try:
        sources = _sources(place)
        look = partial(sources.digests.look, task.battery_id, anew=task.anew)
        found = diagnose_by(sources.database, look, task.battery_id, as_of=task.as_of)
    except Exception as error:  # noqa: BLE001 - one battery must not hold up the others
        return Failed(task.battery_id, f"{type(error).__name__}: {error}")
    return as_stored(found, basis=task.basis, made_at=task.as_of)


def close_sources() -> None:
    """Close what this process opened for its work, if anything."""
    while _OPEN:
        _, sources = _OPEN.popitem()
        sources.database.close()


_OPEN: dict[Place, _Sources] = {}
"""A worker's own ways to the data, opened once; they end with the process."""

atexit.register(close_sources)


def _sources(place: Place) -> _Sources:
    if place not in _OPEN:
        _OPEN[place] = _opened(place)
    return _OPEN[place]


def _opened(place: Place) -> _Sources:
    home = Home(place.home)
    database = open_database(place.database_url, home.database)
    files = ParquetHistory(home.history, CommittedManifest(database))
    evidence = EvidenceDoor(SegmentFolder(home.segments))
    return _Sources(database, DigestReader(LiveHistory(database, files, evidence), files))
