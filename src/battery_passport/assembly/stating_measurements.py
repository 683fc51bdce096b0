"""An inspection body states what it measured, signed with the body's own key.

In: an inspection that was just recorded, within its transaction. Out: a stored statement and its
fact. The keystore keeps the body's key under the body's name, unless the body signs by itself.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.inspection import InspectionKey, InspectionKeys
from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.identity import organisation_did
from battery_passport.assembly.inspecting import digest_of, statements_of
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.issuing import signed_credential
from battery_passport.assembly.recorded import opened_payload
from battery_passport.assembly.recording import record_credential
from battery_passport.credentials.kept_signer import KeptSigner
from battery_passport.credentials.keystore import INSPECTION_PREFIX
from battery_passport.credentials.sd_jwt import SdJwt, issue_sd_jwt
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.errors import InvalidMeasurement
from battery_passport.lifecycle.measurement import INSPECTED
from battery_passport.lifecycle.measuring import measurement_of
from battery_passport.lifecycle.model import Event
from battery_passport.proof.measurement import measurement_payload, read_measurement
from battery_passport.proof.model import MEASUREMENT_STATEMENT
from battery_passport.proof.trust import TrustedKey
from battery_passport.registry.model import Battery, Organisation

INSPECTION_BODY = "inspection-body"
"""The role that makes an organisation one whose measurements are stated."""


def state_measurement(
    installation: Installation, connection: Connection, battery: Battery, event: Event
) -> StoredCredential | None:
    """Return the statement of what an inspection measured; None if it is none of a body's.

    None also where the body signs with a key of its own: it sends its signature in.
    Raises: InvalidMeasurement, KeystoreUnavailable.
    """
    body = inspection_body(connection, event.recorded_by)
    payload = payload_of(installation, connection, battery, event)
    if body is None or payload is None:
        return None
    signer = _signer(installation, connection, body, event.recorded_at)
    if signer is None:
        return None
    return keep_statement(connection, battery, issue_sd_jwt(payload, {}, signer), event.recorded_at)


def keep_statement(
    connection: Connection, battery: Battery, token: SdJwt, moment: datetime
) -> StoredCredential:
    """Save a signed statement with its fact."""
    store = CredentialStore(connection)
    statement = signed_credential(
        MEASUREMENT_STATEMENT,
        battery,
        token,
        sequence=store.next_sequence(MEASUREMENT_STATEMENT, battery.battery_id),
        moment=moment,
    )
    record_credential(connection, statement)
    return statement


def payload_of(
    installation: Installation, connection: Connection, battery: Battery, event: Event
) -> JsonObject | None:
    """Return what an inspection body signs about its inspection, None if there is nothing.

    Raises: InvalidMeasurement.
    """
    body = inspection_body(connection, event.recorded_by)
    if event.event_type != INSPECTED or body is None:
        return None
    did = organisation_did(installation.base_url, body.slug)
    superseded = _superseded(connection, battery, event, did=did)
    measurement = measurement_of(event, organisation=body.name, supersedes=superseded)
    if measurement is None:
        return None
    return measurement_payload(
        measurement,
        issuer_did=did,
        subject=installation.digital_link(battery.identifier),
        issued_at=event.recorded_at,
    )


def inspection_body(connection: Connection, slug: str) -> Organisation | None:
    """Return the inspection body of that short name, None if that is none."""
    found = RegistryStore(connection).organisation_by_slug(slug)
    return found if found is not None and INSPECTION_BODY in found.roles else None


def inspection_trust(installation: Installation, connection: Connection) -> list[TrustedKey]:
    """Return every key by which an inspection body signs here, or did."""
    registry = RegistryStore(connection)
    found = []
    for key in InspectionKeys(connection).all():
        body = registry.organisation(key.organisation_id)
        if body is not None:
            did = organisation_did(installation.base_url, body.slug)
            found.append(TrustedKey(MEASUREMENT_STATEMENT, did, key.public_key))
    return found


def _signer(
    installation: Installation, connection: Connection, body: Organisation, moment: datetime
) -> KeptSigner | None:
    """Return the signer that the keystore keeps for a body; None if the body has its own key."""
    keys = InspectionKeys(connection)
    present = keys.present(body.organisation_id)
    if present is not None and not present.kept_here:
        return None
    signer = KeptSigner.of(installation.keystore.signing_key(key_name(body.organisation_id)))
    if present is None or present.public_key != signer.public_key:
        key = InspectionKey(
            organisation_id=body.organisation_id,
            public_key=signer.public_key,
            kept_here=True,
            since=moment,
        )
        keys.adopt(key)
    return signer


def key_name(organisation_id: UUID) -> str:
    """Return the name under which the keystore keeps a body's key."""
    return f"{INSPECTION_PREFIX}{organisation_id}"


def _superseded(connection: Connection, battery: Battery, event: Event, *, did: str) -> str | None:
    """Return the hash of the body's own statement of the inspection that this one corrects."""
    corrected = event.payload.get("corrects")
    if corrected is None:
        return None
    for stored in statements_of(connection, battery.battery_id):
        payload = opened_payload(stored)
        if payload["issuer"] == did and read_measurement(payload).event == corrected:
            return digest_of(stored).hex()
    raise InvalidMeasurement(f"The body has stated no measurement of the inspection {corrected}.")
