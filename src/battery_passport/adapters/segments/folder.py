"""A folder of segments: written once, hashed again from the disk, read by place.

In: batches by digest, or their places. Out: durable segments, or the bytes that were signed.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO

from battery_passport.adapters.segments.errors import EvidenceDamaged, SegmentGone
from battery_passport.adapters.segments.format import FIRST_LINE, HEAD_BYTES, entries, entry

_ENDING = ".segment"
_UNFINISHED = ".segment.unfinished"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a batch's bytes begin in a segment, and how many they are."""

    offset: int
    octets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A durable segment; `places` are those of its batches, in the order they were given."""

    file: str
    sha256: bytes
    octets: int
    places: tuple[Place, ...]


class SegmentFolder:
    """One process seals at a time; readers are free."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def seal(self, batches: Iterable[tuple[bytes, bytes]]) -> Segment:
        """Write (digest, bytes) into a new segment, which is on the disk, whole, at the end.

        Raises: EvidenceDamaged if the disk does not give back what was written.
        """
        unfinished = self._folder / f"{os.getpid()}{_UNFINISHED}"
        _make_folder(self._folder)
        try:
            with unfinished.open("wb") as file:
                places = tuple(_append(file, batches))
                file.flush()
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            octets = unfinished.read_bytes()
            _check_whole(octets, places)
            digest = sha256(octets).digest()
            name = f"{digest.hex()}{_ENDING}"
            unfinished.replace(self._folder / name)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        _sync(self._folder)
        return Segment(file=name, sha256=digest, octets=len(octets), places=places)

    def read(self, file: str, wanted: Sequence[tuple[bytes, Place]]) -> list[bytes]:
        """Return the bytes of batches by their digests and places in one segment.

        Raises: SegmentGone, EvidenceDamaged.
        """
        try:
            descriptor = os.open(self._folder / file, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise SegmentGone(f"Segment {file} is missing.") from error
        try:
            return [_read(descriptor, file, digest, place) for digest, place in wanted]
        finally:
            os.close(descriptor)

    def path(self, file: str) -> Path:
        """Return where a segment lies."""
        return self._folder / file

    def check(self, file: str, digest: bytes) -> None:
        """Return if a segment's bytes are those of its digest.

        Raises: SegmentGone, EvidenceDamaged.
        """
        try:
            with self.path(file).open("rb") as opened:
                found = file_digest(opened, "sha256").digest()
        except FileNotFoundError as error:
            raise SegmentGone(f"Segment {file} is missing.") from error
        if found != digest:
            raise EvidenceDamaged(f"Segment {file} hashes to {found.hex()}.")

    def files(self) -> set[str]:
        """Return the names of all segments, and of what a process left behind."""
        if not self._folder.is_dir():
            return set()
        return {path.name for path in self._folder.iterdir() if path.is_file()}

    def let_go(self, file: str) -> None:
        """Note that nothing names a segment from now on; `remove_strays` removes it later."""
        os.utime(self.path(file))

    def remove_strays(self, named: Collection[str], *, before: datetime) -> int:
        """Remove files that are not among those named, and were let go before; return how many.

        Whoever reads by an older view of the database finds them until then.
        """
        removed = 0
        for file in self.files() - set(named):
            if self.path(file).stat().st_mtime < before.timestamp():
                self.path(file).unlink()
                removed += 1
        return removed


def _append(file: BinaryIO, batches: Iterable[tuple[bytes, bytes]]) -> Iterator[Place]:
    at = file.write(FIRST_LINE)
    for digest, encoded in batches:
        written = file.write(entry(digest, encoded))
        yield Place(at + HEAD_BYTES, len(encoded))
        at += written


def _check_whole(octets: bytes, places: Sequence[Place]) -> None:
    found = []
    for digest, offset, length in entries(octets):
        if sha256(octets[offset : offset + length]).digest() != digest:
            raise EvidenceDamaged(f"The disk gave back other bytes for batch {digest.hex()}.")
        found.append(Place(offset, length))
    if found != list(places):
        raise EvidenceDamaged("The disk gave back another segment than was written.")


def _read(descriptor: int, file: str, digest: bytes, place: Place) -> bytes:
    encoded = os.pread(descriptor, place.octets, place.offset)
    if sha256(encoded).digest() != digest:
        raise EvidenceDamaged(f"Segment {file} holds other bytes for batch {digest.hex()}.")
    return encoded


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, mode=0o700)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
