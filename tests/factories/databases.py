"""Fresh record stores, one way to open each kind.

In: a folder. Out: an empty database to which every migration was applied.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from battery_passport.adapters.sql.database import Database, open_sqlite
from battery_passport.adapters.sql.migrate import upgrade
from battery_passport.adapters.sql.postgresql import open_postgresql
from tests.factories.postgresql import running_cluster


@contextmanager
def sqlite_store(folder: Path) -> Iterator[Database]:
    database = open_sqlite(folder / "records.sqlite")
    try:
        upgrade(database)
        yield database
    finally:
        database.close()


@contextmanager
def postgresql_store(_folder: Path) -> Iterator[Database]:
    database = open_postgresql(running_cluster().fresh())
    try:
        yield database
    finally:
        database.close()


RECORD_STORES: dict[str, Callable[[Path], AbstractContextManager[Database]]] = {
    "sqlite": sqlite_store,
    "postgresql": postgresql_store,
}
