"""Versions of a model's curve are added, and the newest is found."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from battery_passport.adapters.sql.fleet_curves import FleetCurveStore
from battery_passport.adapters.sql.migrate import upgrade
from battery_passport.adapters.sql.opening import open_database
from battery_passport.diagnostics.fleet_capacity.constants import LEARNED, V1
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve

MODEL, OTHER = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
EXTENT = V1.knots + V1.wear_knots + 1
CURVE = FleetCurve(
    model="Made Up",
    cars=7,
    scales=(1,) * len(LEARNED),
    mean=tuple(range(EXTENT)),
    modes=((1,) * EXTENT,),
)


def test_the_newest_version_counts_and_an_equal_one_adds_none(tmp_path: Path) -> None:
    database = open_database("", tmp_path / "records.sqlite")
    upgrade(database)
    with closing(database), database.write() as connection:
        store = FleetCurveStore(connection)
        assert store.newest(MODEL) is None
        assert store.keep(MODEL, CURVE, NOW) == 1
        assert store.keep(MODEL, CURVE, NOW) == 1
        further = replace(CURVE, cars=8)
        assert store.keep(MODEL, further, NOW) == 2
        assert store.newest(MODEL) == further
        assert store.newest(OTHER) is None
