"""What was said held against the truth, which is opened here and nowhere before.

In: a city, what was said of its cars. Out: faults found and missed, false findings, errors.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from battery_passport.foundation.clock import from_unix_ms, parse_utc
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.simulation.calendar import date_of_day, day_of_ms, day_start_ms
from battery_passport.simulation.fault_model import FaultKind
from battery_passport.simulation.model import Car
from battery_passport.simulation.truth import told_fault, truth_on
from benchmarks.examination.examining import Outcome, Town, cars_of

EXPECTED: Mapping[FaultKind, str] = MappingProxyType(
    {
        FaultKind.DRIFTING_CELL: "cell_drift",
        FaultKind.SELF_DISCHARGE: "self_discharge",
        FaultKind.ISOLATION_LOSS: "insulation",
        FaultKind.THERMAL_RUNAWAY: "thermal_event",
        FaultKind.BMS_RESET: "counters_reset",
        FaultKind.SWAPPED_DEVICE: "other_pack",
        FaultKind.CLONED_IDENTITY: "two_packs",
    }
)
_ALSO_TRUE: Mapping[FaultKind, frozenset[str]] = MappingProxyType(
    {
        FaultKind.SELF_DISCHARGE: frozenset({"cell_drift"}),
        FaultKind.THERMAL_RUNAWAY: frozenset({"insulation"}),
        FaultKind.BMS_RESET: frozenset({"health_rose"}),
    }
)
"""What else a fault makes true: a cell that leaks stands apart as well."""

OWN_PACK = frozenset(FaultKind) - {FaultKind.SWAPPED_DEVICE, FaultKind.CLONED_IDENTITY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One finding, counted once a kind and cell. `cell` counts from 0."""

    kind: str
    cell: int | None
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected:
    """A fault and when it was found, None if it was not. Units: days after it began."""

    kind: FaultKind
    serial: str
    days_late: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """An estimated health held against the truth. Units: points of state of health."""

    points: float
    holds: bool
    width_points: float
    fault: FaultKind | None


@dataclass(slots=True)
class Score:
    """The marks of one or several cities. `false` names the car of each false finding."""

    cars: int = 0
    months: float = 0.0
    faults: list[Injected] = field(default_factory=list)
    false: list[tuple[str, Said]] = field(default_factory=list)
    early: list[Error] = field(default_factory=list)
    late: list[Error] = field(default_factory=list)
    few_charges: int = 0
    unanswered: int = 0

    def add(self, other: "Score") -> None:
        """Take another city's marks in."""
        self.cars += other.cars
        self.months += other.months
        self.faults += other.faults
        self.false += other.false
        self.early += other.early
        self.late += other.late
        self.few_charges += other.few_charges
        self.unanswered += other.unanswered


def score(town: Town, outcomes: Sequence[Outcome], *, days_a_month: float) -> Score:
    """Return how far what was said is true."""
    marks = Score()
    cars = cars_of(town)
    for outcome in outcomes:
        car = cars[outcome.number]
        marks.cars += 1
        marks.months += outcome.days / days_a_month
        _score_findings(marks, car, outcome, past_ms=day_start_ms(town.past_day))
        _score_health(marks, car, outcome, past_day=town.past_day)
    return marks


def _score_findings(marks: Score, car: Car, outcome: Outcome, *, past_ms: int) -> None:
    said = list(_once(_said(outcome.document)))
    fault = _fault(car)
    if fault is None or fault.begins_at >= from_unix_ms(past_ms):
        marks.false += [(car.serial, each) for each in said]
        return
    late: float | None = None
    for each in said:
        is_after = each.since >= fault.begins_at
        is_there = None in {each.cell, fault.cell} or each.cell == fault.cell
        if each.kind == EXPECTED[fault.kind] and is_after and is_there:
            days = (each.since - fault.begins_at).total_seconds() / 86_400.0
            late = days if late is None else min(late, days)
        elif not (is_after and is_there and each.kind in _ALSO_TRUE.get(fault.kind, ())):
            marks.false.append((car.serial, each))
    marks.faults.append(Injected(kind=fault.kind, serial=car.serial, days_late=late))


def _score_health(marks: Score, car: Car, outcome: Outcome, *, past_day: int) -> None:
    fault = _fault(car)
    kind = None if fault is None else fault.kind
    if not outcome.judged or (kind is not None and kind not in OWN_PACK):
        return
    if outcome.early is None or outcome.early_at_ms is None:
        marks.few_charges += 1
    else:
        found = _error(car, outcome.early, day_of_ms(outcome.early_at_ms), kind)
        marks.unanswered += found is None
        marks.early += [] if found is None else [found]
    found = _error(car, outcome.document, past_day - 1, kind)
    marks.late += [] if found is None else [found]


def _error(car: Car, document: JsonObject, day: int, fault: FaultKind | None) -> Error | None:
    health = document["state_of_health"]
    if not isinstance(health, dict):
        return None
    value, low, high = (
        health.get(name) for name in ("value_percent", "low_percent", "high_percent")
    )
    if not isinstance(value, int | float):
        return None
    truth = 100.0 * truth_on(car, date_of_day(day)).health_ratio
    low_percent, high_percent = _number(low), _number(high)
    return Error(
        points=value - truth,
        holds=low_percent <= truth <= high_percent,
        width_points=high_percent - low_percent,
        fault=fault,
    )


@dataclass(frozen=True, slots=True)
class _Fault:
    kind: FaultKind
    begins_at: datetime
    cell: int | None


def _fault(car: Car) -> _Fault | None:
    told = told_fault(car)
    if told is None:
        return None
    cell = told["cell"]
    return _Fault(
        FaultKind(str(told["kind"])),
        # Findings tell their time to the second.
        parse_utc(str(told["begins_at"])).replace(microsecond=0),
        cell if isinstance(cell, int) else None,
    )


def _said(document: JsonObject) -> Iterator[Said]:
    for name in ("findings", "tampering"):
        listed = document[name]
        for each in listed if isinstance(listed, list) else []:
            if isinstance(each, dict):
                cell = each.get("cell")
                yield Said(
                    kind=str(each["kind"]),
                    cell=cell - 1 if isinstance(cell, int) else None,
                    since=parse_utc(str(each["since"])),
                )


def _once(said: Iterator[Said]) -> Iterator[Said]:
    seen: set[tuple[str, int | None]] = set()
    for each in sorted(said, key=lambda one: one.since):
        if (each.kind, each.cell) not in seen:
            seen.add((each.kind, each.cell))
            yield each


def _number(value: JsonValue) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
