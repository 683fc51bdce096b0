"""Issuing, showing and exporting passport versions.

In: requests of verbs. Out: what was issued and what is owed; what a reader sees.
"""

from sqlalchemy import Connection

from battery_passport.access.policy.reading import PROOF
from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.authorizing import sections_of_audience
from battery_passport.assembly.finding import find_battery
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.recorded import opened_payload, stored_token
from battery_passport.assembly.requests import Asked, InvalidRequest
from battery_passport.assembly.statuses import REASONS, revoke_version
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import NotFound
from battery_passport.foundation.strict_json import JsonObject, JsonValue, canonical_json
from battery_passport.passport.data_points import data_point
from battery_passport.passport.disclosure import parse_audience
from battery_passport.passport.obligations import RESPONSIBLE_OPERATOR, Obligation
from battery_passport.proof.model import PASSPORT
from battery_passport.registry.model import Battery

_FORMATS = ("sd-jwt", "json")


class NoPassport(NotFound):
    """The battery has no passport version yet."""

    code = "no-passport"
    remedy = "Issue one with `passport issue`."


def issue_passport(installation: Installation, request: JsonObject) -> JsonObject:
    """Issue a new version; missing mandatory points are listed, not refused."""
    asked = Asked(request)
    with installation.database.write() as connection:
        battery = find_battery(RegistryStore(connection), asked.text("battery"))
        issued = installation.issuer.issue(connection, battery, installation.clock.now())
    installation.pipeline.settle()
    credential, content = issued.credential, issued.content
    return {
        "battery": str(battery.identifier),
        "version": credential.sequence,
        "issued_at": format_utc(credential.issued_at),
        "issuer": content.public["issuer"],
        "digital_link": installation.digital_link(battery.identifier),
        "credential_sha256": sha256(credential.issuer_jwt.encode("ascii")).hex(),
        "filled": len(content.values),
        "missing": [_owed(obligation) for obligation in content.missing],
    }


def revoke_passport(installation: Installation, request: JsonObject) -> JsonObject:
    """Let a version, the newest if none is named, count no more, for good."""
    asked = Asked(request)
    reason, version = asked.text("reason"), asked.optional_whole("version")
    if reason not in REASONS:
        raise InvalidRequest(f"There is no reason {reason!r}; there are {', '.join(REASONS)}.")
    with installation.database.write() as connection:
        battery, newest = newest_version(connection, asked.text("battery"))
        issued = CredentialStore(connection).of_battery(PASSPORT, battery.battery_id)
        wanted = newest.sequence if version is None else version
        credential = next((each for each in issued if each.sequence == wanted), None)
        if credential is None:
            raise NoPassport(f"The battery {battery.identifier} has no version {wanted}.")
        changed = revoke_version(
            connection, battery, credential, reason=reason, moment=installation.clock.now()
        )
    installation.pipeline.settle()
    return {
        "battery": str(battery.identifier),
        "version": credential.sequence,
        "reason": reason,
        "changed": changed,
    }


def show_passport(installation: Installation, request: JsonObject) -> JsonObject:
    """Return the newest version as a reader of the given audience sees it."""
    asked = Asked(request)
    audience = parse_audience(asked.optional_text("audience") or "public")
    with installation.database.read() as connection:
        battery, credential = newest_version(connection, asked.text("battery"))
    names = sections_of_audience(audience, battery)
    sections = {name: text for name, text in credential.disclosures.items() if name in names}
    payload = opened_payload(credential, sections)
    subject = payload.get("credentialSubject")
    parts: list[JsonValue] = [subject]
    if isinstance(subject, dict):
        parts += [subject.get(name) for name in sections]
    return {
        "battery": str(battery.identifier),
        "version": credential.sequence,
        "audience": audience.value,
        "issued_at": format_utc(credential.issued_at),
        "sections": sorted(sections),
        "values": [value for part in parts for value in _values(part)],
    }


def export_passport(installation: Installation, request: JsonObject) -> JsonObject:
    """Return the newest version as an SD-JWT presentation or as its opened payload."""
    asked = Asked(request)
    wanted = asked.optional_text("format") or _FORMATS[0]
    if wanted not in _FORMATS:
        raise InvalidRequest(f"There is no format {wanted!r}; there are {', '.join(_FORMATS)}.")
    audience = parse_audience(asked.optional_text("audience") or "public")
    with installation.database.read() as connection:
        battery, credential = newest_version(connection, asked.text("battery"))
    names = sections_of_audience(audience, battery, action=PROOF)
    shown = {name: text for name, text in credential.disclosures.items() if name in names}
    if wanted == "sd-jwt":
        return {"content": stored_token(credential).present(shown)}
    return {"content": canonical_json(opened_payload(credential, shown)).decode()}


def newest_version(connection: Connection, name: str) -> tuple[Battery, StoredCredential]:
    """Return a battery and its newest passport version. Raises: UnknownBattery, NoPassport."""
    battery = find_battery(RegistryStore(connection), name)
    credential = CredentialStore(connection).latest(PASSPORT, battery.battery_id)
    if credential is None:
        raise NoPassport(f"The battery {battery.identifier} has no passport yet.")
    return battery, credential


def _owed(obligation: Obligation) -> JsonObject:
    due = obligation.due_on
    return {
        "number": obligation.point.number,
        "name": obligation.point.name_en,
        "owed_by": RESPONSIBLE_OPERATOR,
        "supplied_by": obligation.point.supplier.value,
        "due": "when placed on the market" if due is None else f"by {due.isoformat()}",
    }


def _values(part: JsonValue) -> list[JsonObject]:
    points = part.get("dataPoints") if isinstance(part, dict) else None
    if not isinstance(points, dict):
        return []
    return [
        {"number": int(number), "name": data_point(int(number)).name_en, **value}
        for number, value in sorted(points.items(), key=lambda item: int(item[0]))
        if isinstance(value, dict)
    ]
