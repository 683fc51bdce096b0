"""Views of a pulse train that make its resistances and its open-circuit voltage plain.

In: voltages, n x 21. Out: features, n x features.
"""

import numpy as np

from battery_passport.diagnostics.pulses.model import Matrix


def deviations_from_rest(voltages_v: Matrix) -> Matrix:
    """Return the voltage at rest and how far every other one lies from it."""
    rest = voltages_v[:, :1]
    return np.hstack([rest, voltages_v[:, 1:] - rest])


def shape_and_size(voltages_v: Matrix) -> Matrix:
    """Return the voltage at rest, the logarithm of the mean deviation, and deviations over it."""
    rest = voltages_v[:, :1]
    deviations = voltages_v[:, 1:] - rest
    size = np.abs(deviations).mean(axis=1, keepdims=True)
    return np.hstack([rest, np.log(size), deviations / size])


def plain(voltages_v: Matrix) -> Matrix:
    """Return the voltages themselves."""
    return voltages_v
