"""Products of powers of normal densities, one for each pulse train and level of charge.

In: means and deviations, each with its share. Out: a mixture a train.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.pulses.model import Matrix, Mixture


@dataclass(frozen=True, slots=True)
class NormalProduct:
    """Logarithm of a product of powers of normal densities: a parabola for each train and level.

    Shape: n x levels each.
    """

    constant: Matrix
    linear: Matrix
    precision: Matrix

    @classmethod
    def begin(cls, shape: tuple[int, int]) -> "NormalProduct":
        """Return the product of nothing."""
        return cls(np.zeros(shape), np.zeros(shape), np.zeros(shape))

    def times(self, means: Matrix, deviations: Matrix, share: float) -> "NormalProduct":
        """Return the product with this density to the power of its share."""
        precision = share / deviations**2
        return NormalProduct(
            self.constant - share * np.log(deviations) - 0.5 * precision * means**2,
            self.linear + precision * means,
            self.precision + precision,
        )

    def mixture(self, log_weights: Matrix) -> Mixture:
        """Return the mixture over the levels, each weighted besides by what is given here."""
        means = self.linear / self.precision
        logs = log_weights + self.constant + 0.5 * self.precision * means**2
        logs -= 0.5 * np.log(self.precision)
        shares = np.exp(logs - logs.max(axis=1, keepdims=True))
        return Mixture(
            weights=shares / shares.sum(axis=1, keepdims=True),
            means=means,
            deviations=np.sqrt(1.0 / self.precision),
        )
