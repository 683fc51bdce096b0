"""A learned curve as a value that a statement can carry: whole numbers, and a digest of them.

In: JSON, or what `rounding` made of a belief. Out: a `FleetCurve`, the same from either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.errors import MalformedStatement
from battery_passport.diagnostics.fleet_capacity.constants import (
    LEARNED,
    V1,
    Constants,
    with_scales,
)
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject, JsonValue, canonical_json

FORMAT = "bp-fleet-curve/v1"
_MEMBERS = ("format", "model", "cars", "scales", "mean", "modes")
STEP = 1e-5
"""Curves are whole numbers of 10 µV, scales and bends of 0.00001."""
_LARGEST = 10**6

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetCurve:
    """What the cars of a model taught, rounded. `modes` each have a standard deviation of 1.

    Shape: mean (shared,), modes (modes, shared). Units: 10 µV; the last member of a row, the
    bend, and the scales: 0.00001.
    """

    model: str
    cars: int
    scales: tuple[int, ...]
    mean: tuple[int, ...]
    modes: tuple[tuple[int, ...], ...]

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical JSON."""
        return _digest(self)

    @property
    def constants(self) -> Constants:
        """The method's constants with the scales that were learned."""
        learned = {name: STEP * value for name, value in zip(LEARNED, self.scales, strict=True)}
        return with_scales(V1, learned)

    def arrays(self) -> tuple[Floats, Floats]:
        """Return mean and modes as numbers. Shape: (shared,), (shared, modes)."""
        mean = STEP * np.array(self.mean, dtype=np.float64)
        return mean, STEP * np.array(self.modes, dtype=np.float64).T

    def as_json(self) -> JsonObject:
        """Return the curve as JSON; equal curves give equal JSON."""
        return {
            "format": FORMAT,
            "model": self.model,
            "cars": self.cars,
            "scales": dict(zip(LEARNED, self.scales, strict=True)),
            "mean": list(self.mean),
            "modes": [list(mode) for mode in self.modes],
        }


@lru_cache(maxsize=64)
def _digest(curve: FleetCurve) -> bytes:
    return sha256(canonical_json(curve.as_json()))


def read_curve(value: JsonValue) -> FleetCurve:
    """Return a curve from parsed JSON.

    Raises: MalformedStatement.
    """
    if not isinstance(value, Mapping) or set(value) != set(_MEMBERS) or value["format"] != FORMAT:
        raise MalformedStatement(f"The fleet's curve is not of the format {FORMAT}.")
    model, scales = value["model"], value["scales"]
    if not isinstance(model, str) or not isinstance(scales, Mapping) or set(scales) != set(LEARNED):
        raise MalformedStatement("The fleet's curve names no model or not the learned scales.")
    extent = V1.knots + V1.wear_knots + 1
    modes = value["modes"]
    if isinstance(modes, str) or not isinstance(modes, Sequence) or not 0 < len(modes) <= extent:
        raise MalformedStatement("The fleet's curve has no modes.")
    return FleetCurve(
        model=model,
        cars=_numbers([value["cars"]], 1, low=1)[0],
        scales=_numbers([scales[name] for name in LEARNED], len(LEARNED), low=1),
        mean=_numbers(value["mean"], extent),
        modes=tuple(_numbers(mode, extent) for mode in modes),
    )


def _numbers(value: JsonValue, count: int, *, low: int = -_LARGEST) -> tuple[int, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != count:
        raise MalformedStatement(f"The fleet's curve lacks a row of {count} numbers.")
    read = [each for each in value if isinstance(each, int) and not isinstance(each, bool)]
    if len(read) != count or not all(low <= each <= _LARGEST for each in read):
        raise MalformedStatement("The fleet's curve holds what is not a whole number in range.")
    return tuple(read)
