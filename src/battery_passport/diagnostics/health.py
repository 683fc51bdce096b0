"""Every published method by name and version, and the estimate made with one of them.

In: a telemetry table, what is declared of the battery, a method's name. Out: a `HealthEstimate`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module

from battery_passport.diagnostics.cleaning import Integers
from battery_passport.diagnostics.errors import UnknownMethod
from battery_passport.diagnostics.estimate import HealthEstimate
from battery_passport.diagnostics.evidence import only_ordinals, ordinals_of
from battery_passport.diagnostics.findings import RELIED_ON_COLUMNS
from battery_passport.diagnostics.fleet_capacity.constants import NAME as FLEET
from battery_passport.diagnostics.fleet_capacity.constants import V1 as FLEET_V1
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.diagnostics.model import Findings
from battery_passport.diagnostics.parameters import V1
from battery_passport.diagnostics.usable_capacity import usable_capacity
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Method:
    """A published method: pure, deterministic, never changed under its version.

    It sees the named columns and no other. `sought`: where it is much quicker than `find`, the
    rows that this would rely on and how many legs it would see.
    """

    columns: Collection[str]
    find: Callable[[TelemetryTable, Rating], Findings]
    parameters: Mapping[str, JsonValue]
    sought: Callable[[TelemetryTable, Rating], tuple[Integers, int]] | None = None


def _fleet_capacity(table: TelemetryTable, rating: Rating, curve: FleetCurve | None) -> Findings:
    # Its compiled loops take a second to load, which few verbs need.
    method = import_module("battery_passport.diagnostics.fleet_capacity.method")
    found: Findings = method.fleet_capacity(table, rating, curve)
    return found


def _fleet_evidence(
    table: TelemetryTable, rating: Rating, curve: FleetCurve
) -> tuple[Integers, int]:
    method = import_module("battery_passport.diagnostics.fleet_capacity.method")
    found: tuple[Integers, int] = method.fleet_evidence(table, rating, curve)
    return found


METHODS: Mapping[tuple[str, str], Method] = {
    ("usable-capacity", "1"): Method(RELIED_ON_COLUMNS, usable_capacity, V1.as_json()),
    (FLEET, "1"): Method(
        RELIED_ON_COLUMNS, partial(_fleet_capacity, curve=None), FLEET_V1.as_json()
    ),
}
NEWEST: Mapping[str, str] = {"usable-capacity": "1", FLEET: "1"}

CURVE, CURVE_DIGEST = "curve", "curve_sha256"
"""Where a statement's parameters carry the fleet's curve, and its digest."""


def published_method(name: str, version: str) -> Method:
    """Return a published method.

    Raises: UnknownMethod, naming those there are.
    """
    method = METHODS.get((name, version))
    if method is None:
        there_are = ", ".join(f"{known} {number}" for known, number in METHODS)
        raise UnknownMethod(f"No method {name} {version} is published; there are: {there_are}.")
    return method


def estimate_health(
    table: TelemetryTable,
    rating: Rating,
    *,
    method: str = "usable-capacity",
    version: str | None = None,
    curve: FleetCurve | None = None,
) -> HealthEstimate:
    """Return what a method (its newest version unless named) makes of a battery's measurements.

    `curve` is what the fleet taught of the battery's model; only `fleet-capacity` uses it.
    The figures are those the method gives on the evidence alone, so that whoever has just the
    evidence gets them too.
    Raises: UnknownMethod.
    """
    number = NEWEST.get(method, "") if version is None else version
    published = published_method(method, number)
    if method == FLEET and curve is not None:
        published = _with_curve(published, curve)
    table, findings, legs_seen = _on_evidence(published, table.select(published.columns), rating)
    last_ms = int(table.sampled_at_ms[findings.rows[-1]]) if findings.rows.size else None
    return HealthEstimate(
        method=method,
        version=number,
        parameters=published.parameters,
        rating=rating,
        findings=findings,
        legs_seen=legs_seen,
        as_of=None if last_ms is None else _EPOCH + timedelta(milliseconds=last_ms),
        evidence=table.batch_digests if findings.rows.size else (),
        evidence_assumptions=table.assumptions if findings.rows.size else (),
    )


def _on_evidence(
    method: Method, table: TelemetryTable, rating: Rating
) -> tuple[TelemetryTable, Findings, int]:
    """Return the batches relied on, what is found on these alone, and the legs seen in all."""
    findings = None
    if method.sought is None:
        findings = method.find(table, rating)
        rows, legs_seen = findings.rows, len(findings.legs)
    else:
        rows, legs_seen = method.sought(table, rating)
    while rows.size:
        relied_on = ordinals_of(table, rows)
        if relied_on.size == len(table.batch_digests) and findings is not None:
            break
        if relied_on.size < len(table.batch_digests):
            table = only_ordinals(table, relied_on)
        findings = method.find(table, rating)
        rows = findings.rows
    return table, method.find(table, rating) if findings is None else findings, legs_seen


def _with_curve(method: Method, curve: FleetCurve) -> Method:
    """Return the method with the fleet's curve among its parameters, so that it can be rerun."""
    carried: JsonObject = {CURVE: curve.as_json(), CURVE_DIGEST: curve.digest.hex()}
    return replace(
        method,
        find=partial(_fleet_capacity, curve=curve),
        sought=partial(_fleet_evidence, curve=curve),
        parameters={**method.parameters, **carried},
    )
