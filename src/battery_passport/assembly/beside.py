"""A battery's estimated and measured health beside one another, each with who says so and how.

In: a read transaction. Out: both as they were signed, and whether one lies within the other.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.assembly.inspecting import InspectorMeasurement, newest_measurement
from battery_passport.assembly.recorded import opened_payload
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.measurement import lies_within
from battery_passport.proof.model import HEALTH_STATEMENT
from battery_passport.proof.statement import health_claims
from battery_passport.registry.model import Battery


@dataclass(frozen=True, slots=True)
class EstimateAndMeasurement:
    """Both as far as they are there; `within` is None where they cannot be compared."""

    estimate: JsonObject | None
    measurement: InspectorMeasurement | None
    within: bool | None

    def as_json(self) -> JsonObject:
        """Return both for programs."""
        measured = self.measurement
        return {
            "estimated": self.estimate,
            "measured": None
            if measured is None
            else {
                **measured.measurement.as_claims(),
                "issuer": measured.issuer,
                "signed_at": format_utc(measured.signed_at),
                "statement": measured.number,
                "sha256": measured.credential_sha256,
                "log_index": measured.log_index,
            },
            "measured_within_estimate": self.within,
        }


def estimate_and_measurement(connection: Connection, battery: Battery) -> EstimateAndMeasurement:
    """Return what the newest statements say that stand."""
    stored = CredentialStore(connection).latest(HEALTH_STATEMENT, battery.battery_id)
    claims = None if stored is None else health_claims(opened_payload(stored))
    measured = newest_measurement(connection, battery)
    test = None if measured is None else measured.measurement.capacity_test
    within = None
    if claims is not None and test is not None:
        ah = interval_of(claims, "capacity", "ah")
        percent = interval_of(claims, "state_of_health", "percent")
        within = lies_within(test, ah=ah, percent=percent)
    return EstimateAndMeasurement(None if claims is None else _told(claims), measured, within)


def interval_of(claims: JsonObject, name: str, unit: str) -> tuple[float, float] | None:
    """Return the ends of an estimated figure's interval, None if there is no such figure."""
    figure = claims.get(name)
    ends: list[JsonValue] = [None, None]
    if isinstance(figure, dict):
        ends = [figure.get(f"{end}_{unit}") for end in ("low", "high")]
    low, high = ends
    if isinstance(low, int | float) and isinstance(high, int | float):
        return float(low), float(high)
    return None


_TOLD = ("state_of_health", "capacity", "method", "version", "as_of", "charges")


def _told(claims: JsonObject) -> JsonObject:
    return {name: claims.get(name) for name in _TOLD}
