"""What the diagnosis says of each car; the truth is not at hand here.

In: a seed, a number of cars and months. Out: the documents that `diagnose --json` would print.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context

from battery_passport.assembly.diagnosing.curves import best_estimate
from battery_passport.assembly.diagnosing.learning import learn_curve
from battery_passport.assembly.diagnosing.whole import diagnose_table
from battery_passport.diagnostics.fleet_capacity.charges import find_charges
from battery_passport.diagnostics.fleet_capacity.constants import V1
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.foundation.clock import DAY_MS, from_unix_ms
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import Rating
from battery_passport.simulation.calendar import day_of_date, day_start_ms
from battery_passport.simulation.faults.wishes import wished_faults
from battery_passport.simulation.fleet import OPENS, city
from battery_passport.simulation.model import Car
from battery_passport.simulation.pack_models import PACK_MODELS
from battery_passport.telemetry.table import TelemetryTable
from benchmarks.examination.recordings import battery_of, model_of, rating_of, reported

DAYS_A_MONTH = 30.436875
CHARGES = 20
_SCHOOL = 400
_ALL_CHARGES = replace(V1, most_charges=10_000)

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A city to be examined; from it every worker makes the same cars.

    `taught_by`: the seed of the city whose cars teach the models' curves, faulty ones among them.
    `health`: of so many cars the health is judged, under a curve; of the others what is found.
    """

    seed: int
    vehicles: int
    months: float
    faults: str = "many"
    teachers: int = 24
    taught_by: int = 101
    health: int = 10_000

    @property
    def first_day(self) -> int:
        """The first day that is reported."""
        return day_of_date(OPENS)

    @property
    def past_day(self) -> int:
        """The day after the last."""
        return self.first_day + round(self.months * DAYS_A_MONTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was said of one car. `early` is its health after twenty charges, None if it had fewer.

    `early_at_ms` is when the twentieth charge was over.
    """

    number: int
    serial: str
    days: float
    document: JsonObject
    early: JsonObject | None = None
    early_at_ms: int | None = None
    judged: bool = True


def learned_curves(town: Town, *, workers: int, tell: Tell) -> dict[str, FleetCurve]:
    """Return the curve of each model that enough cars of the teaching city taught."""
    curves: dict[str, FleetCurve] = {}
    with get_context("spawn").Pool(workers) as pool:
        wanted = [(town, model.name) for model in PACK_MODELS]
        for name, curve in pool.imap_unordered(_learned, wanted):
            if curve is not None and curve.cars >= V1.fewest_cars:
                curves[name] = curve
            tell(f"curve of {name}: {0 if curve is None else curve.cars} cars of {town.taught_by}")
    return curves


def examine(
    town: Town,
    curves: Mapping[str, FleetCurve],
    *,
    workers: int,
    tell: Tell,
    minutes: float | None = None,
) -> list[Outcome]:
    """Return what is said of each car of a city, or of as many as the minutes allow."""
    ends = None if minutes is None else time.monotonic() + 60.0 * minutes
    with get_context("spawn").Pool(workers) as pool:
        tasks = [(town, car.number, curves.get(car.model.name)) for car in cars_of(town)]
        outcomes = []
        for outcome in pool.imap(_examined, tasks):
            outcomes.append(outcome)
            if len(outcomes) % 10 == 0:
                tell(f"seed {town.seed}: {len(outcomes)} of {town.vehicles} cars diagnosed")
            if ends is not None and time.monotonic() >= ends:
                break
    return outcomes


@lru_cache(maxsize=4)
def cars_of(town: Town) -> tuple[Car, ...]:
    """Return the cars of a city; what is wrong with which is for the truth alone to say."""
    plan = wished_faults(town.faults, first_day=town.first_day, last_day=town.past_day)
    return city(town.seed, town.vehicles, faults=plan).cars


def examined(
    car: Car, curve: FleetCurve | None, *, judged: bool, first_day: int, past_day: int
) -> Outcome:
    """Return what is said of one car; with `judged` also its health after twenty charges."""
    table, rating = reported(car, first_day=first_day, past_day=past_day), rating_of(car)
    found = diagnose_table(
        table,
        battery=battery_of(car),
        rating=rating,
        events=(),
        curve=curve,
        as_of=from_unix_ms(day_start_ms(past_day)),
    )
    span_ms = int(table.sampled_at_ms[-1] - table.sampled_at_ms[0]) if table.row_count else 0
    outcome = Outcome(
        number=car.number,
        serial=car.serial,
        days=span_ms / DAY_MS,
        document=found.as_json(),
        judged=judged,
    )
    return _with_early_health(outcome, table, rating, curve) if judged else outcome


def _with_early_health(
    outcome: Outcome, table: TelemetryTable, rating: Rating, curve: FleetCurve | None
) -> Outcome:
    charges = find_charges(table, rating, _ALL_CHARGES)
    if len(charges) < CHARGES:
        return outcome
    over_ms = int(table.sampled_at_ms[charges[CHARGES - 1].row[1]])
    seen = table.between(int(table.sampled_at_ms[0]), over_ms + 1)
    early = best_estimate(seen, rating, curve).as_json()
    return replace(outcome, early=early, early_at_ms=over_ms)


def _examined(task: tuple[Town, int, FleetCurve | None]) -> Outcome:
    town, number, curve = task
    car, judged = cars_of(town)[number], number < town.health
    return examined(
        car,
        curve if judged else None,
        judged=judged,
        first_day=town.first_day,
        past_day=town.past_day,
    )


def _learned(task: tuple[Town, str]) -> tuple[str, FleetCurve | None]:
    """Return the curve that the first cars of a model teach, whatever may be wrong with them."""
    town, name = task
    school = replace(town, seed=town.taught_by, vehicles=_SCHOOL)
    cars = [car for car in cars_of(school) if car.model.name == name][: town.teachers]
    if not cars:
        return name, None
    return name, learn_curve(_histories(town, cars), model_of(cars[0]), kin=())


def _histories(town: Town, cars: list[Car]) -> Iterator[tuple[TelemetryTable, Rating]]:
    for car in cars:
        table = reported(car, first_day=town.first_day, past_day=town.past_day)
        yield table, rating_of(car)
