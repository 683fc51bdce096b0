"""How likely the curve of a stretch is, for each health and each state of charge it may begin at.

In: the fitted curve, the BMS's marks, a library. Out: log likelihoods.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.capacity.constants import Constants
from battery_passport.diagnostics.capacity.library import CurveLibrary
from battery_passport.diagnostics.capacity.stretch import Floats

_CORNER = 1e9
"""Larger than any scaled error squared; it touches nothing but its own row's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a stretch shows: voltage over charge since its beginning, and the BMS's readings.

    Shape: knots (n,), marks (m,). Units: charge as a ratio of the rated.
    """

    length_ratio: float
    knot_ratio: Floats
    knot_v: Floats
    mark_ratio: Floats
    mark_soc_ratio: Floats


def log_likelihood(
    observed: Observed, health_ratio: float, library: CurveLibrary, constants: Constants
) -> float:
    """Return the log of the likelihood averaged over where the stretch may begin.

    Minus infinity if the stretch is longer than a battery of that health can hold.
    """
    extent = observed.length_ratio / health_ratio
    if extent > 1.0:
        return -np.inf
    starts = np.linspace(0.0, 1.0 - extent, constants.starts)[:, None]
    each = _of_curve(starts + observed.knot_ratio / health_ratio, observed, library, constants)
    if observed.mark_ratio.size:
        each = each + _of_marks(starts + observed.mark_ratio / health_ratio, observed, constants)
    highest = float(each.max())
    return highest + float(np.log(np.mean(np.exp(each - highest))))


def _of_curve(
    soc_ratio: Floats, observed: Observed, library: CurveLibrary, constants: Constants
) -> Floats:
    knots = library.mean_v.size
    place = np.clip(soc_ratio, 0.0, 1.0) * (knots - 1)
    left = np.minimum(place.astype(np.int64), knots - 2)
    after = place - left
    before = 1.0 - after
    mean_v = before * library.mean_v[left] + after * library.mean_v[left + 1]
    modes_v = before[:, :, None] * library.modes_v[left]
    modes_v += after[:, :, None] * library.modes_v[left + 1]
    noise = constants.knot_sd_v**2 * np.eye(observed.knot_v.size)
    return _gaussian(observed.knot_v - mean_v, modes_v @ modes_v.transpose(0, 2, 1) + noise)


def _of_marks(soc_ratio: Floats, observed: Observed, constants: Constants) -> Floats:
    """Return how likely the BMS's readings are: right at empty and full, wandering between."""
    soc_ratio = np.clip(soc_ratio, 0.0, 1.0)
    expected = soc_ratio + 4.0 * constants.bms_bend * soc_ratio * (1.0 - soc_ratio)
    one, other = soc_ratio[:, :, None], soc_ratio[:, None, :]
    bridge = np.minimum(one, other) * (1.0 - np.maximum(one, other))
    reading = constants.bms_reading_sd**2 * np.eye(observed.mark_ratio.size)
    covariance = 4.0 * constants.bms_wander_sd**2 * bridge + reading
    return _gaussian(observed.mark_soc_ratio - expected, covariance)


def _gaussian(errors: Floats, covariance: Floats) -> Floats:
    """Return log densities, without the constant. Shape: (starts, n) and (starts, n, n) in.

    The errors are the covariance's last row, so that one factorisation scales them as well.
    """
    count, size = errors.shape
    bordered = np.empty((count, size + 1, size + 1))
    bordered[:, :size, :size] = covariance
    bordered[:, size, :size] = bordered[:, :size, size] = errors
    bordered[:, size, size] = _CORNER
    lower = np.linalg.cholesky(bordered)
    spread = np.log(np.diagonal(lower, axis1=1, axis2=2)[:, :size]).sum(axis=1)
    densities: Floats = -0.5 * (lower[:, size, :size] ** 2).sum(axis=1) - spread
    return densities
