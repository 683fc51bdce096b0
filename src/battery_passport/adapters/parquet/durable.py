"""Files that are there, whole, after a power failure.

In: bytes and a path. Out: a synced file in synced folders. (pyarrow and DuckDB sync nothing.)
"""

import os
from pathlib import Path


def write_durably(path: Path, octets: bytes) -> None:
    """Write a file that appears whole or not at all; its folders are made and synced as needed."""
    _make_folder(path.parent)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        # A full disk must not stay full of what nobody names.
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
