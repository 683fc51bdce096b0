"""What a statement of figures claims, read strictly from JSON values.

In: the claims as parsed, the batches that the statement names. Out: what recomputation needs of
them, or `MalformedStatement`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from battery_passport.diagnostics.errors import FigureDiffers, MalformedStatement
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve, read_curve
from battery_passport.diagnostics.power.model import Declared
from battery_passport.diagnostics.statement_reading import (
    number_in,
    only_members,
    rating_in,
    text_in,
    texts_in,
)
from battery_passport.diagnostics.stating.claims import ALL, FIGURES_FORMAT
from battery_passport.diagnostics.stating.methods import figure_method
from battery_passport.diagnostics.stating.model import Basis, FigureMethod
from battery_passport.foundation.digests import DIGEST_BYTES
from battery_passport.foundation.encoding import MalformedEncoding, hex_decode
from battery_passport.foundation.strict_json import JsonValue

_MEMBERS = frozenset({"format", "rating", "declared", "figures", "evidence_assumptions"})
_CURVE = frozenset({"curve", "curve_sha256"})
_OF_FIGURE = frozenset({"method", "version", "parameters", "values", "evidence"})
_DECLARED = tuple(field.name for field in fields(Declared))
_WHAT = "statement of figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedFigure:
    """One figure as it is claimed, the method it names, and the batches it rests on."""

    name: str
    method: FigureMethod
    parameters: JsonValue
    values: JsonValue
    evidence: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFigures:
    """What a recomputation starts from."""

    basis: Basis
    figures: tuple[ClaimedFigure, ...]
    evidence_assumptions: tuple[str, ...]


def read_figures(claims: Mapping[str, JsonValue], evidence: tuple[bytes, ...]) -> ReadFigures:
    """Return what the claims of a statement say, which names this evidence.

    Raises: MalformedStatement for unknown or missing members, or values of another kind;
    UnknownMethod; FigureDiffers for a curve that is not the one of the digest beside it, for a
    figure that rests on what the statement does not name, and for evidence without a figure.
    """
    if claims.get("format") != FIGURES_FORMAT:
        raise MalformedStatement(f"The claims are no {_WHAT} {FIGURES_FORMAT}.")
    only_members(claims, _MEMBERS | (_CURVE & claims.keys() and _CURVE), _WHAT)
    figures = claims["figures"]
    if not isinstance(figures, Mapping) or not figures:
        raise MalformedStatement(f"figures in the {_WHAT} is not an object with members.")
    read = tuple(_figure(name, value, evidence) for name, value in figures.items())
    unused = set(evidence) - {digest for each in read for digest in each.evidence}
    if unused:
        raise FigureDiffers(f"No figure rests on batch {min(unused).hex()}, which is named.")
    return ReadFigures(
        basis=Basis(
            rating=rating_in(claims["rating"]),
            declared=_declared(claims["declared"]),
            curve=_curve(claims),
        ),
        figures=read,
        evidence_assumptions=texts_in(claims["evidence_assumptions"], "evidence_assumptions"),
    )


def _figure(name: str, value: JsonValue, evidence: tuple[bytes, ...]) -> ClaimedFigure:
    if not isinstance(value, Mapping):
        raise MalformedStatement(f"The figure {name} is not an object.")
    only_members(value, _OF_FIGURE, f"figure {name}")
    method = figure_method(text_in(value["method"], "method"), text_in(value["version"], "version"))
    if method.figure != name:
        raise MalformedStatement(f"The method {value['method']} gives {method.figure}, not {name}.")
    return ClaimedFigure(
        name=name,
        method=method,
        parameters=value["parameters"],
        values=value["values"],
        evidence=evidence if value["evidence"] == ALL else _own(name, value["evidence"], evidence),
    )


def _own(name: str, value: JsonValue, evidence: tuple[bytes, ...]) -> tuple[bytes, ...]:
    digests = tuple(_digest(text) for text in texts_in(value, f"evidence of {name}"))
    if not digests or list(digests) != sorted(set(digests)):
        raise MalformedStatement(f"evidence of {name} is no rising list of digests.")
    foreign = set(digests) - set(evidence)
    if foreign:
        raise FigureDiffers(
            f"The figure {name} rests on batch {min(foreign).hex()}, which is not named."
        )
    return digests


def _digest(text: str) -> bytes:
    try:
        return hex_decode(text, length=DIGEST_BYTES)
    except MalformedEncoding as error:
        raise MalformedStatement(f"evidence in the {_WHAT} holds no digest.") from error


def _declared(value: JsonValue) -> Declared:
    if not isinstance(value, Mapping):
        raise MalformedStatement(f"declared in the {_WHAT} is not an object.")
    only_members(value, frozenset(_DECLARED), f"declared in the {_WHAT}")
    return Declared(
        **{
            name: None if value[name] is None else number_in(value[name], name)
            for name in _DECLARED
        }
    )


def _curve(claims: Mapping[str, JsonValue]) -> FleetCurve | None:
    if "curve" not in claims:
        return None
    curve = read_curve(claims["curve"])
    if claims["curve_sha256"] != curve.digest.hex():
        raise FigureDiffers(
            f"The fleet's curve has the digest {curve.digest.hex()}, "
            f"not {claims['curve_sha256']} as stated."
        )
    return curve
