"""Makes a battery's diagnosis and the points of its pictures, from one reading of its history.

In: stores, a battery. Out: both, kept with the basis that they rest on.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.diagnoses import DiagnosisStore, StoredDiagnosis
from battery_passport.adapters.sql.fleet_curves import FleetCurveStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.sheet_pictures import PictureStore, StoredPictures
from battery_passport.assembly.diagnosing.storing import as_stored
from battery_passport.assembly.diagnosing.whole import diagnose_stored
from battery_passport.assembly.finding import effective_rating
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.diagnostics.model import Interval
from battery_passport.diagnostics.pictures.making import pictures_of
from battery_passport.diagnostics.pictures.model import FORMAT
from battery_passport.registry.model import Rating
from battery_passport.telemetry.history import ColumnSummary
from battery_passport.telemetry.ports import History
from battery_passport.telemetry.table import TelemetryTable

FRESH_FOR = timedelta(days=1)
"""New batches alone make nothing anew before this time; a live car sends some every minute."""

UNMEASURED = "0/0/0/0"


@dataclass(frozen=True, slots=True)
class Made:
    """A battery's diagnosis and the points of its pictures."""

    diagnosis: StoredDiagnosis
    pictures: StoredPictures


def kept_of(database: Database, battery_id: UUID) -> tuple[Made | None, str]:
    """Return what is kept of a battery, and the basis that something made now would have."""
    with database.read() as connection:
        diagnosis = DiagnosisStore(connection).of_battery(battery_id)
        pictures = PictureStore(connection).of_battery(battery_id)
        basis = DiagnosisStore(connection).basis_of(battery_id) or UNMEASURED
    if diagnosis is None or pictures is None or pictures.document.get("format") != FORMAT:
        return None, basis
    return Made(diagnosis, pictures), basis


def is_fresh(made: Made, basis: str, now: datetime) -> bool:
    """Tell whether what is kept may be shown without being made anew."""
    return all(
        _still_holds(each.basis, basis, now - each.made_at)
        for each in (made.diagnosis, made.pictures)
    )


def make_anew(database: Database, history: History, battery_id: UUID, *, as_of: datetime) -> Made:
    """Diagnose, make the points and keep both. Raises: LookupError, HistoryDamaged."""
    _, basis = kept_of(database, battery_id)
    once = _ReadOnce(history)
    found = diagnose_stored(database, once, battery_id, as_of=as_of)
    ratio = found.health.findings.health_ratio
    rating, curve = _known(database, battery_id)
    pictures = pictures_of(
        once.table(battery_id),
        rating,
        curve=curve,
        health_ratio=ratio.value if isinstance(ratio, Interval) else None,
    )
    made = Made(
        as_stored(found, basis=basis, made_at=as_of),
        StoredPictures(
            battery_id=battery_id, basis=basis, made_at=as_of, document=pictures.as_json()
        ),
    )
    with database.write() as connection:
        DiagnosisStore(connection).save([made.diagnosis])
        PictureStore(connection).save(made.pictures)
    return made


def _known(database: Database, battery_id: UUID) -> tuple[Rating, FleetCurve | None]:
    """Return the rating, and the model's newest curve, however few cars taught it."""
    with database.read() as connection:
        store = RegistryStore(connection)
        battery = store.battery(battery_id)
        if battery is None:
            raise LookupError(f"The battery {battery_id} is not registered.")
        model_id = battery.model_id
        curve = None if model_id is None else FleetCurveStore(connection).newest(model_id)
        return effective_rating(store, battery), curve


def _still_holds(kept: str, present: str, age: timedelta) -> bool:
    if kept == present:
        return True
    *_, kept_events, kept_curve = kept.split("/")
    *_, events, curve = present.split("/")
    return (kept_events, kept_curve) == (events, curve) and age < FRESH_FOR


class _ReadOnce:
    """A history that is read once: the diagnosis and the pictures see the same table."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._read: dict[UUID, TelemetryTable] = {}

    def table(self, battery_id: UUID) -> TelemetryTable:
        if battery_id not in self._read:
            self._read[battery_id] = self._history.read(battery_id)
        return self._read[battery_id]

    def read(
        self,
        battery_id: UUID,
        *,
        columns: Collection[str] | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> TelemetryTable:
        """Return all rows, or those of a time, with all or the named columns."""
        table = self.table(battery_id)
        if start_ms is not None or end_ms is not None:
            table = table.between(start_ms or 0, 2**62 if end_ms is None else end_ms)
        return table if columns is None else table.select(columns)

    def summarise(self, column: str) -> Sequence[ColumnSummary]:
        """Return each battery's figures of a column."""
        return self._history.summarise(column)
