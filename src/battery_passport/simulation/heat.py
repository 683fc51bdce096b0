"""The pack as one lump of heat: made by the current, lost to the air, pumped away when hot.

In: a pack and the air about it. Out: temperatures step by step, and how resistance follows them.
"""

import numpy as np

from battery_passport.simulation.pack_state import PackState, resistance_factor

_HEAT_J_PER_KG_KELVIN = 950.0
_LEAK_W_PER_KELVIN = 28.0
_COOLING_FROM_CELSIUS = 33.0
_COOLING_W_PER_KELVIN = 450.0
_COLDEST_CELSIUS = -40
_HOTTEST_CELSIUS = 120


class Heat:
    """The heat balance of one course."""

    def __init__(self, pack: PackState, *, air_celsius: float, step_s: float) -> None:
        self._per_square_ampere_w = pack.cells * (pack.ohmic_ohm + pack.polarisation_ohm)
        self._kelvin_per_w = step_s / (_HEAT_J_PER_KG_KELVIN * pack.mass_kg)
        self._air_celsius = air_celsius
        scale = np.arange(_COLDEST_CELSIUS, _HOTTEST_CELSIUS + 1, dtype=np.float64)
        self._factors: list[float] = resistance_factor(scale).tolist()

    def factor(self, celsius: float) -> float:
        """Return the resistance factor, between the whole degrees of a table."""
        place = celsius - _COLDEST_CELSIUS
        below = int(place)
        low = self._factors[below]
        return low + (place - below) * (self._factors[below + 1] - low)

    def next_celsius(self, celsius: float, factored_square_a: float) -> float:
        """Return the temperature one step later; the current squared comes times `factor`."""
        watts = factored_square_a * self._per_square_ampere_w
        watts -= _LEAK_W_PER_KELVIN * (celsius - self._air_celsius)
        if celsius > _COOLING_FROM_CELSIUS:
            watts -= _COOLING_W_PER_KELVIN * (celsius - _COOLING_FROM_CELSIUS)
        return celsius + watts * self._kelvin_per_w
