"""The embedded chain's own journal: what a restart replays, line by line, fsynced.

In: entries (JSON objects). Out: the same entries after any crash; a torn last line is cut off.
Each line is `checksum entry`; the checksum covers the entry and the checksum of the line before.
"""

import fcntl
import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from battery_passport.adapters.evm.errors import ChainInUse, JournalDamaged
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, canonical_json, parse_json_object

_CHECKSUM_DIGITS = 32


class Journal:
    """An append-only file that one process holds at a time."""

    def __init__(self, path: Path) -> None:
        """Open or create the journal, take its lock, cut off a torn last line.

        Raises: ChainInUse, JournalDamaged.
        """
        self.path = path
        self.entries: list[JsonObject] = []
        self.cut_bytes = 0
        self._checksum = b""
        path.parent.mkdir(parents=True, exist_ok=True)
        fsync_folder(path.parent.parent)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._lock()
            self._load()
        except BaseException:
            self.close()
            raise

    def append(self, entry: JsonObject) -> None:
        """Write an entry; it is durable on return.

        After an OSError the journal must be closed and opened anew: what is on disk is unknown.
        """
        encoded = canonical_json(entry)
        checksum = _checksum(self._checksum, encoded)
        line = checksum + b" " + encoded + b"\n"
        written = os.write(self._file, line)
        if written != len(line):
            raise OSError(f"Only {written} of {len(line)} bytes of a journal line were written.")
        os.fsync(self._file)
        self._checksum = checksum
        self.entries.append(entry)

    def close(self) -> None:
        """Close the file, which frees its lock."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ChainInUse(f"The chain journal {self.path.name} is in use.") from error

    def _load(self) -> None:
        """Read every entry, cut a torn tail, and make the file's own name durable."""
        content = self.path.read_bytes()
        whole = 0
        while whole < len(content):
            end = content.find(b"\n", whole) + 1
            entry = self._read_line(content[whole : end - 1]) if end else None
            if entry is None:
                if end and end < len(content):
                    raise JournalDamaged(
                        f"Line {len(self.entries) + 1} of {self.path.name} is damaged, "
                        "and lines follow it."
                    )
                break
            self.entries.append(entry)
            whole = end
        self.cut_bytes = len(content) - whole
        if self.cut_bytes:
            os.ftruncate(self._file, whole)
        os.fsync(self._file)
        fsync_folder(self.path.parent)

    def _read_line(self, line: bytes) -> JsonObject | None:
        """Return the entry of a line and take over its checksum; None if the line is not whole."""
        checksum, encoded = line[:_CHECKSUM_DIGITS], line[_CHECKSUM_DIGITS + 1 :]
        if checksum != _checksum(self._checksum, encoded) or checksum + b" " + encoded != line:
            return None
        try:
            entry = parse_json_object(encoded)
        except InvalidInput:
            return None
        self._checksum = checksum
        return entry


def _checksum(before: bytes, encoded: bytes) -> bytes:
    return hashlib.sha256(before + encoded).hexdigest()[:_CHECKSUM_DIGITS].encode()


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, content: bytes) -> None:
    """Put a file in place whole or not at all."""
    draft = path.with_name(path.name + ".new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    fsync_folder(path.parent)
