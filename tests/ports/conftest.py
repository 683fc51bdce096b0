"""The record stores that every suite here runs over.

In: a test that asks for `record_store`. Out: the same test over SQLite and over PostgreSQL, each
with a fresh database to which every migration was applied.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from battery_passport.adapters.sql.database import Database
from tests.factories.databases import RECORD_STORES, postgresql_store


@pytest.fixture(params=RECORD_STORES)
def record_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database; open its transactions with read, write and append."""
    with RECORD_STORES[request.param](tmp_path) as database:
        yield database


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated PostgreSQL database, for what SQLite cannot do."""
    with postgresql_store(tmp_path) as database:
        yield database
