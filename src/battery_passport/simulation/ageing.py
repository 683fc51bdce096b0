"""How a battery ages day by day: by the calendar, faster when warm, and by the charge it moves.

In: a car. Out: its hidden capacity and resistance on each day, and how far it meant to drive.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from battery_passport.registry.model import Chemistry
from battery_passport.simulation.calendar import day_of_date, is_weekend
from battery_passport.simulation.character import character_of
from battery_passport.simulation.draws import Purpose, stream
from battery_passport.simulation.model import Car
from battery_passport.simulation.weather import daily_mean_celsius

DRAWS_PER_DAY = 16
_BLOCK_DAYS = 512
_REFERENCE_CELSIUS = 25.0
# Calendar ageing about doubles with each 15 °C.
_DOUBLING_CELSIUS = 15.0
_KM_SIGMA = 0.45
_LONGEST_DAY_KM = 420.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A car's days from its first on the road; arrays grow without changing what they held.

    Shape: draws (days, DRAWS_PER_DAY), others (days,). `capacity_ratio` is to rated capacity.
    """

    first_day: int
    draws: NDArray[np.float64]
    wished_km: NDArray[np.float64]
    full_cycles: NDArray[np.float64]
    capacity_ratio: NDArray[np.float64]
    lithium_lost_ratio: NDArray[np.float64]
    resistance_ratio: NDArray[np.float64]


def life_until(car: Car, day: int) -> Life:
    """Return a car's life up to at least the given day."""
    first = day_of_date(car.in_service_on)
    blocks = max(1, -(-(day + 1 - first) // _BLOCK_DAYS))
    return _whole_blocks(car, blocks)


@lru_cache(maxsize=4096)
def _whole_blocks(car: Car, blocks: int) -> Life:
    days = blocks * _BLOCK_DAYS
    first = day_of_date(car.in_service_on)
    draws = stream(car.seed, Purpose.DAYS, car.number).random((days, DRAWS_PER_DAY))
    wished_km = _wished_km(car, draws, first)
    energy_wh = wished_km * car.model.use_wh_per_km
    full_cycles = np.cumsum(energy_wh) / car.model.rated_energy_wh
    lost = _lost_ratio(car, full_cycles, first)
    growth = 1.5 if car.model.chemistry is Chemistry.LFP else 2.0
    return Life(
        first_day=first,
        draws=draws,
        wished_km=wished_km,
        full_cycles=full_cycles,
        capacity_ratio=character_of(car).fresh_capacity_ratio * (1 - lost),
        lithium_lost_ratio=lost,
        resistance_ratio=character_of(car).resistance_ratio * (1 + growth * lost),
    )


def _wished_km(car: Car, draws: NDArray[np.float64], first: int) -> NDArray[np.float64]:
    """Return how far the driver would like to go each day: a lognormal, some days not at all."""
    character = character_of(car)
    # Box and Muller: two uniform draws make a normal one.
    normal = np.sqrt(-2 * np.log1p(-draws[:, 0])) * np.cos(2 * np.pi * draws[:, 1])
    weekend = np.array([is_weekend(first + day) for day in range(draws.shape[0])])
    usual = np.where(weekend, 0.8, 1.0) * character.median_km_per_day
    km = np.minimum(usual * np.exp(_KM_SIGMA * normal), _LONGEST_DAY_KM)
    return np.where(draws[:, 2] < character.idle_day_share, 0.0, km)


def _lost_ratio(car: Car, full_cycles: NDArray[np.float64], first: int) -> NDArray[np.float64]:
    """Return the share of capacity lost by each day: square root of warm time, plus cycles."""
    days = full_cycles.shape[0]
    celsius = daily_mean_celsius(car.seed, first + days)[first:]
    pace = 2.0 ** ((celsius + 4.0 - _REFERENCE_CELSIUS) / _DOUBLING_CELSIUS)
    warm_years = np.cumsum(pace) / 365.2425
    calendar = 1.5 * car.model.calendar_loss_ratio * np.sqrt(warm_years)
    cycling = car.model.cycle_loss_ratio * full_cycles
    lost = character_of(car).ageing_pace * (calendar + cycling)
    return np.minimum(lost, 0.6)
