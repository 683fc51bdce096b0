"""The truth about each car, which nothing but a truth file may hold: diagnostics never sees it.

In: a car and days. Out: JSON values to be written apart from all telemetry.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.ageing import life_until
from battery_passport.simulation.calendar import date_of_day, day_of_date
from battery_passport.simulation.character import character_of
from battery_passport.simulation.model import Car, City

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
                "days": [_as_json(truth_on(car, day)) for day in wanted],
            }
            for car in city.cars
        },
    }


def _as_json(truth: Truth) -> JsonObject:
    return asdict(truth) | {"day": truth.day.isoformat()}
