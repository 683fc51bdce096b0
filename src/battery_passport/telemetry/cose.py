"""The outer shell of a batch: COSE_Sign1 with one fixed protected header.

In: bytes of a whole batch, or a payload. Out: its parts, and the bytes that are signed.
Source: RFC 9052 §4.2 and §4.4 (COSE_Sign1), RFC 9053 §2.2 (EdDSA), RFC 9596 (typ).
"""

from dataclasses import dataclass

from battery_passport.telemetry.errors import MalformedBatch

FORMAT_NAME = b"bp-batch/v1"
"""External additional data of the signature, and the type in the protected header."""

DEVICE_ID_BYTES = 16
SIGNATURE_BYTES = 64

# {1: -8 (EdDSA), 4: device id, 16: "bp-batch/v1"}, cut where the device id stands.
_BEFORE_DEVICE = b"\xa3\x01\x27\x04\x50"
_AFTER_DEVICE = b"\x10\x6b" + FORMAT_NAME
_PROTECTED_BYTES = len(_BEFORE_DEVICE) + DEVICE_ID_BYTES + len(_AFTER_DEVICE)
# Tag 18, array of four, and the byte string that holds the protected header.
_HEAD = b"\xd2\x84" + bytes([0x58, _PROTECTED_BYTES]) + _BEFORE_DEVICE
_DEVICE_END = len(_HEAD) + DEVICE_ID_BYTES
_EMPTY_UNPROTECTED = b"\xa0"
_MIDDLE = _AFTER_DEVICE + _EMPTY_UNPROTECTED
_PAYLOAD_AT = _DEVICE_END + len(_MIDDLE)
_SIGNATURE_HEAD = bytes([0x58, SIGNATURE_BYTES])
_TAIL_BYTES = len(_SIGNATURE_HEAD) + SIGNATURE_BYTES

_TO_BE_SIGNED = b"\x84\x6aSignature1"
_EXTERNAL = bytes([0x40 + len(FORMAT_NAME)]) + FORMAT_NAME
_BYTE_STRING_HEADS = {0x58: (1, 24), 0x59: (2, 0x100), 0x5A: (4, 0x10000)}


@dataclass(frozen=True, slots=True)
class Sign1:
    """The parts of a batch's shell; `signed` is what the signature covers."""

    device_id: bytes
    payload: bytes
    signed: bytes
    signature: bytes


def split_sign1(encoded: bytes) -> Sign1:
    """Return the parts of a COSE_Sign1 batch, whose every byte has one possible place.

    Raises: MalformedBatch.
    """
    if encoded[: len(_HEAD)] != _HEAD or encoded[_DEVICE_END:_PAYLOAD_AT] != _MIDDLE:
        raise MalformedBatch("The bytes do not begin as a signed batch of version 1.")
    start, end = _byte_string(encoded, _PAYLOAD_AT)
    if len(encoded) != end + _TAIL_BYTES or encoded[end : end + 2] != _SIGNATURE_HEAD:
        raise MalformedBatch("The batch does not end with its payload and one signature.")
    return Sign1(
        device_id=encoded[len(_HEAD) : _DEVICE_END],
        payload=encoded[start:end],
        signed=_signed(encoded[2 : _DEVICE_END + len(_AFTER_DEVICE)], encoded[_PAYLOAD_AT:end]),
        signature=encoded[end + 2 :],
    )


def unsigned_sign1(device_id: bytes, payload: bytes) -> tuple[bytes, bytes]:
    """Return a batch's bytes before its signature, and the bytes to sign."""
    payload_string = _byte_string_head(len(payload)) + payload
    head = _HEAD + device_id + _MIDDLE
    protected_string = head[2 : _DEVICE_END + len(_AFTER_DEVICE)]
    return head + payload_string + _SIGNATURE_HEAD, _signed(protected_string, payload_string)


def _signed(protected_string: bytes, payload_string: bytes) -> bytes:
    return b"".join((_TO_BE_SIGNED, protected_string, _EXTERNAL, payload_string))


def _byte_string_head(length: int) -> bytes:
    if length < 24:
        return bytes([0x40 + length])
    for initial, (width, _) in _BYTE_STRING_HEADS.items():
        if length < 1 << (8 * width):
            return bytes([initial]) + length.to_bytes(width, "big")
    raise MalformedBatch(f"A payload of {length} bytes has no place in a batch.")


def _byte_string(encoded: bytes, at: int) -> tuple[int, int]:
    """Return where a byte string's content begins and ends; its length must be written shortest."""
    initial = encoded[at] if at < len(encoded) else 0
    if 0x40 <= initial < 0x58:
        return at + 1, at + 1 + initial - 0x40
    width, least = _BYTE_STRING_HEADS.get(initial, (0, 0))
    start = at + 1 + width
    length = int.from_bytes(encoded[at + 1 : start], "big")
    if width == 0 or length < least:
        raise MalformedBatch("The batch's payload is not a byte string in its shortest form.")
    return start, start + length
