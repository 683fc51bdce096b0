"""Recomputation of a statement of figures: the named versions run again, every figure compared.

In: claims, the digests that the statement names, a table of the evidence. Out: nothing, or an
error naming the first figure that differs.
"""

from collections.abc import Mapping

from battery_passport.diagnostics.errors import FigureDiffers
from battery_passport.diagnostics.evidence import only_batches
from battery_passport.diagnostics.stating.leaves import Difference, first_difference
from battery_passport.diagnostics.stating.model import Basis
from battery_passport.diagnostics.stating.reading import ClaimedFigure, read_figures
from battery_passport.foundation.strict_json import JsonValue, canonical_json
from battery_passport.telemetry.table import TelemetryTable


def compare_with_figures(
    claims: Mapping[str, JsonValue], evidence: tuple[bytes, ...], table: TelemetryTable
) -> None:
    """Check that the named methods give the stated figures, each on its own evidence.

    `table` may hold other batches too; they are left out.
    Raises: FigureDiffers, naming the first difference; MalformedStatement; UnknownMethod.
    """
    read = read_figures(claims, evidence)
    missing = set(evidence) - set(table.batch_digests)
    if missing:
        raise FigureDiffers(f"The statement rests on batch {min(missing).hex()}, which is missing.")
    unstated = set(table.assumptions) - set(read.evidence_assumptions)
    if unstated:
        raise FigureDiffers(f"The evidence assumes {min(unstated)!r}, which is not stated.")
    for figure in read.figures:
        difference = _difference(figure, only_batches(table, figure.evidence), read.basis)
        if difference is not None:
            raise FigureDiffers(
                f"{difference.name}: the statement says {difference.claimed}, "
                f"its evidence gives {difference.found}."
            )


def _difference(figure: ClaimedFigure, table: TelemetryTable, basis: Basis) -> Difference | None:
    expected = figure.method.parameters
    if canonical_json(figure.parameters) != canonical_json(expected):
        return Difference(f"{figure.name}.parameters", figure.parameters, expected)
    found = figure.method.find(table, basis)
    if set(found.evidence) != set(figure.evidence):
        used = {digest.hex() for digest in figure.evidence} - {
            digest.hex() for digest in found.evidence
        }
        return Difference(f"{figure.name}.evidence", sorted(used), "no use of these batches")
    return first_difference(figure.values, found.values, figure.name)
