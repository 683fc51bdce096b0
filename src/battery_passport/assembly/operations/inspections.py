"""Inspection bodies and what they measure: registering a body, inspecting, telling both figures.

In: requests of verbs. Out: the statement that was signed, or what waits for a signature; the
estimate and the measurement beside one another.
"""

from sqlalchemy import Connection

from battery_passport.adapters.sql.inspection import InspectionKeys
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.beside import estimate_and_measurement
from battery_passport.assembly.finding import find_battery
from battery_passport.assembly.identity import organisation_did
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.registry import add_event
from battery_passport.assembly.own_signatures import adopt_key, take_signed, waiting_payloads
from battery_passport.assembly.requests import Asked
from battery_passport.assembly.stating_measurements import INSPECTION_BODY, inspection_body
from battery_passport.credentials.jwk import parse_jwk
from battery_passport.foundation.strict_json import JsonObject, parse_json_object
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.lifecycle.measurement import INSPECTED
from battery_passport.registry.errors import ConflictingRegistration, UnknownOrganisation
from battery_passport.registry.model import Organisation


def add_inspection_body(installation: Installation, request: JsonObject) -> JsonObject:
    """Register an inspection body, and the key that it signs with if it keeps one itself."""
    asked = Asked(request)
    slug, key = asked.text("organisation"), asked.optional_text("key")
    with installation.database.write() as connection:
        body = _registered(installation, connection, slug, asked.optional_text("name"))
        if key is not None:
            adopt_key(installation, connection, body, parse_jwk(parse_json_object(key)))
        present = InspectionKeys(connection).present(body.organisation_id)
    kept_here = present is None or present.kept_here
    return {
        "organisation": body.slug,
        "name": body.name,
        "did": organisation_did(installation.base_url, body.slug),
        "key": None if present is None else present.public_key.key_id,
        "key_kept": "by this installation" if kept_here else "by the organisation",
    }


def inspect_battery(installation: Installation, request: JsonObject) -> JsonObject:
    """Record an inspection of a body; its statement is signed with it, or waits for the body."""
    asked = Asked(request)
    signed = asked.optional_text("statement")
    if signed is not None:
        return _take(installation, asked.text("battery"), signed.strip())
    by = asked.text("by")
    with installation.database.read() as connection:
        if inspection_body(connection, by) is None:
            raise UnknownOrganisation(
                f"{by[:80]!r} is no inspection body.", remedy="Register it with `inspector add`."
            )
    answer = add_event(installation, {**request, "type": INSPECTED})
    with installation.database.read() as connection:
        battery = find_battery(RegistryStore(connection), asked.text("battery"))
        waiting = list(waiting_payloads(installation, connection, battery))
    return {**answer, "to_sign": waiting}


def tell_measured(installation: Installation, request: JsonObject) -> JsonObject:
    """Return what is estimated and what was measured of a battery's health."""
    with installation.database.read() as connection:
        battery = find_battery(RegistryStore(connection), Asked(request).text("battery"))
        return {
            "battery": str(battery.identifier),
            **estimate_and_measurement(connection, battery).as_json(),
            "to_sign": list(waiting_payloads(installation, connection, battery)),
        }


def _registered(
    installation: Installation, connection: Connection, slug: str, name: str | None
) -> Organisation:
    store, moment = RegistryStore(connection), installation.clock.now()
    known = store.organisation_by_slug(slug)
    if known is not None:
        if INSPECTION_BODY not in known.roles or name not in (None, known.name):
            raise ConflictingRegistration(f"{slug!r} is known as something else.")
        return known
    body = Organisation(
        organisation_id=new_uuid7(moment),
        slug=slug,
        name=name or slug,
        roles=frozenset({INSPECTION_BODY}),
        registered_at=moment,
    )
    store.add_organisation(body)
    return body


def _take(installation: Installation, name: str, presentation: str) -> JsonObject:
    with installation.database.write() as connection:
        battery = find_battery(RegistryStore(connection), name)
        statement = take_signed(installation, connection, battery, presentation)
    installation.pipeline.settle()
    return {"battery": str(battery.identifier), "measurement_statement": statement.sequence}
