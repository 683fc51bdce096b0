"""Rested voltage of a cell at a state of charge, with how far a car may lie from it.

In: the fleet's curve of the model or the chemistry. Out: volts and their standard deviation.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.fleet_capacity.constants import V1 as FLEET_V1
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.diagnostics.open_circuit import CURVES, OpenCircuitCurve
from battery_passport.registry.model import Chemistry

_FLAT = OpenCircuitCurve((0.0, 0.2, 0.8, 1.0), (2.9, 3.26, 3.33, 3.40))
"""LFP: hopeless to read a charge from, and all the better to read a voltage from."""


@dataclass(frozen=True, slots=True)
class RestedVoltage:
    """Units: volts of one cell."""

    voltage_v: float
    sd_v: float


def rested_voltage(
    soc_ratio: float, *, chemistry: Chemistry | None, curve: FleetCurve | None, sd_v: float
) -> RestedVoltage | None:
    """Return the rested voltage, None where neither a curve nor a chemistry is known.

    `sd_v`: how far a model's curve may lie from the typical one of its chemistry.
    """
    if curve is not None:
        means_v, modes_v = curve.arrays()
        knots = np.linspace(0.0, 1.0, FLEET_V1.knots)
        rested_v, spread_v = means_v[: knots.size], np.sqrt((modes_v[: knots.size] ** 2).sum(1))
        own_v = float(np.hypot(FLEET_V1.own_shape_sd_v, FLEET_V1.own_offset_sd_v))
        learned_v = float(np.interp(soc_ratio, knots, spread_v))
        return RestedVoltage(
            float(np.interp(soc_ratio, knots, rested_v)), float(np.hypot(learned_v, own_v))
        )
    typical = _FLAT if chemistry is Chemistry.LFP else CURVES.get(chemistry) if chemistry else None
    if typical is None:
        return None
    return RestedVoltage(float(np.interp(soc_ratio, typical.soc_ratio, typical.voltage_v)), sd_v)
