"""The file form of a bundle `bp-proof/v1`, read to the letter and written once.

In: bytes from anywhere, or parts. Out: the parts, or bytes. docs/reference/proof-bundle.md
"""

import json
from collections.abc import Mapping

from battery_passport.foundation.encoding import (
    MalformedEncoding,
    base64_decode,
    base64_encode,
    base64url_decode,
    base64url_encode,
)
from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    MalformedJson,
    parse_json_object,
)
from battery_passport.proof.anchor_part import anchor_as_json, parse_anchor
from battery_passport.proof.errors import MalformedBundle, UnreadableBundle
from battery_passport.proof.members import Members
from battery_passport.proof.model import (
    BUNDLE_FORMAT,
    RECORD_VERSION,
    Bundle,
    LoggedCredential,
    LogRecord,
)
from battery_passport.proof.state_part import parse_state, state_as_json

_LOGGED = ("credential", "record", "salt", "tlogProof")
_REQUIRED = ("format", *_LOGGED, "anchor", "issuerKeys", "state", "status")
_OPTIONAL = ("statements", "batches", "deviceKeys")
PUBLIC_KEY_BYTES = 32


def parse_bundle(octets: bytes) -> Bundle:
    """Return the parts of a bundle.

    Raises: UnreadableBundle if it is no JSON object without duplicate members; MalformedBundle
    for anything else that is not to the letter of the format.
    """
    try:
        document = parse_json_object(octets)
    except MalformedJson as error:
        raise UnreadableBundle(error.message) from error
    members = Members(document, "the bundle", MalformedBundle)
    if "format" in document:
        members.constant("format", BUNDLE_FORMAT)
    members.exactly(_REQUIRED, _OPTIONAL)
    return Bundle(
        passport=_parse_logged(members),
        state=None if document["state"] is None else parse_state(members.object("state")),
        status=None if document["status"] is None else members.text("status"),
        anchor=parse_anchor(members.object("anchor")),
        issuer_keys=tuple(each.json() for each in members.objects("issuerKeys")),
        statements=_parse_statements(members),
        device_keys=_parse_device_keys(members) if "deviceKeys" in document else None,
        batches=_parse_batches(members) if "batches" in document else None,
    )


def encode_bundle(bundle: Bundle) -> bytes:
    """Return the bytes of a bundle, indented so that a person can look at it."""
    document: JsonObject = {
        "format": BUNDLE_FORMAT,
        **_logged_as_json(bundle.passport),
        "state": None if bundle.state is None else state_as_json(bundle.state),
        "status": bundle.status,
        "anchor": anchor_as_json(bundle.anchor),
        "issuerKeys": list(bundle.issuer_keys),
    }
    if bundle.statements:
        document["statements"] = [_logged_as_json(each) for each in bundle.statements]
    if bundle.device_keys is not None:
        document["deviceKeys"] = _device_keys_as_json(bundle.device_keys)
    if bundle.batches is not None:
        document["batches"] = [base64_encode(batch) for batch in bundle.batches]
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def parse_record(members: Members) -> LogRecord:
    """Return the record of a log entry."""
    members.exactly(("v", "type", "seq", "key", "cred")).constant("v", RECORD_VERSION)
    return LogRecord(
        type=members.text("type"),
        seq=members.number("seq", least=1),
        key=members.octets("key", length=16),
        cred=members.octets("cred", length=32),
    )


def _parse_logged(members: Members) -> LoggedCredential:
    return LoggedCredential(
        credential=members.text("credential"),
        record=parse_record(members.object("record")),
        salt=members.octets("salt", length=16),
        tlog_proof=members.text("tlogProof"),
    )


def _parse_statements(members: Members) -> tuple[LoggedCredential, ...]:
    if "statements" not in members.values:
        return ()
    found = tuple(_parse_logged(each.exactly(_LOGGED)) for each in members.objects("statements"))
    if not found:
        raise members.refuse("'statements' is empty.")
    return found


def _parse_device_keys(members: Members) -> Mapping[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    for each in members.objects("deviceKeys"):
        each.exactly(("device", "key"))
        device, key = each.text("device"), _decode_key(each)
        if key in found.get(device, ()):
            raise each.refuse(f"the device {device!r} has that key already.")
        found[device] = (*found.get(device, ()), key)
    return found


def _decode_key(members: Members) -> bytes:
    try:
        key = base64url_decode(members.text("key"))
    except MalformedEncoding as error:
        raise members.refuse(f"'key': {error.message}") from error
    if len(key) != PUBLIC_KEY_BYTES:
        raise members.refuse(f"'key' has {len(key)} bytes, expected {PUBLIC_KEY_BYTES}.")
    return key


def _parse_batches(members: Members) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for place, text in enumerate(members.texts("batches")):
        try:
            found.append(base64_decode(text))
        except MalformedEncoding as error:
            raise members.refuse(f"'batches[{place}]': {error.message}") from error
    return tuple(found)


def _logged_as_json(logged: LoggedCredential) -> JsonObject:
    return {
        "credential": logged.credential,
        "record": logged.record.as_json(),
        "salt": logged.salt.hex(),
        "tlogProof": logged.tlog_proof,
    }


def _device_keys_as_json(device_keys: Mapping[str, tuple[bytes, ...]]) -> list[JsonValue]:
    return [
        {"device": device, "key": base64url_encode(key)}
        for device, keys in sorted(device_keys.items())
        for key in keys
    ]
