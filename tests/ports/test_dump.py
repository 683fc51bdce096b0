"""What one database gives out, either database takes in, and gives out again the same."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import insert, text

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.dump import DumpedTable, Row, TableLoader, dump_tables, is_empty
from battery_passport.adapters.sql.facts import Announcement, FactStore
from battery_passport.adapters.sql.migrate import downgrade
from battery_passport.adapters.sql.row_seals import check_seals
from battery_passport.adapters.sql.schema import (
    battery_models,
    checkpoints,
    log_tiles,
    organisations,
)
from tests.factories.databases import RECORD_STORES
from tests.factories.ledger import MOMENT

BATTERY = UUID("01890000-0000-7000-8000-000000000002")
ANNOUNCED = 1_200
EVERY_BYTE = bytes(range(256))


@pytest.fixture(params=RECORD_STORES)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    folder = tmp_path / "target"
    folder.mkdir()
    with RECORD_STORES[request.param](folder) as database:
        yield database


def fill(database: Database) -> None:
    maker = {
        "organisation_id": str(BATTERY),
        "slug": "maker",
        "name": "제조사 \\N \t\n'\"‖ 🔋",
        "roles": ["a", None, 0.1, {"b": 1e-300}],
        "registered_at_ms": 2**53 + 1,
    }
    model = {
        "model_id": str(BATTERY),
        "name": "",
        "gtin": "\\.",
        "category": "ev",
        "manufacturer_id": str(BATTERY),
        "rated_capacity_ah": 0.1 + 0.2,
        "cells_in_series": None,
        "chemistry": None,
        "data_points": None,
        "registered_at_ms": -1,
    }
    signed = {"size": 3, "root": bytes(32), "note": "n", "made_at_ms": 0, "anchored_at_ms": None}
    with database.write() as connection:
        connection.execute(insert(organisations), [maker])
        connection.execute(insert(battery_models), [model])
        connection.execute(insert(checkpoints), [signed])
        connection.execute(
            insert(log_tiles),
            [{"level": 0, "tile_index": n, "octets": EVERY_BYTE[n:]} for n in (0, 1, 255, 256)],
        )
        for number in range(ANNOUNCED):
            digest = number.to_bytes(32, "big")
            announcement = Announcement(kind="tested", battery_id=BATTERY, digest=digest)
            FactStore(connection).announce(announcement, MOMENT)


def dumped(database: Database) -> dict[str, tuple[tuple[str, ...], list[Row]]]:
    with database.read() as connection:
        return {
            table.name: (table.columns, [tuple(row) for row in table.rows])
            for table in dump_tables(connection)
        }


def test_a_dump_is_the_same_after_a_round_through_either_database(
    record_store: Database, target: Database
) -> None:
    fill(record_store)
    given = dumped(record_store)
    with target.write() as connection:
        loader = TableLoader(connection)
        for name, (columns, rows) in given.items():
            assert loader.expects(name, columns)
            assert loader.load(DumpedTable(name=name, columns=columns, rows=rows)) == len(rows)
        assert not loader.expects("facts", ["position"])
        assert not loader.expects("alembic_version", ["version_num"])
        assert not loader.expects("row_seals", ["table_name", "digest", "row_count"])
    assert dumped(target) == given
    with target.read() as connection:
        assert list(check_seals(connection)) == []
    assert len(given["facts"][1]) == ANNOUNCED
    # JSON's null and no value at all are two things.
    assert given["battery_models"][1][0][given["battery_models"][0].index("data_points")] == "null"
    assert given["checkpoints"][1][0][given["checkpoints"][0].index("anchor")] is None
    with target.write() as connection:
        later = Announcement(kind="tested", battery_id=BATTERY, digest=b"\xff" * 32)
        FactStore(connection).announce(later, MOMENT)
        newest = FactStore(connection).by_digest(later.digest)
        largest = connection.execute(text("SELECT max(position) FROM facts")).scalar_one()
    assert newest is not None
    assert newest.position == largest > ANNOUNCED


def test_referred_tables_come_first_and_some_may_be_left_out(record_store: Database) -> None:
    with record_store.read() as connection:
        names = [table.name for table in dump_tables(connection, without={"facts"})]
        assert not is_empty(connection)
    assert names.index("organisations") < names.index("battery_models") < names.index("batteries")
    assert "facts" not in names


def test_an_empty_database_is_known_as_such(record_store: Database) -> None:
    downgrade(record_store)
    with record_store.write() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        assert is_empty(connection)
