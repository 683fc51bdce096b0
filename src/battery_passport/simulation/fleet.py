"""Puts a city's cars together: model, serial number, district and age of each.

In: a seed and a number of cars. Out: a `City`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from battery_passport.simulation.calendar import FIRST_DATE
from battery_passport.simulation.districts import CAR_SHARES, DISTRICTS
from battery_passport.simulation.draws import Purpose, stream
from battery_passport.simulation.errors import InvalidCity
from battery_passport.simulation.fault_model import NO_FAULTS, FaultPlan
from battery_passport.simulation.model import Car, City, PackModel
from battery_passport.simulation.pack_models import PACK_MODELS, SHARES

MOST_CARS = 100_000
OPENS = date(2026, 6, 1)
"""From this day on the diaries are kept; every car is on the road by then."""

_OLDEST_DAYS = 2_700
_NEWEST_DAYS = 30
_STRANGERS = 10 * MOST_CARS


def city(
    seed: int,
    vehicles: int,
    *,
    opens: date = OPENS,
    faults: FaultPlan = NO_FAULTS,
    models: tuple[str, ...] = (),
) -> City:
    """Return the city of a seed. The first cars stay the same when more are asked for.

    Without a plan of faults nothing goes wrong; with one, all else stays as it is without. `models`
    names the battery models among which cars are drawn; none means all.
    Raises: InvalidCity.
    """
    if seed < 0 or not 1 <= vehicles <= MOST_CARS:
        raise InvalidCity(f"A city of {vehicles} cars with seed {seed} cannot be made.")
    if opens - FIRST_DATE < timedelta(days=_OLDEST_DAYS + 400):
        raise InvalidCity(f"A city cannot open on {opens}: its oldest cars would be too early.")
    drawn = _drawn_models(models)
    cars = tuple(
        replace(_car(seed, number, opens, drawn), faults=faults) for number in range(vehicles)
    )
    return City(seed=seed, opens=opens, models=tuple(drawn), cars=cars)


def _drawn_models(names: tuple[str, ...]) -> dict[PackModel, float]:
    """Return the models that cars may have, each with its share. Raises: InvalidCity."""
    known = dict(zip(PACK_MODELS, SHARES, strict=True))
    unknown = set(names) - {model.name for model in known}
    if unknown:
        there = ", ".join(model.name for model in known)
        raise InvalidCity(f"There is no battery model {min(unknown)!r}; there are {there}.")
    return {model: share for model, share in known.items() if not names or model.name in names}


def _car(seed: int, number: int, opens: date, drawn: Mapping[PackModel, float]) -> Car:
    draw = stream(seed, Purpose.FLEET, number)
    models = tuple(drawn)
    place = _pick(draw, tuple(drawn.values()))
    # Every model is met early, so that even a handful of cars shows them all.
    model = models[number] if number < len(models) else models[place]
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
    return _car(car.seed, _STRANGERS + car.number, car.opens, {car.model: 1.0})


def _pick(draw: np.random.Generator, shares: tuple[float, ...]) -> int:
    cumulative = np.cumsum(shares) / sum(shares)
    return int(np.searchsorted(cumulative, draw.random(), side="right"))
