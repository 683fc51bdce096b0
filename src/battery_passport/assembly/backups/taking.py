"""What goes into a backup, in the order that makes it consistent while everything goes on.

In: settings of an installation, running or not. Out: the parts of a backup.
The chain's journal is copied first: every anchor in it is then of a checkpoint in the records,
which are read after it, all tables in one snapshot. The history is left out: evidence gives it.
"""

import shutil
import stat
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import IO

import cbor2
import zstandard

from battery_passport import __version__
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.dump import DumpedTable, dump_tables
from battery_passport.adapters.sql.evidence_places import EvidencePlaces
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.adapters.sql.migrate import revision_of
from battery_passport.assembly.backups.archive import FORMAT, VERSION, BackupWriter
from battery_passport.assembly.backups.errors import SegmentExpired
from battery_passport.assembly.backups.sealing import seal
from battery_passport.assembly.home import Home
from battery_passport.foundation.clock import Clock, format_utc
from battery_passport.foundation.strict_json import JsonObject

KEYS = "keys"
TABLES = "tables/"
CHAIN = "chain/"
SEGMENTS = "segments/"
HOME = "home/"

LEFT_OUT = frozenset(
    (
        # What lets somebody in for a while: nobody is signed in at what is restored.
        "sessions",
        "grant_sessions",
        "one_time_links",
        "challenges",
        # What evidence gives again.
        "history_parts",
        "history_waiting",
        # What is made anew with the rows that it seals.
        "row_seals",
    )
)
"""Tables whose rows are in no backup."""

_ROWS_AT_ONCE = 200


class BackupTaker:
    """Takes one backup; used as the `fill` of `write_backup`."""

    def __init__(
        self, home: Home, database: Database, clock: Clock, *, passphrase: str | None, origin: str
    ) -> None:
        """Without a passphrase the keys are in clear."""
        self._home = home
        self._database = database
        self._clock = clock
        self._passphrase = passphrase
        self._origin = origin
        self.checkpoint: bytes | None = None
        self.rows = 0

    def __call__(self, writer: BackupWriter) -> JsonObject:
        """Add every part and return the manifest's description of the whole."""
        _add_files(writer, CHAIN, _files(self._home.chain))
        _add_files(writer, HOME, self._home_files())
        described = self._add_records(writer)
        bound: JsonObject = {**described, "parts": writer.parts}
        content, how = seal(_key_files(self._home.keys), self._passphrase, bound=bound)
        writer.add(KEYS, lambda file: file.write(content))
        return {**described, "keys": how}

    def _add_records(self, writer: BackupWriter) -> JsonObject:
        made_at = self._clock.now()
        with self._database.read() as connection:
            store = SqlCheckpointStore(connection)
            head, latest = store.tree_head(), store.latest()
            schema = revision_of(connection)
            segments = [row.file for row in EvidencePlaces(connection).segments()]
            for table in dump_tables(connection, without=LEFT_OUT):
                writer.add(f"{TABLES}{table.name}", partial(self._write, table))
        self._add_segments(writer, segments)
        self.checkpoint = None if latest is None else latest.note
        return {
            "format": FORMAT,
            "version": VERSION,
            "release": __version__,
            "made_at": format_utc(made_at),
            "schema": schema,
            "log": {"origin": self._origin, "size": head.size, "root": head.root.hex()},
            "checkpoint": None if latest is None else latest.note.decode(),
        }

    def _add_segments(self, writer: BackupWriter, files: Iterable[str]) -> None:
        """Add sealed evidence as it lies on the disk. Raises: SegmentExpired."""
        try:
            for file in files:
                writer.add(f"{SEGMENTS}{file}", partial(_copy, self._home.segments / file))
        except FileNotFoundError as error:
            raise SegmentExpired("Evidence was let go while the backup was taken.") from error

    def _write(self, table: DumpedTable, file: IO[bytes]) -> None:
        compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
        with compressor.stream_writer(file, closefd=False) as stream:
            cbor2.dump({"table": table.name, "columns": list(table.columns)}, stream)
            group: list[list[object]] = []
            for row in table.rows:
                group.append(list(row))
                if len(group) == _ROWS_AT_ONCE:
                    self._write_group(stream, group)
                    group = []
            self._write_group(stream, group)

    def _write_group(self, stream: IO[bytes], group: list[list[object]]) -> None:
        self.rows += len(group)
        cbor2.dump(group, stream)

    def _home_files(self) -> list[Path]:
        named = (self._home.identity, self._home.city, self._home.city_truth)
        return [path for path in named if path.exists()]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if stat.S_ISREG(path.lstat().st_mode))


def _add_files(writer: BackupWriter, group: str, paths: Iterable[Path]) -> None:
    for path in paths:
        writer.add(f"{group}{path.name}", partial(_copy, path))


def _copy(path: Path, file: IO[bytes]) -> None:
    with path.open("rb") as content:
        shutil.copyfileobj(content, file)


def _key_files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in _files(folder) if path.suffix == ".json"}
