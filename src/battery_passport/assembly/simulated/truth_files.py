"""The truth of a simulated city as files, in a folder that no platform reads.

In: a city, days, a folder outside every home. Out: `truth.json`, `health.parquet`, `cells.parquet`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from battery_passport.assembly.home import Home
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.character import character_of
from battery_passport.simulation.model import Car, City
from battery_passport.simulation.truth import (
    TRUTH_FORMAT,
    CellTruth,
    Truth,
    faulty_cell_on,
    told_fault,
    truth_on,
)

EVERY_DAYS = 7


class TruthWithinHome(InvalidInput):
    """The truth was to be written where the platform could read it."""

    code = "truth-within-home"
    remedy = "Name a folder outside BATTERY_PASSPORT_HOME."


def truth_folder_of(home: Home) -> Path:
    """Return where a home's city keeps its truth if nothing else was said: beside the home."""
    folder = home.folder.resolve()
    return folder.with_name(f"{folder.name}-truth")


def refuse_within(folder: Path, home: Path) -> None:
    """Return if a folder lies outside a home. Raises: TruthWithinHome."""
    if folder.resolve().is_relative_to(home.resolve()):
        raise TruthWithinHome(f"{folder} lies within the home {home}.")


def write_truth(folder: Path, city: City, *, first: date, last: date) -> None:
    """Write what is true of every battery: biases and faults, and weekly how it stands."""
    folder.mkdir(parents=True, exist_ok=True)
    days = _weekly(first, last)
    document = {
        "format": TRUTH_FORMAT,
        "seed": city.seed,
        "opens": city.opens.isoformat(),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "batteries": {car.serial: _told(car) for car in city.cars},
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (folder / "truth.json").write_text(text, encoding="utf-8")
    pa.parquet.write_table(_health(city.cars, days), folder / "health.parquet")
    pa.parquet.write_table(_cells(city.cars, days), folder / "cells.parquet")


def _weekly(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=step) for step in range(0, (last - first).days, EVERY_DAYS)]
    return [*days, last]


def _told(car: Car) -> JsonObject:
    character = character_of(car)
    return {
        "number": car.number,
        "model": car.model.name,
        "soc_bend": character.soc_bend,
        "soh_bias": character.soh_bias,
        "ageing_pace": character.ageing_pace,
        "fault": told_fault(car),
    }


def _health(cars: Sequence[Car], days: Sequence[date]) -> pa.Table:
    rows = [(car, truth_on(car, day)) for car in cars for day in days]
    return _table([car for car, _truth in rows], [truth for _car, truth in rows], Truth)


def _cells(cars: Sequence[Car], days: Sequence[date]) -> pa.Table:
    found = [(car, faulty_cell_on(car, day)) for car in cars for day in days]
    faulty = [(car, truth) for car, truth in found if truth is not None]
    return _table([car for car, _truth in faulty], [truth for _car, truth in faulty], CellTruth)


def _table(cars: Iterable[Car], rows: Sequence[object], kind: type[Truth | CellTruth]) -> pa.Table:
    told = [asdict(row) for row in rows]  # type: ignore[call-overload]
    columns = {field.name: [row[field.name] for row in told] for field in fields(kind)}
    return pa.table({"serial": pa.array([car.serial for car in cars], pa.string()), **columns})
