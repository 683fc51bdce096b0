"""What was recorded of batteries, read back; whoever only reads needs no keys and no chain.

In: a transaction and batteries, or stored credentials. Out: events; what credentials say.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.records import EventStore, StoredCredential
from battery_passport.credentials.jws import parse_jws
from battery_passport.credentials.sd_jwt import SdJwt, load_sd_jwt
from battery_passport.credentials.sd_jwt_verification import open_disclosures
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.records import parse_event_record
from battery_passport.registry.model import Battery


def events_of(connection: Connection, battery: Battery) -> list[Event]:
    """Return a battery's events as they were recorded."""
    return events_of_all(connection, [battery])[battery.battery_id]


def events_of_all(
    connection: Connection, batteries: Sequence[Battery]
) -> Mapping[UUID, list[Event]]:
    """Return the events of each battery as they were recorded."""
    stored = EventStore(connection).of_batteries([each.battery_id for each in batteries])
    return {
        battery_id: [parse_event_record(event.record) for event in found]
        for battery_id, found in stored.items()
    }


def opened_payload(
    credential: StoredCredential, sections: Mapping[str, str] | None = None
) -> JsonObject:
    """Return what a stored credential says with all, or the given, disclosures opened."""
    shown = credential.disclosures if sections is None else sections
    payload, _names = open_disclosures(parse_jws(credential.issuer_jwt).payload, shown.values())
    return payload


def stored_token(credential: StoredCredential) -> SdJwt:
    """Return a stored credential as the token it is."""
    return load_sd_jwt(credential.issuer_jwt, credential.disclosures.values())
