"""Migrations go both ways on both databases, and end in exactly the tables that the code names."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from battery_passport.adapters.sql.database import Database, open_sqlite
from battery_passport.adapters.sql.migrate import NewerSchema, downgrade, upgrade
from battery_passport.adapters.sql.postgresql import open_postgresql
from battery_passport.adapters.sql.schema import metadata
from tests.factories.postgresql import running_cluster

pytestmark = pytest.mark.integration

OPEN: dict[str, Callable[[Path], Database]] = {
    "sqlite": lambda folder: open_sqlite(folder / "records.sqlite"),
    "postgresql": lambda _folder: open_postgresql(running_cluster().fresh(template="template0")),
}


@pytest.fixture(params=OPEN)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    database = OPEN[request.param](tmp_path)
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    with database.read() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def differences(database: Database) -> list[object]:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_up_down_and_up_again(empty: Database) -> None:
    upgrade(empty)
    assert differences(empty) == []
    assert tables(empty) == set(metadata.tables)
    upgrade(empty)
    downgrade(empty)
    assert tables(empty) == set()
    upgrade(empty)
    assert differences(empty) == []


def test_a_database_of_a_newer_release_is_left_alone(empty: Database) -> None:
    upgrade(empty)
    with empty.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_newer'"))
    with pytest.raises(NewerSchema):
        upgrade(empty)
    assert tables(empty) == set(metadata.tables)
