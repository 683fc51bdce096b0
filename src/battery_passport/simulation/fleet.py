"""Puts a city's cars together: model, serial number, district and age of each.

In: a seed and a number of cars. Out: a `City`.
"""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from battery_passport.simulation.calendar import FIRST_DATE
from battery_passport.simulation.districts import CAR_SHARES, DISTRICTS
from battery_passport.simulation.draws import Purpose, stream
from battery_passport.simulation.errors import InvalidCity
from battery_passport.simulation.faults.model import NO_FAULTS, FaultPlan
from battery_passport.simulation.model import Car, City
from battery_passport.simulation.pack_models import PACK_MODELS, SHARES

MOST_CARS = 100_000
OPENS = date(2026, 6, 1)
"""From this day on the diaries are kept; every car is on the road by then."""

_OLDEST_DAYS = 2_700
_NEWEST_DAYS = 30
_STRANGERS = 10 * MOST_CARS


def city(seed: int, vehicles: int, *, opens: date = OPENS, faults: FaultPlan = NO_FAULTS) -> City:
    """Return the city of a seed. The first cars stay the same when more are asked for.

    Without a plan of faults nothing goes wrong; with one, all else stays as it is without.
    Raises: InvalidCity.
    """
    if seed < 0 or not 1 <= vehicles <= MOST_CARS:
        raise InvalidCity(f"A city of {vehicles} cars with seed {seed} cannot be made.")
    if opens - FIRST_DATE < timedelta(days=_OLDEST_DAYS + 400):
        raise InvalidCity(f"A city cannot open on {opens}: its oldest cars would be too early.")
    cars = tuple(replace(_car(seed, number, opens), faults=faults) for number in range(vehicles))
    return City(seed=seed, opens=opens, models=PACK_MODELS, cars=cars)


def _car(seed: int, number: int, opens: date) -> Car:
    draw = stream(seed, Purpose.FLEET, number)
    place = _pick(draw, SHARES)
    # Every model is met early, so that even a handful of cars shows them all.
    model = PACK_MODELS[number] if number < len(PACK_MODELS) else PACK_MODELS[place]
    age_days = int(draw.integers(_NEWEST_DAYS, _OLDEST_DAYS))
    in_service_on = opens - timedelta(days=age_days)
    manufactured_on = in_service_on - timedelta(days=int(draw.integers(45, 160)))
    return Car(
        number=number,
        seed=seed,
        opens=opens,
        model=model,
        serial=f"{manufactured_on:%y%m}-{model.gtin[10:13]}-{number + 1:06d}",
        district=DISTRICTS[_pick(draw, CAR_SHARES)],
        manufactured_on=manufactured_on,
        in_service_on=in_service_on,
    )


def stranger(car: Car) -> Car:
    """Return a car of the same model that is not of the city: where a moved device may end up."""
    other = _car(car.seed, _STRANGERS + car.number, car.opens)
    return replace(other, model=car.model)


def _pick(draw: np.random.Generator, shares: tuple[float, ...]) -> int:
    cumulative = np.cumsum(shares) / sum(shares)
    return int(np.searchsorted(cumulative, draw.random(), side="right"))
