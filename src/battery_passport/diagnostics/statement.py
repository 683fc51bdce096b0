"""The claims of a health statement, signed apart from the passport, and their recomputation.

In: an estimate; or claims and a table of the evidence they name. Out: claims that canonical JSON
can carry, or an error naming the first figure that differs. The claims hold all that recomputation
needs beside the evidence: method, version, constants, and what was declared of the battery.
"""

from collections.abc import Mapping

from battery_passport.diagnostics.errors import FigureDiffers, NothingDetermined
from battery_passport.diagnostics.estimate import (
    AH_DECIMALS,
    PERCENT_DECIMALS,
    HealthEstimate,
    assumptions_as_json,
    figure_as_json,
    moment,
    rating_as_json,
    reference_conditions,
    scaled,
)
from battery_passport.diagnostics.evidence import only_batches
from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.model import Direction, Interval, NotDetermined
from battery_passport.diagnostics.statement_reading import (
    STATEMENT_FORMAT,
    number_in,
    read_claims,
    texts_in,
)
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

_ALIKE = (
    "parameters",
    "evidence",
    "charges",
    "discharges",
    "as_of",
    "reference_conditions",
    "assumptions",
)
# A figure is stated rounded. Recomputed on another processor its last binary digits may differ,
# so that it is compared before it is rounded, with room for those digits and nothing more.
_LAST_DIGITS = 1e-6


def statement_claims(estimate: HealthEstimate) -> JsonObject:
    """Return what a health statement says; numbers have a fixed number of decimals.

    Raises: NothingDetermined if the estimate holds no figure.
    """
    found = estimate.findings
    if isinstance(found.capacity_ah, NotDetermined):
        raise NothingDetermined(f"There is no figure to state: {found.capacity_ah.sentence}")
    health_percent = scaled(found.health_ratio, 100.0)
    return {
        "format": STATEMENT_FORMAT,
        "method": estimate.method,
        "version": estimate.version,
        "parameters": dict(estimate.parameters),
        "rating": rating_as_json(estimate.rating),
        "state_of_health": figure_as_json("percent", health_percent, PERCENT_DECIMALS),
        "capacity": figure_as_json("ah", found.capacity_ah, AH_DECIMALS),
        "charges": found.used(Direction.CHARGE),
        "discharges": found.used(Direction.DISCHARGE),
        "as_of": None if estimate.as_of is None else moment(estimate.as_of),
        "reference_conditions": reference_conditions(found),
        "assumptions": assumptions_as_json(found),
        "evidence_assumptions": list(estimate.evidence_assumptions),
        "evidence": [digest.hex() for digest in estimate.evidence],
    }


def compare_with_statement(
    claims: Mapping[str, JsonValue], table: TelemetryTable, rating: Rating | None = None
) -> None:
    """Check that the named method gives the stated figures on the named evidence.

    `table` may hold other batches too; they are left out. `rating`, where the caller knows it from
    elsewhere, must be the one the statement was made with.
    Raises: FigureDiffers, naming the first difference; MalformedStatement; UnknownMethod.
    """
    read = read_claims(claims)
    if rating is not None and rating != read.rating:
        raise _differs("rating", rating_as_json(read.rating), rating_as_json(rating))
    for digest in read.evidence:
        if digest not in table.batch_digests:
            raise FigureDiffers(f"The statement rests on batch {digest.hex()}, which is missing.")
    evidence = only_batches(table, read.evidence)
    estimate = estimate_health(
        evidence, read.rating, method=read.method, version=read.version, curve=read.curve
    )
    found = estimate.findings
    _compare_figure(claims, "capacity", "ah", (found.capacity_ah, AH_DECIMALS))
    health_percent = scaled(found.health_ratio, 100.0)
    _compare_figure(claims, "state_of_health", "percent", (health_percent, PERCENT_DECIMALS))
    recomputed = statement_claims(estimate)
    for name in _ALIKE:
        if claims[name] != recomputed[name]:
            raise _differs(name, claims[name], recomputed[name])
    unstated = set(estimate.evidence_assumptions).difference(
        texts_in(claims["evidence_assumptions"], "evidence_assumptions")
    )
    if unstated:
        raise FigureDiffers(f"The evidence assumes {min(unstated)!r}, which is not stated.")


def _compare_figure(
    claims: Mapping[str, JsonValue],
    name: str,
    unit: str,
    recomputed: tuple[Interval | NotDetermined, int],
) -> None:
    figure, decimals = recomputed
    stated, expected = claims[name], figure_as_json(unit, figure, decimals)
    if not isinstance(stated, Mapping) or stated.keys() != expected.keys():
        raise _differs(name, stated, expected)
    if isinstance(figure, NotDetermined):
        if stated != expected:
            raise _differs(name, stated, expected)
        return
    reach = 0.5 * 10.0**-decimals + _LAST_DIGITS
    for part in ("value", "low", "high"):
        member = f"{part}_{unit}"
        exact: float = getattr(figure, part)
        if abs(number_in(stated[member], f"{name}.{member}") - exact) > reach:
            raise _differs(f"{name}.{member}", stated[member], expected[member])


def _differs(name: str, stated: JsonValue, found: JsonValue) -> FigureDiffers:
    return FigureDiffers(f"{name}: the statement says {stated}, its evidence gives {found}.")
