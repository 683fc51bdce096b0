"""One car's pack on one day, as the equivalent circuit needs it.

In: a car, a day. Out: capacity, open-circuit voltage and per-cell constants after ageing.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation.ageing import life_until
from battery_passport.simulation.character import cell_spread_of
from battery_passport.simulation.model import Car
from battery_passport.simulation.open_circuit import open_circuit_table_v

# Cells drift apart as they age: this much more spread for each share of capacity lost.
_SPREAD_GROWTH = 4.0
REFERENCE_CELSIUS = 25.0
_ACTIVATION_KELVIN = 3_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PackState:
    """The equivalent circuit of a pack on one day: open-circuit voltage, R0 and one RC pair.

    A cell's charge is 1 - (1 - soc)·inverse_capacity + charge_offset, so that their mean is soc.
    Shape: per-cell arrays (cells,). Units: resistances of the mean cell in ohm at 25 °C.
    """

    capacity_ah: float
    open_circuit_v: NDArray[np.float32]
    ohmic_ohm: float
    polarisation_ohm: float
    polarisation_s: float
    inverse_capacity: NDArray[np.float64]
    charge_offset: NDArray[np.float64]
    resistance_ratio: NDArray[np.float64]
    upper_cell_v: float
    mass_kg: float

    @property
    def cells(self) -> int:
        """The number of cells in series."""
        return int(self.inverse_capacity.shape[0])


@lru_cache(maxsize=64)
def pack_state(car: Car, day: int) -> PackState:
    """Return the circuit of a car's pack on a day."""
    life = life_until(car, day)
    place = day - life.first_day
    lost = float(life.lithium_lost_ratio[place])
    growth = float(life.resistance_ratio[place])
    spread = cell_spread_of(car)
    wider = 1 + _SPREAD_GROWTH * lost
    return PackState(
        capacity_ah=car.model.rated_capacity_ah * float(life.capacity_ratio[place]),
        open_circuit_v=open_circuit_table_v(car.model.electrodes, lithium_lost_ratio=lost),
        ohmic_ohm=1e-3 * car.model.ohmic_mohm * growth,
        polarisation_ohm=1e-3 * car.model.polarisation_mohm * growth,
        polarisation_s=car.model.polarisation_s,
        inverse_capacity=1 + (1 / spread.capacity_ratio - 1) * wider,
        charge_offset=spread.charge_offset,
        resistance_ratio=1 + (spread.resistance_ratio - 1) * wider,
        upper_cell_v=car.model.cell_limits_v[1],
        mass_kg=car.model.mass_kg,
    )


def resistance_factor(celsius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how resistance compares with that at 25 °C, by Arrhenius."""
    reference = 273.15 + REFERENCE_CELSIUS
    return np.asarray(np.exp(_ACTIVATION_KELVIN * (1 / (celsius + 273.15) - 1 / reference)))
