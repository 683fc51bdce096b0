"""The constants of `fleet-capacity` version 1; a statement repeats them.

In: nothing. Out: one frozen table. A published version's constants never change: another choice is
another version. How each was chosen: docs/explanation/diagnostics.md.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from battery_passport.foundation.strict_json import JsonObject


@dataclass(frozen=True, slots=True)
class Constants:
    """Units: as the names end; `_sd` is a standard deviation; charge as a ratio of the rated."""

    # Charges and their bins.
    bin_ratio: float = 0.025
    shortest_charge_ratio: float = 0.08
    reversal_ratio: float = 0.02
    stillness_ratio: float = 0.003
    rest_load: float = 0.03
    settling_s: float = 300.0
    memory_s: float = 600.0
    fewest_bins: int = 4
    newest_days: int = 180
    most_charges: int = 60
    # Voltage.
    knots: int = 51
    wear_knots: int = 51
    middle_health_ratio: float = 0.9
    voltage_sd_v: float = 0.008
    load_voltage_sd_v: float = 0.04
    resistance_v: float = 0.13
    resistance_sd_v: float = 0.06
    memory_v: float = 0.035
    memory_sd_v: float = 0.03
    charge_resistance_sd_v: float = 0.03
    own_shape_sd_v: float = 0.003
    own_reach_ratio: float = 0.12
    own_offset_sd_v: float = 0.003
    own_modes: int = 8
    # What is believed of a model's curve before any car of it is known.
    long_shape_sd_v: float = 0.08
    long_reach_ratio: float = 0.20
    short_shape_sd_v: float = 0.02
    short_reach_ratio: float = 0.04
    kin_share: float = 0.5
    wear_shape_sd_v: float = 0.04
    wear_reach_ratio: float = 0.20
    wear_short_sd_v: float = 0.05
    wear_short_reach_ratio: float = 0.04
    wear_scatter_ratio: float = 0.015
    # The state of charge that the BMS states.
    bend: float = -0.026
    model_bend_sd: float = 0.015
    car_bend_sd: float = 0.028
    charge_bend_sd: float = 0.010
    charge_offset_sd: float = 0.004
    wander_sd: float = 0.004
    wander_modes: int = 4
    reading_sd: float = 0.0025
    # Health.
    health_ratio: float = 0.92
    health_sd_ratio: float = 0.12
    current_gain_sd: float = 0.005
    lowest_health_ratio: float = 0.4
    highest_health_ratio: float = 1.3
    outlier_sds: float = 2.5
    rounds: int = 8
    learning_rounds: int = 20
    largest_relative_sd: float = 0.14
    # Libraries.
    fewest_cars: int = 5
    few_cars_worth: float = 3.0
    library_modes: int = 12

    def as_json(self) -> JsonObject:
        """Return every constant by name."""
        return asdict(self)


V1 = Constants()
NAME = "fleet-capacity"
VERSION = "1"

LEARNED = (
    "car_bend_sd",
    "charge_bend_sd",
    "charge_offset_sd",
    "wander_sd",
    "wear_scatter_ratio",
)
"""The constants that a fleet may teach anew."""


def with_scales(constants: Constants, scales: Mapping[str, float]) -> Constants:
    """Return the constants with other values of some."""
    changed: dict[str, Any] = dict(scales)
    return replace(constants, **changed)
