"""Modules of a battery model at rest: kept, declared later, never changed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.migrate import upgrade
from battery_passport.adapters.sql.opening import open_database
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.operations.registry import register_model
from battery_passport.passport.model_file import ModelFile, parse_model_file
from battery_passport.registry.errors import ConflictingRegistration
from battery_passport.simulation.model_definition import model_file_bytes
from battery_passport.simulation.pack_models import PACK_MODELS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
WITH = parse_model_file(model_file_bytes(PACK_MODELS[0]), on=date(2026, 11, 23))
WITHOUT = replace(WITH, rating=replace(WITH.rating, cells_per_module=None))


def stored_after(database: Database, *files: ModelFile) -> tuple[int, ...] | None:
    with database.write() as connection:
        store = RegistryStore(connection)
        for file in files:
            register_model(store, file, NOW)
        model = store.model_by_name(WITH.name)
        assert model is not None
        return model.rating.cells_per_module


def test_modules_may_be_declared_later_but_not_otherwise(tmp_path: Path) -> None:
    database = open_database("", tmp_path / "platform.sqlite3")
    upgrade(database)

    assert stored_after(database, WITHOUT) is None
    assert stored_after(database, WITH, WITH) == (12,) * 8

    other = replace(WITH, rating=replace(WITH.rating, cells_per_module=(48, 48)))
    for refused in (other, WITHOUT):
        with pytest.raises(ConflictingRegistration, match="cells_per_module"):
            stored_after(database, refused)
    database.close()
