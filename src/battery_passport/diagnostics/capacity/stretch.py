"""A part of a charge as a method sees it, and shorter parts cut out of it.

In: samples in the order of time. Out: charge counted from the stretch's own beginning, current,
voltage, and the few states of charge that the BMS stated.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SocMark:
    """A state of charge that the BMS stated at a sample of the stretch."""

    sample: int
    soc_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeStretch:
    """Samples of one charge or a part of it.

    `starts_segment` marks samples before which the battery had rested. Where the first sample is
    not marked, the current there is taken to have flowed for long.
    Shape: (samples,) each. Units: as the names end; `current_a` is positive on discharge.
    """

    elapsed_s: Floats
    charged_ah: Floats
    current_a: Floats
    cell_voltage_v: Floats
    starts_segment: Booleans
    marks: tuple[SocMark, ...] = ()

    @property
    def counted_ah(self) -> float:
        """The charge between the stretch's lowest and highest count."""
        return float(self.charged_ah.max() - self.charged_ah.min()) if self.charged_ah.size else 0.0

    def cut(self, start_ah: float, length_ah: float) -> "ChargeStretch":
        """Return the contiguous samples whose count lies in a range.

        Nothing of what lies outside remains: count and time begin anew, marks outside are dropped.
        """
        inside = np.flatnonzero(
            (self.charged_ah >= start_ah) & (self.charged_ah <= start_ah + length_ah)
        )
        first, past = (int(inside[0]), int(inside[-1]) + 1) if inside.size else (0, 0)
        rows = slice(first, past)
        charged_ah, elapsed_s = self.charged_ah[rows], self.elapsed_s[rows]
        return ChargeStretch(
            elapsed_s=elapsed_s - elapsed_s[:1],
            charged_ah=charged_ah - charged_ah[:1],
            current_a=self.current_a[rows],
            cell_voltage_v=self.cell_voltage_v[rows],
            starts_segment=self.starts_segment[rows],
            marks=tuple(
                SocMark(mark.sample - first, mark.soc_ratio)
                for mark in self.marks
                if first <= mark.sample < past
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCar:
    """A car whose whole charge was recorded and whose health is known."""

    name: str
    charge: ChargeStretch
    rated_ah: float
    health_ratio: float
