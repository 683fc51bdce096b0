"""Messages that a device signs with its own key to enrol, to renew the key and to report.

In: what the device says. Out: the bytes that are signed, and whether a signature is under them.
Source: RFC 8032; RFC 8785.
"""

import nacl.bindings
import nacl.exceptions

from battery_passport.foundation.strict_json import JsonObject, canonical_json
from battery_passport.registry.devices.errors import WrongProof

_KEY_BYTES = 32
_SIGNATURE_BYTES = 64


def enrolment_message(*, code: str, public_key: bytes) -> bytes:
    """Return what a new device signs; `code` as its twelve characters with dashes."""
    return _message("bp-device-enrolment/v1", {"code": code, "public_key": public_key.hex()})


def rotation_message(*, device: str, public_key: bytes, sealed_until_ms: int) -> bytes:
    """Return what a device signs with the old key and with the new one.

    `sealed_until_ms` is the latest time of collection that it sealed with the old key.
    """
    members: JsonObject = {
        "device": device,
        "public_key": public_key.hex(),
        "sealed_until_ms": sealed_until_ms,
    }
    return _message("bp-device-rotation/v1", members)


def report_message(*, device: str, report: JsonObject) -> bytes:
    """Return what a device signs to tell how it is."""
    return _message("bp-device-report/v1", {"device": device, "report": report})


def check_proof(message: bytes, signature: bytes, public_key: bytes) -> None:
    """Return if the key's holder signed the message. Raises: WrongProof."""
    if len(public_key) != _KEY_BYTES or len(signature) != _SIGNATURE_BYTES:
        raise WrongProof("A key has 32 bytes, a signature 64.")
    try:
        nacl.bindings.crypto_sign_open(signature + message, public_key)
    except (nacl.exceptions.BadSignatureError, nacl.exceptions.RuntimeError) as error:
        raise WrongProof("The signature is not one of that key over that message.") from error


def _message(kind: str, members: JsonObject) -> bytes:
    return canonical_json({"type": kind, **members})
