"""How resistance falls with warmth: one Arrhenius slope, from a battery's own days and a prior.

In: typical resistances of days, with their temperatures. Out: level at 25 °C, slope, their spread.
The prior's centre and width are from two cars in the field: 111 to 68 mΩ over 10 to 30 °C, and 104
to 36 mΩ over 5 to 35 °C.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.cleaning import Floats

REFERENCE_CELSIUS = 25.0
_ZERO_CELSIUS_K = 273.15
_ROUNDS = 30
_HUBER = 1.5
_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class WarmthPrior:
    """What is known of the slope before a battery is seen. Units: kelvin."""

    slope_k: float = 2_500.0
    slope_sd_k: float = 800.0
    least_spread: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmthFit:
    """ln R = `level` + `slope_k` (1/T - 1/298.15 K); `level_sd` is the level's standard error.

    `spread` is the robust standard deviation of a day about the line.
    """

    level: float
    slope_k: float
    level_sd: float
    spread: float


def inverse_warmth(celsius: Floats) -> Floats:
    """Return 1/T - 1/298.15 K. Units: 1/K."""
    found: Floats = 1.0 / (celsius + _ZERO_CELSIUS_K) - 1.0 / (REFERENCE_CELSIUS + _ZERO_CELSIUS_K)
    return found


def fit_warmth(resistance_ohm: Floats, celsius: Floats, prior: WarmthPrior) -> WarmthFit:
    """Return level and slope: least squares with Huber's weights and a normal prior on the slope.

    Shape: (days,) each, at least one.
    """
    logs, cold = np.log(resistance_ohm), inverse_warmth(celsius)
    weights = np.ones(logs.size)
    spread, slope_k, level = 0.1, prior.slope_k, float(np.median(logs - prior.slope_k * cold))
    for _ in range(_ROUNDS):
        before = level, slope_k, spread
        level, slope_k = _solve(logs, cold, weights / spread**2, prior)
        misses = logs - level - slope_k * cold
        spread = max(_TO_SD * float(np.median(np.abs(misses))), prior.least_spread)
        weights = np.minimum(1.0, _HUBER * spread / np.maximum(np.abs(misses), 1e-12))
        if (level, slope_k, spread) == before:
            break  # the rounds left would find the same again
    precision = _precision(cold, weights / spread**2, prior)
    return WarmthFit(
        level=level,
        slope_k=slope_k,
        level_sd=float(np.sqrt(np.linalg.inv(precision)[0, 0])),
        spread=spread,
    )


def _precision(cold: Floats, weights: Floats, prior: WarmthPrior) -> Floats:
    crossed = float(weights @ cold)
    return np.array(
        [
            [float(weights.sum()), crossed],
            [crossed, float(weights @ (cold * cold)) + prior.slope_sd_k**-2],
        ]
    )


def _solve(logs: Floats, cold: Floats, weights: Floats, prior: WarmthPrior) -> tuple[float, float]:
    wanted = np.array(
        [
            float(weights @ logs),
            float(weights @ (cold * logs)) + prior.slope_k * prior.slope_sd_k**-2,
        ]
    )
    level, slope_k = np.linalg.solve(_precision(cold, weights, prior), wanted)
    return float(level), float(slope_k)
