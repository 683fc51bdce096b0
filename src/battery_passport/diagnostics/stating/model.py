"""What the statement of figures rests on, and one figure of it, as frozen values.

In: values made by a method. Out: what claims are written from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.diagnostics.power.model import Declared
from battery_passport.diagnostics.stating.leaves import Stated
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """All that figures depend on besides measurements; it travels in the claims."""

    rating: Rating
    declared: Declared
    curve: FleetCurve | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFigure:
    """What a method says of a table, number by number.

    `evidence` holds the digests of the batches it rests on, none where nothing was found: then
    `values` say why. The method gives the same values on those batches alone.
    """

    values: Mapping[str, Stated]
    evidence: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureMethod:
    """A published method of one figure: pure, deterministic, never changed under its version."""

    figure: str
    find: Callable[[TelemetryTable, Basis], FoundFigure]
    parameters: JsonObject
