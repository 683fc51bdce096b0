"""Pulse trains, and what is said about the cells they were measured on.

In: nothing. Out: frozen values. Voltages in V, health and charge as ratios of 0 to 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.errors import TooFewCells

LEAST_CELLS = 4
VOLTAGES = 21
"""At rest, then at the beginning and the end of every pulse and of every pause behind it."""

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class KnownPulses:
    """Pulse trains of cells whose state of health is known. Shape: n x 21, n, n, n.

    `level` is the nominal state of charge at which a train was run.
    """

    voltages_v: Matrix
    health_ratio: Vector
    level_ratio: Vector
    cells: Sequence[str]

    def __len__(self) -> int:
        return len(self.health_ratio)

    def check_cells(self) -> None:
        """Let pass what is enough to learn from. Raises: TooFewCells."""
        cells = len(set(self.cells))
        if cells < LEAST_CELLS:
            raise TooFewCells(
                f"There are pulses of {cells} cells to learn from, expected {LEAST_CELLS} or more."
            )


@dataclass(frozen=True, slots=True)
class Mixture:
    """What each pulse train says of the health: a sum of normal distributions, one per level.

    Shape: n x levels each. The weights of a train add up to 1.
    """

    weights: Matrix
    means: Matrix
    deviations: Matrix

    def __len__(self) -> int:
        return len(self.weights)

    def weighted(self, probabilities: Matrix) -> "Mixture":
        """Return the mixture with each level's weight times how likely another finds that level."""
        weights = self.weights * probabilities
        return Mixture(
            weights=np.asarray(weights / weights.sum(axis=1, keepdims=True)),
            means=self.means,
            deviations=self.deviations,
        )


@dataclass(frozen=True, slots=True)
class HealthInterval:
    """A state of health with its central interval, as ratios."""

    value: float
    low: float
    high: float
