"""How errors of a state-of-charge scale hang together from place to place.

In: the anchor and its parameters. Out: covariance over a grid of places, and what a swing, or a
weighted sum of swings, takes from it.
"""

from collections.abc import Iterable

import numpy as np

from battery_passport.diagnostics.cleaning import Floats
from battery_passport.diagnostics.model import Anchor
from battery_passport.diagnostics.parameters import Parameters

_PLACES = 101


def scale_covariance(
    anchor: Anchor, parameters: Parameters, *, flat: bool, factor: float
) -> Floats:
    """Return the covariance of scale errors. Shape: (101, 101), places 0, 0.01, ... 1.

    A car's own state of charge is held where the BMS recognises empty and full and may wander in
    between. A typical curve may differ in where empty and full lie, and in shape in between.
    """
    place = np.arange(_PLACES) / (_PLACES - 1)
    here, there = place[:, np.newaxis], place[np.newaxis, :]
    empty, full = (1.0 - here) * (1.0 - there), here * there
    if anchor is Anchor.VOLTAGE:
        apart = (here - there) / parameters.voltage_shape_reach_ratio
        common: Floats = (
            parameters.voltage_empty_sd**2 * empty
            + parameters.voltage_full_sd**2 * full
            + parameters.voltage_shape_sd**2 * np.exp(-0.5 * apart * apart)
        )
        return common * factor**2
    middle_sd = parameters.bms_middle_flat_sd if flat else parameters.bms_middle_sd
    bridge = np.minimum(here, there) * (1.0 - np.maximum(here, there))
    wander: Floats = 4.0 * middle_sd**2 * bridge + parameters.bms_end_sd**2 * (empty + full)
    return wander


def scale_loading(ends: Iterable[tuple[float, float]]) -> Floats:
    """Return how much of each place's error a swing from and to these ends bears. Shape: (101,)."""
    loading = np.zeros(_PLACES)
    for start, end in ends:
        _add(loading, end, 1.0)
        _add(loading, start, -1.0)
    return loading


def variance_of(loading: Floats, covariance: Floats) -> float:
    """Return the variance of a weighted sum of errors, over the places that bear weight."""
    places = np.flatnonzero(loading)
    weights = loading[places]
    between = covariance[places[:, np.newaxis], places[np.newaxis, :]]
    products = weights[:, np.newaxis] * weights[np.newaxis, :] * between
    return float(np.add.reduce(np.ascontiguousarray(products).ravel()))


def _add(loading: Floats, place: float, weight: float) -> None:
    position = min(max(place, 0.0), 1.0) * (_PLACES - 1)
    left = min(int(position), _PLACES - 2)
    share = position - left
    loading[left] += weight * (1.0 - share)
    loading[left + 1] += weight * share
