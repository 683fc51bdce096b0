"""Status lists: one bitmap that tells of every passport version whether it still counts.

In: statuses by place, or a signed token. Out: a token and its credential twin, or one status.
Source: draft-ietf-oauth-status-list; W3C Bitstring Status List 1.0.
"""

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from battery_passport.credentials.errors import MalformedToken, StatusMismatch
from battery_passport.credentials.jwk import PublicKey
from battery_passport.credentials.jws import KeyFinder, sign_jws, verify_jws
from battery_passport.credentials.signing import Signer
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.encoding import base64url_decode, base64url_encode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    canonical_json,
    parse_json_object,
)

STATUS_TYPE = "statuslist+jwt"
CREDENTIAL_TYPE = "vc+jwt"
BITS = 2
PLACES = 131_072
"""Places of one list: W3C's least size, so that a look at one tells nobody which was meant."""

LIFETIME = timedelta(days=1)
TIME_TO_LIVE = timedelta(minutes=5)
MAX_LIST_BYTES = 1 << 20
_PER_BYTE = 8 // BITS
_MEMBERS = {"sub", "iat", "exp", "ttl", "status_list"}
_LATEST_S = 253_402_300_799
"""The end of the year 9999."""


class Status(IntEnum):
    """What a place says; the numbers are those of the token's registry."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2


PURPOSES: Mapping[Status, str] = {Status.REVOKED: "revocation", Status.SUSPENDED: "suspension"}
"""What W3C calls the lists, of which there is one for each status but the good one."""


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where the status of one credential stands: a list's address and a place in it."""

    uri: str
    index: int

    def as_members(self) -> JsonObject:
        """Return the members of a credential that name the place, in both spellings."""
        entries: list[JsonValue] = [
            {
                "id": f"{self.uri}/{purpose}#{self.index}",
                "type": "BitstringStatusListEntry",
                "statusPurpose": purpose,
                "statusListIndex": str(self.index),
                "statusListCredential": f"{self.uri}/{purpose}",
            }
            for purpose in PURPOSES.values()
        ]
        return {
            "status": {"status_list": {"idx": self.index, "uri": self.uri}},
            "credentialStatus": entries,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusToken:
    """A status list whose signature held."""

    uri: str
    issued_at: datetime
    expires_at: datetime
    packed: bytes
    key: PublicKey

    def status_at(self, index: int) -> Status:
        """Return what the place says. Raises: StatusMismatch for one beyond the list's end."""
        if not 0 <= index < len(self.packed) * _PER_BYTE:
            raise StatusMismatch(f"The status list has no place {index}.")
        value = self.packed[index // _PER_BYTE] >> BITS * (index % _PER_BYTE) & (1 << BITS) - 1
        try:
            return Status(value)
        except ValueError as error:
            raise StatusMismatch(f"The status list says {value}, which means nothing.") from error


def pack_statuses(places: int, statuses: Mapping[int, int]) -> bytes:
    """Return the bitmap of so many places, all valid but those given."""
    packed = bytearray(places // _PER_BYTE)
    for index, status in statuses.items():
        packed[index // _PER_BYTE] |= status << BITS * (index % _PER_BYTE)
    return bytes(packed)


def sign_status_list(
    uri: str, packed: bytes, signer: Signer, *, moment: datetime, lifetime: timedelta = LIFETIME
) -> str:
    """Return the token of a list as it stands at a moment."""
    issued_at_s = int(moment.timestamp())
    payload: JsonObject = {
        "sub": uri,
        "iat": issued_at_s,
        "exp": issued_at_s + int(lifetime.total_seconds()),
        "ttl": int(TIME_TO_LIVE.total_seconds()),
        "status_list": {"bits": BITS, "lst": base64url_encode(zlib.compress(packed, 9))},
    }
    return sign_jws(canonical_json(payload), signer, header={"typ": STATUS_TYPE})


def sign_bitstring_credential(
    uri: str, packed: bytes, signer: Signer, *, issuer: str, purpose: str, moment: datetime
) -> str:
    """Return one purpose of the same list as a verifiable credential in a JOSE envelope."""
    wanted = next(status for status, name in PURPOSES.items() if name == purpose)
    address = f"{uri}/{purpose}"
    payload: JsonObject = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": format_utc(moment),
        "validUntil": format_utc(moment + LIFETIME),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "ttl": int(TIME_TO_LIVE.total_seconds() * 1_000),
            "encodedList": "u" + base64url_encode(gzip.compress(_bitstring(packed, wanted), 9)),
        },
    }
    return sign_jws(canonical_json(payload), signer, header={"typ": CREDENTIAL_TYPE})


def open_status_token(token: str, find_key: KeyFinder) -> StatusToken:
    """Return the list in a token that a known key signed.

    Raises: MalformedToken, RefusedAlgorithm, UnknownSigningKey, SignatureMismatch.
    """
    verified = verify_jws(token, find_key)
    if set(verified.header) != {"alg", "kid", "typ"} or verified.header["typ"] != STATUS_TYPE:
        raise MalformedToken("The token's header is not that of a status list.")
    try:
        payload = parse_json_object(verified.payload)
        return _read(payload, verified.key)
    except InvalidInput as error:
        raise MalformedToken(f"The status list cannot be read: {error.message}") from error


def read_status_place(payload: JsonObject) -> StatusPlace | None:
    """Return the place that a credential names, if it names one.

    Raises: MalformedToken for members that are not those of a place.
    """
    if "status" not in payload:
        return None
    status = payload["status"]
    place = status.get("status_list") if isinstance(status, dict) and len(status) == 1 else None
    if not isinstance(place, dict) or set(place) != {"idx", "uri"}:
        raise MalformedToken("The credential's status names no status list.")
    uri = place["uri"]
    if not isinstance(uri, str):
        raise MalformedToken("The address of the credential's status list is no text.")
    return StatusPlace(uri=uri, index=_whole(place, "idx"))


def _read(payload: JsonObject, key: PublicKey) -> StatusToken:
    listed = payload.get("status_list")
    if set(payload) != _MEMBERS or not isinstance(listed, dict) or set(listed) != {"bits", "lst"}:
        raise MalformedToken("The status list has other members than it should.")
    uri, packed = payload["sub"], listed["lst"]
    if not isinstance(uri, str) or not isinstance(packed, str) or _whole(listed, "bits") != BITS:
        raise MalformedToken(f"The status list is not one of {BITS} bits with an address.")
    _whole(payload, "ttl")
    return StatusToken(
        uri=uri,
        issued_at=datetime.fromtimestamp(_whole(payload, "iat"), UTC),
        expires_at=datetime.fromtimestamp(_whole(payload, "exp"), UTC),
        packed=_unpacked(base64url_decode(packed)),
        key=key,
    )


def _unpacked(compressed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        packed = unpacking.decompress(compressed, MAX_LIST_BYTES)
    except zlib.error as error:
        raise MalformedToken("The status list is not compressed as it should be.") from error
    if not unpacking.eof or unpacking.unused_data:
        raise MalformedToken(f"The status list is cut off or above {MAX_LIST_BYTES} bytes.")
    return packed


def _whole(members: Mapping[str, JsonValue], name: str) -> int:
    found = members[name]
    if type(found) is not int or not 0 <= found <= _LATEST_S:
        raise MalformedToken(f"{name!r} of a status list is {found!r}, expected a whole number.")
    return found


def _bitstring(packed: bytes, wanted: Status) -> bytes:
    """Return one bit a place, set where the status is the wanted one; the first bit is leftmost."""
    bits = bytearray(len(packed) * _PER_BYTE // 8)
    for place, octet in enumerate(packed):
        if octet:  # nearly all are not
            for offset in range(_PER_BYTE):
                if octet >> BITS * offset & (1 << BITS) - 1 == wanted:
                    index = place * _PER_BYTE + offset
                    bits[index // 8] |= 0x80 >> index % 8
    return bytes(bits)
