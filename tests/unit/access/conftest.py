"""A fresh record store for services of access, which are never tested over stand-ins.

In: a folder. Out: an office: desks with a standing clock, over SQLite.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from battery_passport.adapters.sql.database import Database, open_sqlite
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
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    opened = open_sqlite(Path(shutil.copy(migrated, tmp_path)))
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def made(database: Database) -> Office:
    """An office over an empty database."""
    return office(database)


@pytest.fixture
def strict(database: Database) -> Office:
    """An office where privileged people must show a passkey."""
    return office(database, passkeys_required=True)
