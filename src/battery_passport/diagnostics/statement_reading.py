"""What a health statement claims, read strictly from JSON values.

In: the claims as parsed. Out: what recomputation needs of them, or `MalformedStatement`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from battery_passport.diagnostics.errors import FigureDiffers, MalformedStatement
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve, read_curve
from battery_passport.foundation.digests import DIGEST_BYTES
from battery_passport.foundation.encoding import MalformedEncoding, hex_decode
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.registry.model import Chemistry, Rating

STATEMENT_FORMAT = "bp-health/v1"
MEMBERS = frozenset(
    {
        "format",
        "method",
        "version",
        "parameters",
        "rating",
        "state_of_health",
        "capacity",
        "charges",
        "discharges",
        "as_of",
        "reference_conditions",
        "assumptions",
        "evidence_assumptions",
        "evidence",
    }
)
_RATING_ORDER = ("rated_capacity_ah", "cells_in_series", "chemistry")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadClaims:
    """What a recomputation starts from."""

    method: str
    version: str
    rating: Rating
    evidence: tuple[bytes, ...]
    curve: FleetCurve | None = None


def read_claims(claims: Mapping[str, JsonValue]) -> ReadClaims:
    """Return what a health statement's claims say about method, battery and evidence.

    Raises: MalformedStatement for unknown or missing members, or values of another kind;
    FigureDiffers for a fleet's curve that is not the one of the digest beside it.
    """
    if claims.get("format") != STATEMENT_FORMAT:
        raise MalformedStatement(f"The claims are no health statement {STATEMENT_FORMAT}.")
    only_members(claims, MEMBERS, "health statement")
    return ReadClaims(
        method=text_in(claims["method"], "method"),
        version=text_in(claims["version"], "version"),
        rating=rating_in(claims["rating"]),
        evidence=tuple(_digest(text) for text in _items(claims["evidence"], "evidence")),
        curve=_curve(claims["parameters"]),
    )


def _curve(parameters: JsonValue) -> FleetCurve | None:
    if not isinstance(parameters, Mapping) or "curve" not in parameters:
        return None
    curve = read_curve(parameters["curve"])
    stated = parameters.get("curve_sha256")
    if stated != curve.digest.hex():
        raise FigureDiffers(
            f"The fleet's curve has the digest {curve.digest.hex()}, not {stated} as stated."
        )
    return curve


def number_in(value: JsonValue, name: str) -> float:
    """Return a finite number.

    Raises: MalformedStatement for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise MalformedStatement(f"{name} in the statement is not a number.")
    return float(value)


def texts_in(value: JsonValue, name: str) -> tuple[str, ...]:
    """Return a list of texts.

    Raises: MalformedStatement for anything else.
    """
    return tuple(text_in(item, name) for item in _items(value, name))


def only_members(value: Mapping[str, JsonValue], members: frozenset[str], what: str) -> None:
    """Return if exactly these members are there. Raises: MalformedStatement."""
    for name in sorted(members ^ value.keys()):
        problem = "lacks" if name in members else "has an unknown member"
        raise MalformedStatement(f"The {what} {problem} {name}.")


def rating_in(value: JsonValue) -> Rating:
    """Return what a statement says was declared of the battery. Raises: MalformedStatement."""
    if not isinstance(value, Mapping):
        raise MalformedStatement("rating in the health statement is not an object.")
    only_members(value, frozenset(_RATING_ORDER), "rating in the health statement")
    capacity, cells, chemistry = (value[name] for name in _RATING_ORDER)
    return Rating(
        rated_capacity_ah=None if capacity is None else number_in(capacity, "rated_capacity_ah"),
        cells_in_series=None if cells is None else int(number_in(cells, "cells_in_series")),
        chemistry=None if chemistry is None else _chemistry(text_in(chemistry, "chemistry")),
    )


def _chemistry(name: str) -> Chemistry:
    try:
        return Chemistry(name)
    except ValueError as error:
        raise MalformedStatement(f"No chemistry is called {name!r}.") from error


def _digest(text: JsonValue) -> bytes:
    try:
        return hex_decode(text_in(text, "evidence"), length=DIGEST_BYTES)
    except MalformedEncoding as error:
        raise MalformedStatement("evidence in the health statement holds no digest.") from error


def _items(value: JsonValue, name: str) -> Sequence[JsonValue]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise MalformedStatement(f"{name} in the statement is not a list.")
    return value


def text_in(value: JsonValue, name: str) -> str:
    """Return a text. Raises: MalformedStatement for anything else."""
    if not isinstance(value, str):
        raise MalformedStatement(f"{name} in the statement is not a text.")
    return value
