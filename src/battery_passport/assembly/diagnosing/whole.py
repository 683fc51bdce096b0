"""Everything that diagnostics and lifecycle say of one battery now.

In: an opened installation, a battery. Out: a `Diagnosis`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.diagnosing.curves import best_estimate, curve_of_battery
from battery_passport.assembly.diagnosing.finding_all import findings_of
from battery_passport.assembly.diagnosing.foreseeing import (
    PastHealth,
    forecast_basis,
    past_health,
    present_health,
)
from battery_passport.assembly.diagnosing.found import Found, known_findings
from battery_passport.assembly.diagnosing.looking import Looked, look_at
from battery_passport.assembly.finding import effective_rating
from battery_passport.assembly.recorded import events_of
from battery_passport.diagnostics.estimate import HealthEstimate
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.diagnostics.forecast.method import forecast_health
from battery_passport.diagnostics.forecast.model import Forecast
from battery_passport.diagnostics.imbalance.cell_drift import DriftFinding
from battery_passport.diagnostics.imbalance.model import Modules
from battery_passport.diagnostics.imbalance.weakest import WeakestCell, weakest_cell
from battery_passport.diagnostics.model import Interval, NotDetermined
from battery_passport.diagnostics.resistance.method import estimate_resistance
from battery_passport.diagnostics.resistance.model import ResistanceEstimate
from battery_passport.diagnostics.usage.figures import UsageFigures, count_usage
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.grading.clearing import newest_repair
from battery_passport.lifecycle.grading.model import (
    Basis,
    HealthRange,
    KnownFinding,
    Verdict,
    Weight,
)
from battery_passport.lifecycle.grading.rules import grade_battery
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.tampering.model import TamperFinding
from battery_passport.lifecycle.tampering.rules import find_tampering
from battery_passport.registry.model import Battery, Rating
from battery_passport.telemetry.ports import History
from battery_passport.telemetry.table import TelemetryTable

if TYPE_CHECKING:
    from battery_passport.assembly.installation import Installation

_TYPICAL_CELL_V = 3.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What is said of one battery, from one reading of its history."""

    battery: Battery
    health: HealthEstimate
    resistance: ResistanceEstimate
    usage: UsageFigures
    drifts: tuple[DriftFinding, ...]
    found: tuple[Found, ...]
    weakest: WeakestCell | None
    modules: Modules | NotDetermined
    tampering: tuple[TamperFinding, ...]
    forecast: Forecast | None
    verdict: Verdict

    def as_json(self) -> JsonObject:
        """Return what `diagnose --json` prints, without the statement's number."""
        return {
            "battery": str(self.battery.identifier),
            **self.health.as_json(),
            "resistance": self.resistance.as_json(),
            "usage": self.usage.as_json(),
            "findings": [each.as_json() for each in self.found],
            "weakest_cell": None if self.weakest is None else self.weakest.as_json(),
            "modules": _modules(self.modules),
            "tampering": [each.as_json() for each in self.tampering],
            "forecast": None if self.forecast is None else self.forecast.as_json(),
            "grade": self.verdict.as_json(),
        }


def diagnose_battery(installation: "Installation", battery: Battery) -> Diagnosis:
    """Return the diagnosis of everything that was measured and recorded before the call."""
    installation.pipeline.settle()
    return diagnose_stored(
        installation.database,
        installation.history,
        battery.battery_id,
        as_of=installation.clock.now(),
    )


def diagnose_stored(
    database: Database, history: History, battery_id: UUID, *, as_of: datetime
) -> Diagnosis:
    """Return the diagnosis of what is stored of a battery. Raises: LookupError, HistoryDamaged."""
    return diagnose_by(database, lambda: look_at(history.read(battery_id)), battery_id, as_of=as_of)


def diagnose_by(
    database: Database, look: Callable[[], Looked], battery_id: UUID, *, as_of: datetime
) -> Diagnosis:
    """Return the diagnosis of a stored battery whose measurements are looked at that way.

    Raises: LookupError, and what looking raises.
    """
    with database.read() as connection:
        store = RegistryStore(connection)
        battery = store.battery(battery_id)
        if battery is None:
            raise LookupError(f"The battery {battery_id} is not registered.")
        rating = effective_rating(store, battery)
        events = tuple(events_of(connection, battery))
        past = tuple(past_health(connection, battery))
        curve = curve_of_battery(connection, battery)
    return diagnose_looked(
        look(),
        battery=battery,
        rating=rating,
        events=events,
        past=past,
        curve=curve,
        as_of=as_of,
    )


def diagnose_table(  # noqa: PLR0913 - each is a source of its own
    table: TelemetryTable,
    *,
    battery: Battery,
    rating: Rating,
    events: tuple[Event, ...],
    as_of: datetime,
    past: tuple[PastHealth, ...] = (),
    curve: FleetCurve | None = None,
) -> Diagnosis:
    """Return the diagnosis of measurements, events and earlier estimates; pure."""
    return diagnose_looked(
        look_at(table),
        battery=battery,
        rating=rating,
        events=events,
        past=past,
        curve=curve,
        as_of=as_of,
    )


def diagnose_looked(  # noqa: PLR0913 - each is a source of its own
    looked: Looked,
    *,
    battery: Battery,
    rating: Rating,
    events: tuple[Event, ...],
    as_of: datetime,
    past: tuple[PastHealth, ...] = (),
    curve: FleetCurve | None = None,
) -> Diagnosis:
    """Return the diagnosis of measurements that were looked at; pure."""
    table, marks = looked.table, looked.marks
    health = best_estimate(table, rating, curve)
    tampering = find_tampering(marks, events)
    usage = count_usage(table, rating)
    repaired_at = newest_repair(events, as_of)
    repaired_ms = None if repaired_at is None else unix_ms(repaired_at)
    findings = findings_of(looked, rating, repaired_ms=repaired_ms)
    foreseen = forecast_basis(
        events=events,
        past=(*past, *present_health(health)),
        usage=usage,
        marks=marks,
        as_of=as_of,
    )
    basis = Basis(
        as_of=as_of,
        health=_range(health),
        events=events,
        findings=(
            *(_doubtful(each) for each in tampering),
            *known_findings(findings.found, repaired_ms=repaired_ms),
        ),
        nominal_pack_v=_nominal_v(rating),
    )
    return Diagnosis(
        battery=battery,
        health=health,
        resistance=estimate_resistance(table, rating),
        usage=usage,
        drifts=findings.drifts,
        found=findings.found,
        weakest=weakest_cell(looked.rests),
        modules=findings.modules,
        tampering=tampering,
        forecast=None if foreseen is None else forecast_health(foreseen),
        verdict=grade_battery(basis),
    )


def _modules(modules: Modules | NotDetermined) -> JsonObject:
    if isinstance(modules, Modules):
        return modules.as_json()
    return {
        "worst": None,
        "reason": modules.sentence,
        "reason_code": modules.code,
        "reason_parameters": dict(modules.parameters),
    }


def _range(health: HealthEstimate) -> HealthRange | None:
    ratio = health.findings.health_ratio
    if not isinstance(ratio, Interval) or health.as_of is None:
        return None
    percent = ratio.scaled(100.0)
    return HealthRange(
        value_percent=percent.value,
        low_percent=percent.low,
        high_percent=percent.high,
        as_of=health.as_of,
    )


def _doubtful(found: TamperFinding) -> KnownFinding:
    return KnownFinding(
        kind=found.kind.value,
        weight=Weight.WARNING,
        first_at=found.first_at,
        casts_doubt=True,
    )


def _nominal_v(rating: Rating) -> float | None:
    return None if rating.cells_in_series is None else rating.cells_in_series * _TYPICAL_CELL_V
