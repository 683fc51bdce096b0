"""One car's pack on one day, as the equivalent circuit needs it.

In: a car, a day. Out: capacity, open-circuit voltage and per-cell constants after ageing.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation import hidden_constants as hidden
from battery_passport.simulation.ageing import life_until
from battery_passport.simulation.calendar import day_of_ms
from battery_passport.simulation.character import cell_spread_of
from battery_passport.simulation.faults.assigning import fault_of
from battery_passport.simulation.faults.pack_effects import CellChange, cell_change
from battery_passport.simulation.model import Car
from battery_passport.simulation.open_circuit import Electrodes, open_circuit_table_v

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


def pack_at(car: Car, moment_ms: int) -> PackState:
    """Return the circuit of a car's pack at a moment, with the cell that a fault has changed."""
    pack = pack_state(car, day_of_ms(moment_ms))
    change = cell_change(fault_of(car), moment_ms)
    return pack if change is None else _changed(pack, change)


def _changed(pack: PackState, change: CellChange) -> PackState:
    inverse, offset = pack.inverse_capacity.copy(), pack.charge_offset.copy()
    resistance = pack.resistance_ratio.copy()
    inverse[change.cell] /= change.capacity_ratio
    offset[change.cell] -= change.charge_lost_ratio
    resistance[change.cell] *= change.resistance_ratio
    return replace(
        pack, inverse_capacity=inverse, charge_offset=offset, resistance_ratio=resistance
    )


@lru_cache(maxsize=64)
def pack_state(car: Car, day: int) -> PackState:
    """Return the circuit of a car's pack on a day, as it is without a fault."""
    life = life_until(car, day)
    place = day - life.first_day
    lost = float(life.lithium_lost_ratio[place])
    # The curve moves so slowly that it is drawn anew once a month.
    lost_at_drawing = float(life.lithium_lost_ratio[place - place % hidden.OCV_BLOCK_DAYS])
    growth = float(life.resistance_ratio[place])
    spread = cell_spread_of(car)
    wider = 1 + hidden.SPREAD_GROWTH * lost
    return PackState(
        capacity_ah=car.model.rated_capacity_ah * float(life.capacity_ratio[place]),
        open_circuit_v=_curve(car.model.electrodes, lost_at_drawing),
        ohmic_ohm=1e-3 * car.model.ohmic_mohm * growth,
        polarisation_ohm=1e-3 * car.model.polarisation_mohm * growth,
        polarisation_s=car.model.polarisation_s,
        inverse_capacity=1 + (1 / spread.capacity_ratio - 1) * wider,
        charge_offset=spread.charge_offset,
        resistance_ratio=1 + (spread.resistance_ratio - 1) * wider,
        upper_cell_v=car.model.cell_limits_v[1],
        mass_kg=car.model.mass_kg,
    )


@lru_cache(maxsize=8)
def _curve(electrodes: Electrodes, lithium_lost_ratio: float) -> NDArray[np.float32]:
    return open_circuit_table_v(electrodes, lithium_lost_ratio=lithium_lost_ratio)


def resistance_factor(celsius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how resistance compares with that at 25 °C, by Arrhenius."""
    reference = 273.15 + REFERENCE_CELSIUS
    return np.asarray(np.exp(_ACTIVATION_KELVIN * (1 / (celsius + 273.15) - 1 / reference)))
