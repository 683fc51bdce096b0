"""An inspection body that signs with a key which only it has: what it signs, and its signature.

In: an inspection's id; later the signed statement. Out: the payload to sign, to the letter; the
stored statement. Nothing else than what the inspection recorded is taken.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.inspection import InspectionKey, InspectionKeys
from battery_passport.adapters.sql.records import EventStore, StoredCredential
from battery_passport.assembly.inspecting import statements_of
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.recorded import opened_payload
from battery_passport.assembly.stating_measurements import (
    inspection_body,
    keep_statement,
    payload_of,
)
from battery_passport.credentials.jwk import PublicKey
from battery_passport.credentials.sd_jwt import MEDIA_TYPE, load_sd_jwt
from battery_passport.credentials.sd_jwt_verification import verify_sd_jwt
from battery_passport.foundation.errors import InvalidInput, VerificationFailed
from battery_passport.foundation.strict_json import JsonObject, canonical_json
from battery_passport.lifecycle.measurement import INSPECTED
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.records import parse_event_record
from battery_passport.proof.measurement import read_measurement
from battery_passport.registry.model import Battery, Organisation


class WrongStatement(InvalidInput):
    """What was sent is not the signed statement of an inspection that waits for one."""

    code = "wrong-measurement-statement"
    remedy = "Sign exactly what `measured` gives under to_sign, with the body's registered key."


def adopt_key(
    installation: Installation, connection: Connection, body: Organisation, key: PublicKey
) -> InspectionKey:
    """Save a body's own key; from now on the platform signs nothing for it."""
    named = PublicKey(key.algorithm, key.coordinates, key.thumbprint)
    if key.algorithm != "ES256":
        raise WrongStatement("The key is no ES256 key.")
    keys = InspectionKeys(connection)
    present = keys.present(body.organisation_id)
    if present is not None and present.public_key == named:
        return present
    adopted = InspectionKey(
        organisation_id=body.organisation_id,
        public_key=named,
        kept_here=False,
        since=installation.clock.now(),
    )
    keys.adopt(adopted)
    return adopted


def waiting_payloads(
    installation: Installation,
    connection: Connection,
    battery: Battery,
    *,
    of: str | None = None,
) -> Iterator[JsonObject]:
    """Yield what waits for the signatures of bodies with keys of their own, the oldest first.

    `of` is the short name of the one body that is asked about.
    """
    stated = {
        read_measurement(opened_payload(each)).event
        for each in statements_of(connection, battery.battery_id)
    }
    for event in _inspections(connection, battery):
        body = inspection_body(connection, event.recorded_by)
        if body is None or of not in (None, body.slug) or str(event.event_id) in stated:
            continue
        key = InspectionKeys(connection).present(body.organisation_id)
        if key is None or key.kept_here or event.recorded_at < key.since:
            continue
        payload = payload_of(installation, connection, battery, event)
        if payload is not None:
            yield payload


def take_signed(
    installation: Installation,
    connection: Connection,
    battery: Battery,
    presentation: str,
    *,
    of: str | None = None,
) -> StoredCredential:
    """Save a statement that its body signed, once however often it is sent; `of` as above.

    Raises: WrongStatement unless it is what waits for a signature, signed with the body's key.
    """
    keys = {each.public_key.key_id: each for each in InspectionKeys(connection).all()}
    try:
        verified = verify_sd_jwt(
            presentation, lambda kid: keys[kid].public_key if kid in keys else None
        )
    except (VerificationFailed, InvalidInput) as error:
        raise WrongStatement(f"The statement does not hold: {error.message}") from error
    for stored in statements_of(connection, battery.battery_id):
        if stored.issuer_jwt == verified.issuer_jwt:
            return stored
    signed_by = keys[verified.key.key_id]
    header = {"alg": "ES256", "kid": verified.key.key_id, "typ": MEDIA_TYPE}
    for payload in waiting_payloads(installation, connection, battery, of=of):
        if canonical_json(payload) == canonical_json(verified.payload):
            _refuse_others_key(connection, payload, signed_by)
            if verified.header != header:
                raise WrongStatement(f"The header is not {header}.")
            token = load_sd_jwt(verified.issuer_jwt, ())
            return keep_statement(connection, battery, token, installation.clock.now())
    raise WrongStatement("No inspection of this battery waits for this statement.")


def _refuse_others_key(connection: Connection, payload: JsonObject, key: InspectionKey) -> None:
    event = _event_of(connection, payload)
    body = inspection_body(connection, event.recorded_by)
    if body is None or key.organisation_id != body.organisation_id or key.until is not None:
        raise WrongStatement("The key is not the one that the inspection's body signs with now.")


def _event_of(connection: Connection, payload: JsonObject) -> Event:
    stored = EventStore(connection).by_id(UUID(read_measurement(payload).event))
    if stored is None:
        raise WrongStatement("The inspection is not stored any more.")
    return parse_event_record(stored.record)


def _inspections(connection: Connection, battery: Battery) -> Iterator[Event]:
    for stored in EventStore(connection).of_battery(battery.battery_id):
        if stored.type == INSPECTED:
            yield parse_event_record(stored.record)
