"""The method `pulse-mixture`, version 1: state of health from one pulse train.

In: trains of known cells to learn from; then trains of unknown ones. Out: a mixture a train.

The state of charge is not known, yet it decides what a resistance means. So it is estimated too:
for each level of charge met while learning there is a weight, and the health that this level would
mean. Weights come from Gaussian processes for the level and from how cells answer at each level;
healths from two Gaussian processes that are given the level, and from those answers.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.gaussian_process import GaussianProcess
from battery_passport.diagnostics.pulses.charge_levels import ChargeLevels
from battery_passport.diagnostics.pulses.features import (
    deviations_from_rest,
    plain,
    shape_and_size,
)
from battery_passport.diagnostics.pulses.model import KnownPulses, Matrix, Mixture, Vector

METHOD = "pulse-mixture"
VERSION = 1

_VIEWS = (deviations_from_rest, shape_and_size, plain)
_HEALTH_VIEWS = (deviations_from_rest, plain)
_WIDENING = 1.25
"""Deviations are widened by this: cells left out lay that much farther off than was predicted."""


@dataclass(frozen=True, slots=True)
class PulseMethod:
    """What was learnt about one kind of cell."""

    _levels: ChargeLevels
    _level_processes: tuple[GaussianProcess, ...]
    _health_processes: tuple[GaussianProcess, ...]

    @classmethod
    def learn(cls, known: KnownPulses) -> "PulseMethod":
        """Return what these cells teach. Raises: TooFewCells."""
        known.check_cells()
        level = known.level_ratio[:, None]
        return cls(
            ChargeLevels.learn(deviations_from_rest(known.voltages_v), known),
            tuple(
                GaussianProcess.fit(view(known.voltages_v), known.level_ratio) for view in _VIEWS
            ),
            tuple(
                GaussianProcess.fit(np.hstack([view(known.voltages_v), level]), known.health_ratio)
                for view in _HEALTH_VIEWS
            ),
        )

    def estimate(self, voltages_v: Matrix) -> Mixture:
        """Return what each train says. Shape: voltages n x 21."""
        answers = self._levels.answers(deviations_from_rest(voltages_v))
        by_answers = _normalised(answers.log_weights)
        by_process = [
            self._weights(process, view(voltages_v))
            for process, view in zip(self._level_processes, _VIEWS, strict=True)
        ]
        weights = (np.mean(by_process, axis=0) + by_answers) / 2.0
        means, variances = [answers.means], [answers.deviations**2]
        for process, view in zip(self._health_processes, _HEALTH_VIEWS, strict=True):
            mean, deviation = self._healths(process, view(voltages_v))
            means.append(mean)
            variances.append(deviation**2)
        return Mixture(
            weights=weights,
            means=np.mean(means, axis=0),
            deviations=_WIDENING * np.sqrt(np.mean(variances, axis=0)),
        )

    def _weights(self, process: GaussianProcess, features: Matrix) -> Matrix:
        mean, deviation = process.predict(features)
        levels = np.asarray(self._levels.levels)
        return _normalised(-0.5 * ((levels - mean[:, None]) / deviation[:, None]) ** 2)

    def _healths(self, process: GaussianProcess, features: Matrix) -> tuple[Matrix, Matrix]:
        columns = [
            process.predict(np.column_stack([features, _constant(level, features)]))
            for level in self._levels.levels
        ]
        means, deviations = (np.column_stack(each) for each in zip(*columns, strict=True))
        return means, deviations


def _constant(level: float, features: Matrix) -> Vector:
    return np.full(len(features), level)


def _normalised(logs: Matrix) -> Matrix:
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
