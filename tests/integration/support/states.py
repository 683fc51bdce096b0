"""What must hold of a home as a power failure left it, before any process has touched it again.

In: a folder and what had been acknowledged by then. Out: everything that is wrong, in words.
"""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

from battery_passport.adapters.evm.journal import Journal
from battery_passport.foundation.errors import BatteryPassportError
from tests.integration.support.effects import effects_of, is_intact, reading

_UNBORN = ("no such table", "no such column", "unable to open")
_FIRST_KEYS = ("issuer", "diagnostics", "log", "importer", "anchor")
"""Keys that every home has before its first record."""


def faults_of(folder: Path, acknowledged: Collection[bytes]) -> list[str]:
    """Return what a restart on this folder could not make good."""
    database = folder / "records.sqlite"
    try:
        return [*_record_faults(database, acknowledged), *_neighbour_faults(folder, database)]
    except sqlite3.OperationalError as error:
        if not any(words in str(error) for words in _UNBORN):
            return [f"database: {error}"]
        # Until the tables are there, nothing can have been acknowledged.
        return [f"lost: all {len(acknowledged)} acknowledged: {error}"] if acknowledged else []
    except sqlite3.DatabaseError as error:
        return [f"database: {error}"]


def _record_faults(database: Path, acknowledged: Collection[bytes]) -> Iterator[str]:
    word = is_intact(database)
    if word != "ok":
        yield f"database: {word}"
    lost = effects_of(database).missing(acknowledged)
    if lost:
        yield f"lost: {len(lost)} of {len(acknowledged)} acknowledged"
    yield from _evidence_faults(database)


def _evidence_faults(database: Path) -> Iterator[str]:
    """Tell of batches whose bytes are neither in the table nor in a segment nor buried."""
    with reading(database) as connection:
        rows = connection.execute(
            "SELECT digest, encoded, file, segment_offset, segment_octets FROM batches"
            " LEFT JOIN evidence_segments ON number = segment_number"
        ).fetchall()
        buried = connection.execute("SELECT count(*) FROM tombstones").fetchone()[0] > 0
    for digest, in_table, file, offset, octets in rows:
        if file is None and not in_table and buried:
            continue
        segment = database.parent / "segments" / str(file)
        encoded = in_table if file is None else _within(segment, offset, octets)
        if hashlib.sha256(encoded).digest() != digest:
            yield f"evidence: the batch {digest.hex()} is nowhere, or altered ({file})"


def _within(segment: Path, offset: int, octets: int) -> bytes:
    return segment.read_bytes()[offset : offset + octets] if segment.is_file() else b""


def _neighbour_faults(folder: Path, database: Path) -> Iterator[str]:
    with reading(database) as connection:
        parts = list(connection.execute("SELECT file, sha256 FROM history_parts"))
        noted = "SELECT anchor FROM checkpoints WHERE anchored_at_ms IS NOT NULL"
        anchors = [json.loads(row[0]) for row in connection.execute(noted)]
        is_set_up = connection.execute("SELECT count(*) FROM devices").fetchone()[0] > 0
    yield from _history_faults(folder / "history", parts)
    yield from _chain_faults(folder / "chain", anchors)
    if is_set_up:
        yield from _setup_faults(folder)


def _setup_faults(folder: Path) -> Iterator[str]:
    for name in (*(f"keys/{key}.json" for key in _FIRST_KEYS), "identity.json"):
        try:
            json.loads((folder / name).read_bytes())
        except (OSError, ValueError) as error:
            yield f"setup: {name} cannot be read: {type(error).__name__}"


def _history_faults(folder: Path, parts: list[tuple[str, bytes]]) -> Iterator[str]:
    for file, digest in parts:
        path = folder / file
        if not path.is_file():
            yield f"history: {file} is named and missing"
        elif hashlib.sha256(path.read_bytes()).digest() != digest:
            yield f"history: {file} is named and torn"


def _chain_faults(folder: Path, anchors: list[dict[str, int]]) -> Iterator[str]:
    if not anchors:
        return
    if not (folder / "journal").is_file():
        yield f"chain: {len(anchors)} anchors are noted, the journal is missing"
        return
    try:
        with Journal(folder / "journal") as journal:
            blocks = {entry["number"] for entry in journal.entries if entry["kind"] == "block"}
    except BatteryPassportError as error:
        yield f"chain: {error.message}"
        return
    missing = {anchor["block"] for anchor in anchors if "block" in anchor} - blocks
    if missing:
        yield f"chain: blocks {sorted(missing)} hold noted anchors and are gone"
