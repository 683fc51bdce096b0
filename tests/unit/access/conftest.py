"""A fresh record store for services of access, which are never tested over stand-ins.

In: a folder. Out: an office: desks with a standing clock, over SQLite.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from battery_passport.adapters.sql.database import open_sqlite
from tests.factories.databases import sqlite_store
from tests.factories.people import Office, office


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every migration, to be copied: migrating takes longer than a test."""
    folder = tmp_path_factory.mktemp("migrated")
    with sqlite_store(folder):
        pass
    return folder / "records.sqlite"


@pytest.fixture
def made(migrated: Path, tmp_path: Path) -> Iterator[Office]:
    """An office over an empty database."""
    database = open_sqlite(Path(shutil.copy(migrated, tmp_path)))
    try:
        yield office(database)
    finally:
        database.close()
