"""What a rested cell's voltage says about its state of charge, for a typical car of a chemistry.

In: chemistry and voltage. Out: a state of charge and the curve's slope there. The curves are ours:
round numbers drawn by hand from the generally known shape of each chemistry, between the empty and
full that cars commonly allow. They were fitted to no car and no cell; the parameters say how far a
particular model may lie from them.
"""

from bisect import bisect_right
from dataclasses import dataclass

from battery_passport.registry.model import Chemistry


@dataclass(frozen=True, slots=True)
class OpenCircuitCurve:
    """Rested voltage over state of charge, both rising; straight between the points and beyond."""

    soc_ratio: tuple[float, ...]
    voltage_v: tuple[float, ...]

    def read(self, voltage_v: float) -> tuple[float, float]:
        """Return state of charge at a rested voltage and the slope there. Units: ratio; V."""
        place = bisect_right(self.voltage_v, voltage_v) - 1
        left = min(max(place, 0), len(self.voltage_v) - 2)
        rise_v = self.voltage_v[left + 1] - self.voltage_v[left]
        slope_v = rise_v / (self.soc_ratio[left + 1] - self.soc_ratio[left])
        soc = self.soc_ratio[left] + (voltage_v - self.voltage_v[left]) / slope_v
        return min(max(soc, -0.1), 1.1), slope_v


_TENTHS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

_NMC = OpenCircuitCurve(
    _TENTHS, (3.38, 3.46, 3.51, 3.58, 3.62, 3.65, 3.69, 3.77, 3.87, 3.96, 4.06, 4.17)
)
_NCA = OpenCircuitCurve(
    _TENTHS, (3.25, 3.36, 3.43, 3.53, 3.60, 3.66, 3.73, 3.81, 3.89, 3.97, 4.06, 4.17)
)
_LMO = OpenCircuitCurve(
    _TENTHS, (3.40, 3.56, 3.65, 3.74, 3.79, 3.83, 3.87, 3.92, 3.97, 4.03, 4.09, 4.17)
)

CURVES: dict[Chemistry, OpenCircuitCurve] = {
    Chemistry.NMC: _NMC,
    Chemistry.NCA: _NCA,
    Chemistry.LMO: _LMO,
}
"""LFP is missing on purpose: over most of its charge its voltage says next to nothing."""

FLAT = frozenset({Chemistry.LFP})
TYPICAL_OF_UNKNOWN = _NMC
ABOVE_ANY_FLAT_V = 3.72
"""A cell that rests above this voltage is not LFP, whatever else it is."""
