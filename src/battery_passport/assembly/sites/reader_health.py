"""Our own health estimate as it was signed.

In: a battery's newest health statement. Out: the figures with their interval, or None.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.beside import estimate_and_measurement
from battery_passport.assembly.finding import effective_rating
from battery_passport.assembly.recorded import opened_payload
from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.proof.model import HEALTH_STATEMENT
from battery_passport.proof.statement import health_claims
from battery_passport.registry.model import Battery
from battery_passport.web.reading.views import HealthStatement, MeasuredHealth


def newest_statement(connection: Connection, battery: Battery) -> HealthStatement | None:
    """Return a battery's newest statement, None if there is none with a figure."""
    stored = CredentialStore(connection).latest(HEALTH_STATEMENT, battery.battery_id)
    if stored is None:
        return None
    fact = FactStore(connection).by_digest(sha256(stored.record))
    return _statement(stored, None if fact is None else fact.log_index)


def measured_health(connection: Connection, battery: Battery) -> MeasuredHealth | None:
    """Return what an inspection body measured last, None if nothing stands."""
    both = estimate_and_measurement(connection, battery)
    measured = both.measurement
    if measured is None:
        return None
    return MeasuredHealth(
        measurement=measured.measurement,
        number=measured.number,
        issuer=measured.issuer,
        signed_at=measured.signed_at,
        within=both.within,
        credential_sha256=measured.credential_sha256,
        log_index=measured.log_index,
        rated_ah=effective_rating(RegistryStore(connection), battery).rated_capacity_ah,
    )


def _statement(stored: StoredCredential, log_index: int | None) -> HealthStatement | None:
    claims = health_claims(opened_payload(stored))
    health, capacity = _figures(claims, "state_of_health"), _figures(claims, "capacity")
    value = health.get("value_percent")
    if value is None:
        return None
    as_of = claims.get("as_of")
    return HealthStatement(
        number=stored.sequence,
        value_percent=_number(value),
        low_percent=_number(health.get("low_percent")),
        high_percent=_number(health.get("high_percent")),
        capacity_ah=_number(capacity.get("value_ah")),
        low_ah=_number(capacity.get("low_ah")),
        high_ah=_number(capacity.get("high_ah")),
        charges=int(_number(claims.get("charges"))),
        method=str(claims["method"]),
        method_version=str(claims["version"]),
        as_of=None if as_of is None else parse_utc(str(as_of)),
        stated_at=stored.issued_at,
        credential_sha256=sha256(stored.issuer_jwt.encode("ascii")).hex(),
        log_index=log_index,
    )


def _figures(claims: JsonObject, name: str) -> Mapping[str, JsonValue]:
    found = claims.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(value: JsonValue) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
