"""Real installations in a folder of their own, for tests that need all of it.

In: a folder. Out: an opened installation; what its operations answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.operation_table import OPERATIONS
from battery_passport.assembly.settings import load_settings
from battery_passport.foundation.strict_json import JsonObject, JsonValue


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """Open the installation whose home is that folder."""
    with opened_installation(load_settings({"BATTERY_PASSPORT_HOME": str(folder)})) as opened:
        yield opened


def run(installation: Installation, operation: str, **request: JsonValue) -> JsonObject:
    """Return what an operation answers."""
    return OPERATIONS[operation](installation, request)


def ingest_ev10(installation: Installation, shared: Path, vehicle: int, **rating: JsonValue) -> str:
    """Ingest one car of the EV10 data and return the alias it goes by."""
    alias = f"ev10-{vehicle}"
    path = shared / "data" / "ev10" / f"vehicle_{vehicle:02d}.parquet"
    run(installation, "ingest", paths=[str(path)], battery=alias, mapping="ev10", **rating)
    return alias
