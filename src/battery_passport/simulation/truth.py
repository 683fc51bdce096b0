"""The truth about each car, which nothing but a truth file may hold: diagnostics never sees it.

In: a car and days. Out: JSON values to be written apart from all telemetry.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from battery_passport.foundation.clock import format_utc, from_unix_ms
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.ageing import life_until
from battery_passport.simulation.calendar import date_of_day, day_of_date, day_start_ms
from battery_passport.simulation.character import character_of
from battery_passport.simulation.devices import sources_of
from battery_passport.simulation.faults.assigning import fault_of
from battery_passport.simulation.faults.pack_effects import cell_change
from battery_passport.simulation.model import Car, City
from battery_passport.simulation.runaway import runaway_of

TRUTH_FORMAT = "bp-simulation-truth/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of one battery on one day, to be compared with what was estimated.

    `resistance_ratio` is to a new battery of the model at 25 °C.
    """

    day: date
    capacity_ah: float
    health_ratio: float
    resistance_ratio: float
    full_cycles: float


def truth_on(car: Car, day: date) -> Truth:
    """Return the truth about a car's battery at noon of a day; before its first day, on that."""
    number = max(day_of_date(day), day_of_date(car.in_service_on))
    life = life_until(car, number)
    place = number - life.first_day
    health = float(life.capacity_ratio[place])
    return Truth(
        day=date_of_day(number),
        capacity_ah=car.model.rated_capacity_ah * health,
        health_ratio=health,
        resistance_ratio=float(life.resistance_ratio[place]),
        full_cycles=float(life.full_cycles[place]),
    )


def truth_document(city: City, days: Iterable[date]) -> JsonObject:
    """Return the content of a city's truth file: by serial number, the truth on each day."""
    wanted = sorted(set(days))
    return {
        "format": TRUTH_FORMAT,
        "seed": city.seed,
        "opens": city.opens.isoformat(),
        "batteries": {
            car.serial: {
                "model": car.model.name,
                "soc_bend": character_of(car).soc_bend,
                "soh_bias": character_of(car).soh_bias,
                "fault": told_fault(car),
                "days": [_as_json(truth_on(car, day)) for day in wanted],
            }
            for car in city.cars
        },
    }


def told_fault(car: Car) -> JsonObject | None:
    """Return what went wrong with a car and when, or None."""
    fault = fault_of(car)
    if fault is None:
        return None
    told: JsonObject = {
        "kind": fault.kind.value,
        "begins_at": _moment(fault.begins_ms),
        "grown_at": _moment(fault.begins_ms + fault.grows_ms),
        "cell": fault.cell,
        "size": fault.size,
        "gain": fault.gain,
    }
    runaway = runaway_of(car)
    if runaway is not None:
        told |= {
            "silent_from": _moment(runaway.silent_from_ms),
            "begins_at": _moment(runaway.begins_ms),
            "grown_at": _moment(runaway.ends_ms),
        }
    others = [source.car for source in sources_of(car) if source.car is not car]
    if others:
        told["reported_instead"] = [{"serial": other.serial} for other in others]
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTruth:
    """What is true of a faulty cell on one day. `cell` counts from 0."""

    day: date
    cell: int
    capacity_ratio: float
    resistance_ratio: float
    charge_lost_ratio: float


def faulty_cell_on(car: Car, day: date) -> CellTruth | None:
    """Return the truth about a car's faulty cell at the end of a day, or None if all are sound."""
    change = cell_change(fault_of(car), day_start_ms(day_of_date(day) + 1))
    if change is None:
        return None
    return CellTruth(
        day=day,
        cell=change.cell,
        capacity_ratio=change.capacity_ratio,
        resistance_ratio=change.resistance_ratio,
        charge_lost_ratio=change.charge_lost_ratio,
    )


def _moment(moment_ms: int) -> str:
    return format_utc(from_unix_ms(moment_ms))


def _as_json(truth: Truth) -> JsonObject:
    return asdict(truth) | {"day": truth.day.isoformat()}
