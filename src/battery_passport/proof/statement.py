"""Statements of diagnostics: the signed claims, and the evidence they name by hash.

In: claims, batch digests, device keys. Out: a VCDM 2.0 payload; or what a signed payload says.
Every batch and device key in a bundle is covered by the statement's signature through these
hashes, so that `verify` can check them without decoding a batch.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from battery_passport.credentials.jwk import PublicKey
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.proof.errors import MalformedBundle
from battery_passport.proof.members import Members
from battery_passport.proof.model import CLAIMS_OF, FIGURES_STATEMENT, HEALTH_STATEMENT

_TYPES: Mapping[str, tuple[str, str]] = {
    HEALTH_STATEMENT: ("VerifiableCredential", "BatteryHealthStatement"),
    FIGURES_STATEMENT: ("VerifiableCredential", "BatteryFiguresStatement"),
}
_CONTEXT = "https://www.w3.org/ns/credentials/v2"


@dataclass(frozen=True, slots=True)
class NamedEvidence:
    """What a statement rests on: batch digests, and thumbprints of keys by device id.

    A device that renewed its key while the batches came in is named with each of its keys.
    """

    batches: tuple[bytes, ...]
    device_thumbprints: Mapping[str, tuple[str, ...]]


def device_thumbprint(public_key: bytes) -> str:
    """Return the RFC 7638 thumbprint of a device's Ed25519 key."""
    return PublicKey("EdDSA", public_key).thumbprint


def statement_payload(  # noqa: PLR0913 - each is a member of its own
    kind: str,
    *,
    issuer_did: str,
    subject: str,
    issued_at: datetime,
    claims: JsonObject,
    batch_digests: Iterable[bytes],
    device_keys: Mapping[UUID, Sequence[bytes]],
) -> JsonObject:
    """Return the payload of a statement of diagnostics about a battery.

    `claims` are what diagnostics says, `subject` is the identifier the passport uses too.
    Raises: InvalidInput if no batch or no device is named.
    """
    digests: list[JsonValue] = [digest.hex() for digest in sorted(set(batch_digests))]
    if not digests or not device_keys:
        raise InvalidInput("A statement must name the batches and devices it rests on.")
    devices: list[JsonValue] = [
        {"device": str(device), "thumbprint": thumbprint}
        for device, keys in sorted(device_keys.items())
        for thumbprint in sorted(device_thumbprint(key) for key in keys)
    ]
    return {
        "@context": [_CONTEXT],
        "type": list(_TYPES[kind]),
        "issuer": issuer_did,
        "validFrom": format_utc(issued_at),
        "credentialSubject": {
            "id": subject,
            CLAIMS_OF[kind]: claims,
            "evidence": {"batches": digests, "devices": devices},
        },
    }


def health_statement_payload(
    *,
    issuer_did: str,
    subject: str,
    issued_at: datetime,
    health: JsonObject,
    batch_digests: Iterable[bytes],
    device_keys: Mapping[UUID, Sequence[bytes]],
) -> JsonObject:
    """Return the payload of a statement about the health of a battery. Raises: InvalidInput."""
    return statement_payload(
        HEALTH_STATEMENT,
        issuer_did=issuer_did,
        subject=subject,
        issued_at=issued_at,
        claims=health,
        batch_digests=batch_digests,
        device_keys=device_keys,
    )


def health_claims(payload: JsonObject) -> JsonObject:
    """Return the claims of a health statement. Raises: MalformedBundle."""
    return stated_claims(payload, HEALTH_STATEMENT)


def stated_claims(payload: JsonObject, kind: str) -> JsonObject:
    """Return the claims of diagnostics in a statement. Raises: MalformedBundle."""
    return _subject(payload, kind).object(CLAIMS_OF[kind]).json()


def named_evidence(payload: JsonObject, kind: str = HEALTH_STATEMENT) -> NamedEvidence:
    """Return the evidence a statement names. Raises: MalformedBundle."""
    evidence = _subject(payload, kind).object("evidence").exactly(("batches", "devices"))
    texts = evidence.texts("batches")
    if not texts or texts != sorted(set(texts)):
        raise evidence.refuse("'batches' is not a sorted list of different digests.")
    thumbprints: dict[str, tuple[str, ...]] = {}
    for each in evidence.objects("devices"):
        each.exactly(("device", "thumbprint"))
        device, thumbprint = each.text("device"), each.text("thumbprint")
        if thumbprint in thumbprints.get(device, ()):
            raise each.refuse(f"the device {device!r} is named twice with one key.")
        thumbprints[device] = (*thumbprints.get(device, ()), thumbprint)
    return NamedEvidence(
        batches=tuple(evidence.decode_hex(text, length=32) for text in texts),
        device_thumbprints=thumbprints,
    )


def _subject(payload: JsonObject, kind: str) -> Members:
    members = Members(payload, f"the {kind}", MalformedBundle)
    return members.object("credentialSubject").exactly(("id", CLAIMS_OF[kind], "evidence"))
