"""The claims of a statement of figures, `bp-figures/v1`.

In: a telemetry table, a basis. Out: what is found of each figure; claims that canonical JSON can
carry. The claims hold all that recomputation needs beside the evidence.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from battery_passport.diagnostics.errors import NothingDetermined
from battery_passport.diagnostics.estimate import rating_as_json
from battery_passport.diagnostics.power.model import Declared
from battery_passport.diagnostics.stating.leaves import written
from battery_passport.diagnostics.stating.methods import NEWEST, figure_method
from battery_passport.diagnostics.stating.model import Basis, FoundFigure
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.telemetry.table import TelemetryTable

FIGURES_FORMAT = "bp-figures/v1"
ALL = "all"
"""Written in place of digests where a figure rests on every batch that the statement names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFigures:
    """What was found of a table, by name; `evidence` is what the stated figures rest on."""

    basis: Basis
    figures: Mapping[str, FoundFigure]
    evidence: tuple[bytes, ...]
    evidence_assumptions: tuple[str, ...]

    def as_json(self) -> JsonObject:
        """Return every figure, or the reason why there is none, with its method."""
        return {name: {**_method(name), **_values(found)} for name, found in self.figures.items()}


def find_figures(table: TelemetryTable, basis: Basis) -> FoundFigures:
    """Return what the newest method of each figure says of a table."""
    figures = {name: figure_method(*method).find(table, basis) for name, method in NEWEST.items()}
    evidence = frozenset(digest for found in figures.values() for digest in found.evidence)
    return FoundFigures(
        basis=basis,
        figures=figures,
        evidence=tuple(sorted(evidence)),
        evidence_assumptions=table.assumptions,
    )


def figures_claims(found: FoundFigures) -> JsonObject:
    """Return what a statement of figures says; figures without evidence are left out.

    Raises: NothingDetermined if there is none.
    """
    stated = {name: each for name, each in found.figures.items() if each.evidence}
    if not stated:
        raise NothingDetermined("There is no figure to state: nothing was measured.")
    basis = found.basis
    curve: JsonObject = (
        {}
        if basis.curve is None
        else {"curve": basis.curve.as_json(), "curve_sha256": basis.curve.digest.hex()}
    )
    return {
        "format": FIGURES_FORMAT,
        "rating": rating_as_json(basis.rating),
        "declared": declared_as_json(basis.declared),
        **curve,
        "figures": {name: _figure(name, each, found.evidence) for name, each in stated.items()},
        "evidence_assumptions": list(found.evidence_assumptions),
    }


def declared_as_json(declared: Declared) -> JsonObject:
    """Return what is declared of the new battery, null where it is not."""
    return asdict(declared)


def _figure(name: str, found: FoundFigure, evidence: tuple[bytes, ...]) -> JsonObject:
    own: JsonValue = [digest.hex() for digest in sorted(found.evidence)]
    return {
        **_method(name),
        "parameters": figure_method(*NEWEST[name]).parameters,
        "values": _values(found),
        "evidence": ALL if set(found.evidence) == set(evidence) else own,
    }


def _method(name: str) -> JsonObject:
    method, version = NEWEST[name]
    return {"method": method, "version": version}


def _values(found: FoundFigure) -> JsonObject:
    return {name: written(each) for name, each in found.values.items()}
