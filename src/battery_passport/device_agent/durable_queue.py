"""A queue in files that survives loss of power: what was appended is on the disk, in order.

In: sealed batches. Out: the same, oldest first, after any restart; at worst one is given twice.

Segments hold records of length, checksum and bytes; a record is appended and forced to the disk
before `append` returns. What was delivered is noted in a small file that may lag behind: then a
batch is sent again, which the platform recognises.
"""

import json
import os
import struct
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from battery_passport.device_agent.errors import QueueFull
from battery_passport.device_agent.model import Refused
from battery_passport.foundation.digests import sha256

SEGMENT_BYTES = 4 << 20
_HEAD = struct.Struct(">II")
_LARGEST_BATCH_BYTES = 8 << 20
_DELIVERED_FILE = "delivered"


@dataclass(slots=True)
class _Segment:
    """One file: how many bytes of it are whole records, and how many records those are."""

    number: int
    path: Path
    size: int = 0
    records: int = 0


@dataclass(slots=True)
class Recovered:
    """What was found when the queue was opened."""

    waiting: int = 0
    torn_bytes: int = 0
    notes: list[str] = field(default_factory=list)


class DurableQueue:
    """A `Queue` in a folder. For one process and thread.

    `limit` batches and `limit_bytes` bound what waits and what was set aside.
    """

    def __init__(
        self,
        folder: Path,
        *,
        limit: int = 20_000,
        limit_bytes: int = 256 << 20,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self._folder, self._aside = folder, folder / "set-aside"
        self._limit, self._limit_bytes, self._segment_bytes = limit, limit_bytes, segment_bytes
        self.recovered = Recovered()
        _make_folder(folder)
        _make_folder(self._aside)
        self._segments = deque(self._read_segments())
        self._offset = self._read_delivered()
        self._waiting = sum(each.records for each in self._segments) - self._skipped()
        self._set_aside = sum(1 for _ in self._aside.glob("*.cose"))
        self._tail = -1
        self._open_tail()
        self.recovered.waiting = self._waiting

    def close(self) -> None:
        """Let go of the files; all that was appended is in them."""
        os.close(self._tail)
        self._tail = -1

    def room(self) -> int:
        free = self._limit - self._waiting - self._set_aside
        return max(0, free) if sum(each.size for each in self._segments) < self._limit_bytes else 0

    def waiting(self) -> int:
        return self._waiting

    def set_aside(self) -> int:
        """Return how many batches were refused for good and are kept for a person to see."""
        return self._set_aside

    def append(self, encoded: bytes) -> None:
        if self.room() < 1 or len(encoded) > _LARGEST_BATCH_BYTES:
            raise QueueFull(f"{self._waiting} batches wait and {self._set_aside} are set aside.")
        segment = self._segments[-1]
        record = _HEAD.pack(len(encoded), zlib.crc32(encoded)) + encoded
        try:
            _write_all(self._tail, record)
            os.fsync(self._tail)
        except OSError as error:
            self._undo(segment)
            raise QueueFull(f"The disk does not take the batch: {error.strerror}.") from error
        segment.size += len(record)
        segment.records += 1
        self._waiting += 1
        if segment.size >= self._segment_bytes:
            self._begin_segment(segment.number + 1)

    def first(self) -> bytes | None:
        if not self._waiting:
            return None
        self._drop_delivered_segments()
        with self._segments[0].path.open("rb") as file:
            file.seek(self._offset)
            length, checksum = _HEAD.unpack(file.read(_HEAD.size))
            encoded = file.read(length)
        if zlib.crc32(encoded) != checksum:
            raise OSError(f"{self._segments[0].path} changed under the queue.")
        return encoded

    def all_waiting(self) -> Iterator[bytes]:
        """Yield every batch that waits, oldest first."""
        at = self._offset
        for segment in list(self._segments):
            content = segment.path.read_bytes()
            while at < segment.size:
                begin = at + _HEAD.size
                at = begin + int(_HEAD.unpack_from(content, at)[0])
                yield content[begin:at]
            at = 0

    def remove_first(self) -> None:
        encoded = self.first()
        if encoded is None:
            return
        self._offset += _HEAD.size + len(encoded)
        self._waiting -= 1
        self._drop_delivered_segments()
        self._note_delivered()

    def set_aside_first(self, refusal: Refused) -> None:
        encoded = self.first()
        if encoded is None:
            return
        name = sha256(encoded).hex()
        path = self._aside / f"{name}.cose"
        is_new = not path.exists()
        _write_durably(self._aside / f"{name}.json", json.dumps({"code": refusal.code}).encode())
        _write_durably(path, encoded)
        self._set_aside += is_new
        self.remove_first()

    def _read_segments(self) -> list[_Segment]:
        found = [self._read_segment(path) for path in sorted(self._folder.glob("*.seg"))]
        return found or [self._new_segment(1)]

    def _read_segment(self, path: Path) -> _Segment:
        """Return a segment up to its first record that is not whole; the rest is cut off."""
        segment = _Segment(int(path.stem), path)
        content = path.read_bytes()
        while segment.size + _HEAD.size <= len(content):
            length, checksum = _HEAD.unpack_from(content, segment.size)
            begin = segment.size + _HEAD.size
            encoded = content[begin : begin + length]
            if not length or len(encoded) != length or zlib.crc32(encoded) != checksum:
                break
            segment.size = begin + length
            segment.records += 1
        torn = len(content) - segment.size
        if torn:
            self.recovered.torn_bytes += torn
            self.recovered.notes.append(f"{path.name}: {torn} bytes without a whole batch")
            os.truncate(path, segment.size)
            _sync_file(path)
        return segment

    def _new_segment(self, number: int) -> _Segment:
        path = self._folder / f"{number:08d}.seg"
        path.touch(mode=0o600)
        _sync_file(path)
        _sync_folder(self._folder)
        return _Segment(number, path)

    def _begin_segment(self, number: int) -> None:
        self._segments.append(self._new_segment(number))
        self._open_tail()

    def _open_tail(self) -> None:
        if self._tail >= 0:
            os.close(self._tail)
        self._tail = os.open(self._segments[-1].path, os.O_WRONLY | os.O_APPEND)

    def _undo(self, segment: _Segment) -> None:
        os.ftruncate(self._tail, segment.size)

    def _read_delivered(self) -> int:
        """Return the offset in the oldest segment up to which all was delivered."""
        try:
            number, offset = map(int, (self._folder / _DELIVERED_FILE).read_text().split())
        except (OSError, ValueError):
            return 0
        while len(self._segments) > 1 and self._segments[0].number < number:
            self._segments.popleft().path.unlink()
        first = self._segments[0]
        return offset if first.number == number and self._is_boundary(first, offset) else 0

    def _is_boundary(self, segment: _Segment, offset: int) -> bool:
        return self._records_before(segment, offset) is not None

    def _skipped(self) -> int:
        return self._records_before(self._segments[0], self._offset) or 0

    @staticmethod
    def _records_before(segment: _Segment, offset: int) -> int | None:
        content, at, count = segment.path.read_bytes(), 0, 0
        while at < min(offset, segment.size):
            at += _HEAD.size + _HEAD.unpack_from(content, at)[0]
            count += 1
        return count if at == offset else None

    def _drop_delivered_segments(self) -> None:
        while len(self._segments) > 1 and self._offset >= self._segments[0].size:
            self._segments.popleft().path.unlink()
            self._offset = 0

    def _note_delivered(self) -> None:
        # Not forced to the disk: after a loss of power some batches are sent once more.
        path = self._folder / _DELIVERED_FILE
        temporary = path.with_suffix(".new")
        temporary.write_text(f"{self._segments[0].number} {self._offset}\n", encoding="ascii")
        temporary.replace(path)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, mode=0o700)
        _sync_folder(folder.parent)


def _write_all(descriptor: int, octets: bytes) -> None:
    view = memoryview(octets)
    while view:
        view = view[os.write(descriptor, view) :]


def _write_durably(path: Path, octets: bytes) -> None:
    temporary = path.with_name(f".{path.name}")
    with temporary.open("wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync_folder(path.parent)


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
