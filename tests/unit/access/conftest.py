"""A fresh record store for services of access, which are never tested over stand-ins.

In: a folder. Out: an office: desks with a standing clock, over SQLite.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.databases import sqlite_store
from tests.factories.people import Office, office


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Office]:
    """An office over an empty database."""
    with sqlite_store(tmp_path) as database:
        yield office(database)
