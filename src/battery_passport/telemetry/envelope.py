"""Signed batches: opened cheaply, verified against a device's key, sealed by whoever signs.

In: bytes of a batch and keys. Out: an `Envelope` whose sizes are all checked, or sealed bytes.
Source: RFC 9052 §4, RFC 8032 (Ed25519).
"""

import hashlib
from collections.abc import Callable, Sequence

import nacl.bindings
import nacl.exceptions
import zstandard

from battery_passport.foundation.clock import unix_ms
from battery_passport.telemetry.codec import encode_samples
from battery_passport.telemetry.cose import split_sign1, unsigned_sign1
from battery_passport.telemetry.errors import (
    BatchTooLarge,
    InvalidSamples,
    MalformedBatch,
    WrongSignature,
)
from battery_passport.telemetry.limits import DEFAULT_LIMITS, BatchLimits
from battery_passport.telemetry.model import BatchClaims, Envelope, Samples
from battery_passport.telemetry.payload import (
    Payload,
    check_assumptions,
    check_claims,
    read_payload,
    write_payload,
)
from battery_passport.telemetry.rules import check_samples

_PUBLIC_KEY_BYTES = 32
_SEED_BYTES = 32
_SIGNATURE_BYTES = 64

Sign = Callable[[bytes], bytes]
"""Gives the 64-byte Ed25519 signature over a message."""


def open_envelope(encoded: bytes, *, limits: BatchLimits = DEFAULT_LIMITS) -> Envelope:
    """Return a batch whose shell, claims and declared sizes are in order; nothing is decompressed.

    Raises: MalformedBatch, BatchTooLarge.
    """
    if len(encoded) > limits.encoded_bytes:
        raise BatchTooLarge(f"The batch has {len(encoded)} bytes, limit {limits.encoded_bytes}.")
    shell = split_sign1(encoded)
    payload, expected = read_payload(shell.payload, device_id=shell.device_id, limits=limits)
    _check_frame(payload.frame, expected=expected, limits=limits)
    return Envelope(
        claims=payload.claims,
        assumptions=payload.assumptions,
        encoded=encoded,
        digest=hashlib.sha256(encoded).digest(),
        signed=shell.signed,
        signature=shell.signature,
        sample_count=payload.sample_count,
        layout=payload.layout,
        frame=payload.frame,
        frame_bytes=expected,
    )


def _check_frame(frame: bytes, *, expected: int, limits: BatchLimits) -> None:
    """Refuse a frame that declares another size than its columns need, or none."""
    if expected > limits.decoded_bytes:
        raise BatchTooLarge(f"The batch would expand to {expected} bytes.")
    try:
        declared = zstandard.get_frame_parameters(frame)
    except zstandard.ZstdError as error:
        raise MalformedBatch("The batch's columns are not one zstd frame.") from error
    if declared.content_size != expected or declared.dict_id or declared.has_checksum:
        raise MalformedBatch(
            f"The frame declares {declared.content_size} bytes, its columns need {expected}."
        )


def verify_envelope(envelope: Envelope, public_key: bytes) -> None:
    """Return if the batch was signed by the Ed25519 key.

    Raises: WrongSignature.
    """
    if len(public_key) != _PUBLIC_KEY_BYTES:
        raise WrongSignature(f"A public key of {len(public_key)} bytes verifies nothing.")
    try:
        nacl.bindings.crypto_sign_open(envelope.signature + envelope.signed, public_key)
    except (nacl.exceptions.BadSignatureError, nacl.exceptions.RuntimeError) as error:
        raise WrongSignature(
            f"Batch {envelope.digest.hex()} was not signed by the key {public_key.hex()}."
        ) from error


def verify_with_one_of(envelope: Envelope, public_keys: Sequence[bytes]) -> None:
    """Return if one of a device's keys signed the batch: it may have renewed its key.

    Raises: WrongSignature, which names the last of them.
    """
    for public_key in public_keys[:-1]:
        try:
            verify_envelope(envelope, public_key)
        except WrongSignature:
            continue
        return
    if not public_keys:
        raise WrongSignature(f"No key is known for batch {envelope.digest.hex()}.")
    verify_envelope(envelope, public_keys[-1])


def seal_batch(
    *,
    claims: BatchClaims,
    samples: Samples,
    signing_key: bytes | Sign,
    assumptions: Sequence[str] = (),
    limits: BatchLimits = DEFAULT_LIMITS,
) -> bytes:
    """Return a signed batch; the same input gives the same bytes.

    `signing_key` is the 32-byte Ed25519 seed, or what signs with one that is kept elsewhere.
    Times of collection are kept to the millisecond.
    Raises: InvalidSamples, MalformedBatch, BatchTooLarge for what no batch can carry.
    """
    sign = _signing(signing_key) if isinstance(signing_key, bytes) else signing_key
    check_claims(claims)
    check_assumptions(assumptions, limits=limits)
    check_samples(samples, limits=limits)
    layout, frame = encode_samples(samples, collected_at_ms=unix_ms(claims.collected_at))
    payload = Payload(
        claims=claims,
        assumptions=tuple(assumptions),
        sample_count=samples.sampled_at_ms.shape[0],
        layout=layout,
        frame=frame,
    )
    head, signed = unsigned_sign1(claims.device_id.bytes, write_payload(payload))
    encoded = head + sign(signed)
    if len(encoded) > limits.encoded_bytes:
        raise BatchTooLarge(f"The batch has {len(encoded)} bytes, limit {limits.encoded_bytes}.")
    return encoded


def _signing(seed: bytes) -> Sign:
    if len(seed) != _SEED_BYTES:
        raise InvalidSamples(f"The signing key has {len(seed)} bytes, expected 32.")
    _, secret_key = nacl.bindings.crypto_sign_seed_keypair(seed)
    return lambda message: nacl.bindings.crypto_sign(message, secret_key)[:_SIGNATURE_BYTES]
