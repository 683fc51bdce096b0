"""From measured state of charge per Ah to a capacity with a 90 % interval.

In: fits of one or two anchors, and the rated capacity if there is one. Out: an interval, which
for a rated battery weighs the measurement against what is known of batteries in use.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.cleaning import Floats
from battery_passport.diagnostics.model import Interval
from battery_passport.diagnostics.parameters import Parameters
from battery_passport.diagnostics.ratio_fit import RatioFit

_QUANTILES = (0.05, 0.5, 0.95)
_FINENESS = 5e-4
_FREEDOM = 3.0


@dataclass(frozen=True, slots=True)
class Measured:
    """State of charge per Ah as all anchors together give it. Units: 1/Ah and its square."""

    per_ah: float
    variance: float

    @property
    def relative_sd(self) -> float:
        """The standard deviation as a ratio of the value."""
        return math.sqrt(self.variance) / self.per_ah


def join(fits: Sequence[RatioFit], parameters: Parameters) -> Measured:
    """Return the mean of the fits by their variances, less sure if they disagree.

    What two sure sources differ by nine times in ten is no disagreement.
    """
    precision = math.fsum(1.0 / fit.variance for fit in fits)
    per_ah = math.fsum(fit.per_ah / fit.variance for fit in fits) / precision
    misfit = math.fsum((fit.per_ah - per_ah) ** 2 / fit.variance for fit in fits)
    disagreement = max(1.0, misfit / parameters.usual_misfit)
    gain = parameters.current_gain_sd * per_ah
    return Measured(per_ah=per_ah, variance=disagreement / precision + gain**2)


def capacity_interval(measured: Measured) -> Interval:
    """Return the capacity in Ah by the measurement alone."""
    capacity_ah = 1.0 / measured.per_ah
    steps = np.arange(0.25, 4.0, _FINENESS)
    misfit = (1.0 / steps - 1.0) / measured.relative_sd
    return _quantiles(steps, -0.5 * misfit * misfit).scaled(capacity_ah)


def health_interval(measured: Measured, rated_ah: float, parameters: Parameters) -> Interval:
    """Return capacity over rated capacity, weighed against batteries in use.

    The prior is Student's t: where a clear measurement contradicts it, it gives way.
    """
    health = np.arange(0.05, 4.0, _FINENESS)
    misfit = (1.0 / health - measured.per_ah * rated_ah) / (math.sqrt(measured.variance) * rated_ah)
    strange = (health - parameters.prior_health_ratio) / parameters.prior_health_sd_ratio
    prior = -0.5 * (_FREEDOM + 1.0) * np.log1p(strange * strange / _FREEDOM)
    return _quantiles(health, prior - 0.5 * misfit * misfit)


def _quantiles(places: Floats, log_density: Floats) -> Interval:
    density = np.exp(log_density - log_density.max())
    reached = np.cumsum(density)
    low, middle, high = np.interp(_QUANTILES, reached / reached[-1], places).tolist()
    return Interval(value=middle, low=low, high=high)
