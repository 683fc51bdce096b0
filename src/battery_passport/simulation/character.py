"""What is hidden in a car: habits, spread of the cells, pace of ageing, error of the BMS.

In: a car. Out: frozen hidden values. Never handed to anything but simulation and the truth file.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation import hidden_constants as hidden
from battery_passport.simulation.draws import Purpose, stream
from battery_passport.simulation.model import Car


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """One car's hidden constants.

    `soc_bend` and `soc_unrest_sigma` shape the BMS's error; it is right when empty and full.
    Ratios unless the name says otherwise.
    """

    fresh_capacity_ratio: float
    ageing_pace: float
    resistance_ratio: float
    soc_bend: float
    soc_unrest_sigma: float
    soh_bias: float
    median_km_per_day: float
    idle_day_share: float
    recharge_below: float
    usual_target: float
    full_charge_share: float
    fast_charge_share: float
    slow_charge_w: float
    insulation_kohm: float
    auxiliary_a: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSpread:
    """How each cell in series differs from the mean of its pack.

    Shape: each (cells,). Capacity as ratio to the mean; charge offset as ratio of capacity.
    """

    capacity_ratio: NDArray[np.float64]
    charge_offset: NDArray[np.float64]
    resistance_ratio: NDArray[np.float64]
    sensor_offset_mv: NDArray[np.float64]
    probe_offset_celsius: NDArray[np.float64]


@lru_cache(maxsize=8192)
def character_of(car: Car) -> Character:
    """Return the hidden constants of a car."""
    draw = stream(car.seed, Purpose.CHARACTER, car.number)
    busy = draw.random() < 0.1
    home_charger = draw.random() < 0.72
    return Character(
        fresh_capacity_ratio=float(
            draw.normal(hidden.FRESH_CAPACITY_MEAN, hidden.FRESH_CAPACITY_SIGMA)
        ),
        ageing_pace=float(draw.lognormal(0.0, hidden.AGEING_PACE_SIGMA)),
        resistance_ratio=float(draw.lognormal(0.0, 0.05)),
        soc_bend=float(
            np.clip(draw.normal(hidden.SOC_BEND_MEAN, hidden.SOC_BEND_SIGMA), -0.10, 0.10)
        ),
        soc_unrest_sigma=hidden.SOC_UNREST_SIGMA,
        soh_bias=float(draw.normal(hidden.SOH_BIAS_MEAN, hidden.SOH_BIAS_SIGMA)),
        median_km_per_day=float(draw.lognormal(np.log(125.0 if busy else 36.0), 0.30)),
        idle_day_share=0.02 if busy else float(draw.uniform(0.05, 0.25)),
        recharge_below=float(draw.uniform(0.28, 0.58)),
        usual_target=float(draw.choice([0.80, 0.85, 0.90])),
        full_charge_share=float(draw.uniform(0.05, 0.25)),
        fast_charge_share=float(draw.uniform(0.05, 0.3) if home_charger else draw.uniform(0.7, 1)),
        slow_charge_w=float(draw.choice([6_900.0, 6_600.0, 3_300.0], p=[0.6, 0.3, 0.1])),
        insulation_kohm=float(draw.uniform(1_600.0, 2_900.0)),
        auxiliary_a=float(draw.uniform(0.5, 1.7)),
    )


@lru_cache(maxsize=512)
def cell_spread_of(car: Car) -> CellSpread:
    """Return how the cells of a car differ when new; their means are exactly those of the pack."""
    draw = stream(car.seed, Purpose.CELLS, car.number)
    cells = car.model.cells_in_series
    # κ = 1/capacity has mean 1, so that the mean of the cells' charge is the charge of the pack.
    inverse = 1 + _centred(draw.normal(0.0, hidden.CELL_CAPACITY_SIGMA, cells))
    return CellSpread(
        capacity_ratio=1 / inverse,
        charge_offset=_centred(draw.normal(0.0, hidden.CELL_CHARGE_SIGMA, cells)),
        resistance_ratio=1 + _centred(draw.normal(0.0, hidden.CELL_RESISTANCE_SIGMA, cells)),
        sensor_offset_mv=draw.normal(0.0, hidden.CELL_SENSOR_SIGMA_MV, cells),
        probe_offset_celsius=draw.normal(0.0, 0.7, car.model.probes),
    )


def _centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    centred: NDArray[np.float64] = values - values.mean()
    return centred
