"""Open-circuit voltage of a cell over its state of charge, from a cathode's and an anode's curve.

In: the electrodes of a model and how much lithium a cell has lost. Out: a fine table of volts.
The curves are our own sums of simple terms, shaped after the usual plateaus and steps.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battery_passport.registry.model import Chemistry
from battery_passport.simulation.hidden_constants import OCV_LITHIUM_SHARE

LOWEST_SOC = -0.04
HIGHEST_SOC = 1.04
STEPS_PER_SOC = 15_000
"""Nearest entries of the table then lie less than 0.1 mV apart but for the steep ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Electrodes:
    """Where the electrodes stand when the cell is empty and full, and how they are tuned.

    Stoichiometries are ratios; `cathode_shift_v` and `stage_shift` tell models apart.
    """

    chemistry: Chemistry
    anode_empty: float
    anode_full: float
    cathode_empty: float
    cathode_full: float
    cathode_shift_v: float = 0.0
    stage_shift: float = 0.0


def anode_v(x: NDArray[np.float64], *, stage_shift: float) -> NDArray[np.float64]:
    """Return graphite's voltage against lithium at stoichiometry x."""
    start = 0.65 * np.exp(-np.maximum(x, -0.01) / 0.025)
    dilute = 0.055 / (1 + np.exp((x - 0.19 - stage_shift) / 0.022))
    dense = 0.042 / (1 + np.exp((x - 0.52 - stage_shift) / 0.016))
    return np.asarray(0.081 + start + dilute + dense - 0.012 * x)


def cathode_v(y: NDArray[np.float64], *, chemistry: Chemistry) -> NDArray[np.float64]:
    """Return the cathode's voltage against lithium at stoichiometry y."""
    if chemistry is Chemistry.LFP:
        full = 0.36 * np.exp(-np.maximum(y, -0.02) / 0.025)
        return np.asarray(3.428 - 0.010 * y + full - 0.6 * np.exp((y - 1.0) / 0.022))
    depth = 0.9 - y
    return np.asarray(3.60 + 0.30 * depth + 2.27 * depth**3 - 0.05 * np.exp((y - 0.93) / 0.02))


def open_circuit_table_v(
    electrodes: Electrodes, *, lithium_lost_ratio: float
) -> NDArray[np.float32]:
    """Return volts at each step of state of charge from LOWEST_SOC to HIGHEST_SOC.

    Lost lithium lets the anode fill less, which moves its steps along the curve.
    Shape: ((HIGHEST_SOC - LOWEST_SOC) * STEPS_PER_SOC + 1,).
    """
    count = round((HIGHEST_SOC - LOWEST_SOC) * STEPS_PER_SOC) + 1
    soc = LOWEST_SOC + np.arange(count) / STEPS_PER_SOC
    full = electrodes.anode_full * (1 - OCV_LITHIUM_SHARE * lithium_lost_ratio)
    x = electrodes.anode_empty + soc * (full - electrodes.anode_empty)
    y = electrodes.cathode_empty + soc * (electrodes.cathode_full - electrodes.cathode_empty)
    volts = (
        cathode_v(y, chemistry=electrodes.chemistry)
        + electrodes.cathode_shift_v
        - anode_v(x, stage_shift=electrodes.stage_shift)
    )
    return volts.astype(np.float32)
