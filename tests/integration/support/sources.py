"""A telematics file of many short trips, and the mapping that reads it.

In: a folder. Out: a CSV file that an import cuts into as many batches as there are trips.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from battery_passport.foundation.strict_json import JsonObject

ROWS_A_TRIP = 2
_FIRST_TRIP = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
# Longer than the gap at which an import begins a new batch.
_BETWEEN_TRIPS = timedelta(minutes=40)

MAPPING = """
format = 1
name = "short-trips"
assumptions = ["made up for a test"]

[clock]
kind = "column"
column = "time"
time_format = "iso"
utc_offset_minutes = 0

[[columns]]
source = "amps"
target = "current_ma"
unit = "A"

[[columns]]
source = "volts"
target = "pack_voltage_mv"
unit = "V"
"""


@dataclass(frozen=True, slots=True)
class TripFile:
    """A file, its mapping, and the number of batches that it makes."""

    file: Path
    mapping: Path
    trips: int

    def ingest_words(self, alias: str) -> tuple[str, ...]:
        """Return the words of the verb that takes it in."""
        names = ("--battery", alias, "--mapping", str(self.mapping), "--cells-in-series", "96")
        return ("ingest", str(self.file), *names)

    def ingest_request(self, alias: str) -> JsonObject:
        """Return what that verb asks for."""
        return {
            "paths": [str(self.file)],
            "battery": alias,
            "mapping": str(self.mapping),
            "cells_in_series": 96,
        }


def write_trips(folder: Path, *, trips: int, amps: float = 20.0) -> TripFile:
    """Write a file of so many trips."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["time,amps,volts"]
    for trip in range(trips):
        begin = _FIRST_TRIP + trip * _BETWEEN_TRIPS
        for row in range(ROWS_A_TRIP):
            moment = (begin + timedelta(seconds=row)).isoformat()
            lines.append(f"{moment},{amps + row},{350 + trip % 7}")
    file, mapping = folder / "trips.csv", folder / "short-trips.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    return TripFile(file=file, mapping=mapping, trips=trips)
