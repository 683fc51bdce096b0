"""Estimating a battery's health and further figures, and stating them in credentials of their own.

In: requests of verbs. Out: figures with intervals and evidence; a signed statement when they are
news. The statement stands beside the passport, whose health comes from the car.
"""

from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.devices import DeviceStore
from battery_passport.adapters.sql.evidence_places import EvidencePlaces
from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.diagnosing.curves import best_estimate, curve_of_battery
from battery_passport.assembly.diagnosing.figures import current_figures
from battery_passport.assembly.diagnosing.whole import diagnose_battery
from battery_passport.assembly.finding import (
    DEFAULT_ORGANISATION,
    effective_rating,
    find_battery,
)
from battery_passport.assembly.identity import organisation_did
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.issuing import signed_credential
from battery_passport.assembly.recorded import opened_payload
from battery_passport.assembly.recording import record_credential
from battery_passport.assembly.requests import Asked
from battery_passport.credentials.sd_jwt import issue_sd_jwt
from battery_passport.diagnostics.estimate import HealthEstimate
from battery_passport.diagnostics.statement import statement_claims
from battery_passport.diagnostics.stating.claims import FoundFigures, figures_claims
from battery_passport.foundation.strict_json import JsonObject, canonical_json
from battery_passport.proof.model import FIGURES_STATEMENT, HEALTH_STATEMENT
from battery_passport.proof.statement import stated_claims, statement_payload
from battery_passport.registry.model import Battery


def diagnose(installation: Installation, request: JsonObject) -> JsonObject:
    """Estimate a battery's health, and state it if it differs from the last statement."""
    asked = Asked(request)
    with installation.database.read() as connection:
        battery = find_battery(RegistryStore(connection), asked.text("battery"))
    diagnosis = diagnose_battery(installation, battery)
    statement = state_health(installation, battery, diagnosis.health)
    figures = current_figures(installation, battery)
    stated = state_figures(installation, battery, figures)
    return {
        **diagnosis.as_json(),
        "statement": None if statement is None else statement.sequence,
        "figures": figures.as_json(),
        "figures_statement": None if stated is None else stated.sequence,
    }


def state_all(installation: Installation, battery: Battery) -> None:
    """State health and figures as they are now, each where it is news."""
    state_health(installation, battery, current_estimate(installation, battery))
    state_figures(installation, battery, current_figures(installation, battery))


def current_estimate(installation: Installation, battery: Battery) -> HealthEstimate:
    """Return what the newest method makes of everything measured so far."""
    installation.pipeline.settle()
    with installation.database.read() as connection:
        rating = effective_rating(RegistryStore(connection), battery)
        curve = curve_of_battery(connection, battery)
    return best_estimate(installation.history.read(battery.battery_id), rating, curve)


def state_health(
    installation: Installation, battery: Battery, estimate: HealthEstimate
) -> StoredCredential | None:
    """Return the statement of these figures, signed now if none says the same.

    None if the figures rest on no evidence, because then there is nothing to state.
    """
    if not estimate.evidence:
        return None
    claims = statement_claims(estimate)
    return _state(installation, battery, HEALTH_STATEMENT, (claims, estimate.evidence))


def state_figures(
    installation: Installation, battery: Battery, found: FoundFigures
) -> StoredCredential | None:
    """Return the statement of these figures, signed now if none says the same.

    None if the figures rest on no evidence, because then there is nothing to state.
    """
    if not found.evidence:
        return None
    claims = figures_claims(found)
    return _state(installation, battery, FIGURES_STATEMENT, (claims, found.evidence))


def _state(
    installation: Installation,
    battery: Battery,
    kind: str,
    stated: tuple[JsonObject, tuple[bytes, ...]],
) -> StoredCredential:
    (claims, evidence), moment = stated, installation.clock.now()
    with installation.database.write() as connection:
        store = CredentialStore(connection)
        known = store.latest(kind, battery.battery_id)
        if known is not None and _says(known, claims):
            return known
        payload = statement_payload(
            kind,
            issuer_did=organisation_did(installation.base_url, DEFAULT_ORGANISATION),
            subject=installation.digital_link(battery.identifier),
            issued_at=moment,
            claims=claims,
            batch_digests=evidence,
            device_keys=_device_keys(connection, evidence),
        )
        statement = signed_credential(
            kind,
            battery,
            issue_sd_jwt(payload, {}, installation.keys.diagnostics),
            sequence=store.next_sequence(kind, battery.battery_id),
            moment=moment,
        )
        record_credential(connection, statement)
    installation.pipeline.settle()
    return statement


def _says(known: StoredCredential, claims: JsonObject) -> bool:
    return canonical_json(stated_claims(opened_payload(known), known.kind)) == canonical_json(
        claims
    )


def _device_keys(connection: Connection, digests: tuple[bytes, ...]) -> dict[UUID, list[bytes]]:
    senders = EvidencePlaces(connection).senders(digests)
    missing = set(digests) - set(senders)
    if missing:
        raise LookupError(f"The batch {min(missing).hex()} behind an estimate is not stored.")
    devices = DeviceStore(connection)
    found = {device_id: devices.keys(device_id) for device_id in set(senders.values())}
    return {device_id: keys for device_id, keys in found.items() if keys}
