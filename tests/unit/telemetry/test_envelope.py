"""Batches are opened strictly, verified against one key, and limited before they expand."""

import dataclasses
import hashlib
from collections.abc import Callable

import cbor2
import nacl.bindings
import numpy as np
import pytest
import zstandard

from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.cose import split_sign1, unsigned_sign1
from battery_passport.telemetry.envelope import open_envelope, seal_batch, verify_envelope
from battery_passport.telemetry.errors import (
    BatchTooLarge,
    InvalidSamples,
    MalformedBatch,
    WrongSignature,
)
from battery_passport.telemetry.limits import BatchLimits
from battery_passport.telemetry.model import NULL, Samples
from tests.factories.telemetry import PUBLIC_KEY, SEED, make_claims, make_encoded, make_samples

Members = dict[str, object]


def with_members(encoded: bytes, change: Callable[[Members], object]) -> bytes:
    """Return a batch whose payload was changed and which is signed anew."""
    shell = split_sign1(encoded)
    members = cbor2.loads(shell.payload)
    change(members)
    return signed(shell.device_id, cbor2.dumps(members))


def signed(device_id: bytes, payload: bytes) -> bytes:
    head, to_sign = unsigned_sign1(device_id, payload)
    secret = nacl.bindings.crypto_sign_seed_keypair(SEED)[1]
    return head + nacl.bindings.crypto_sign(to_sign, secret)[:64]


def test_sealed_batch_opens_and_verifies() -> None:
    encoded = make_encoded(assumptions=("clock assumed",))
    envelope = open_envelope(encoded)
    verify_envelope(envelope, PUBLIC_KEY)
    assert envelope.claims == make_claims()
    assert envelope.assumptions == ("clock assumed",)
    assert envelope.digest == hashlib.sha256(encoded).digest()
    assert envelope.encoded == encoded


def test_shell_is_cose_sign1_with_the_fixed_external_data() -> None:
    encoded = make_encoded()
    tag = cbor2.loads(encoded)
    protected, unprotected, payload, signature = tag.value
    assert tag.tag == 18
    assert unprotected == {}
    assert cbor2.loads(protected) == {1: -8, 4: make_claims().device_id.bytes, 16: "bp-batch/v1"}
    structure = cbor2.dumps(["Signature1", protected, b"bp-batch/v1", payload])
    assert nacl.bindings.crypto_sign_open(signature + structure, PUBLIC_KEY) == structure


def test_another_key_is_refused() -> None:
    other = nacl.bindings.crypto_sign_seed_keypair(bytes(32))[0]
    envelope = open_envelope(make_encoded())
    with pytest.raises(WrongSignature, match="was not signed by"):
        verify_envelope(envelope, other)
    with pytest.raises(WrongSignature, match="3 bytes"):
        verify_envelope(envelope, b"abc")


def test_every_flipped_bit_is_noticed() -> None:
    encoded = make_encoded(samples=make_samples(count=2))
    for position in range(len(encoded) * 8):
        changed = bytearray(encoded)
        changed[position // 8] ^= 1 << (position % 8)
        with pytest.raises((MalformedBatch, WrongSignature)):
            verify_envelope(open_envelope(bytes(changed)), PUBLIC_KEY)


def test_trailing_bytes_are_refused() -> None:
    with pytest.raises(MalformedBatch):
        open_envelope(make_encoded() + b"\0")


def test_no_bytes_are_refused() -> None:
    with pytest.raises(MalformedBatch):
        open_envelope(b"")


@pytest.mark.parametrize(
    "change",
    [
        lambda members: members.update(v=2),
        lambda members: members.update(boot=b"short"),
        lambda members: members.update(ref=b""),
        lambda members: members.update(seq=-1),
        lambda members: members.update(seq=1 << 63),
        lambda members: members.update(mono=-1),
        lambda members: members.update(at=1 << 62),
        lambda members: members.update(fill=0),
        lambda members: members.update(n=True),
        lambda members: members.update(n=0),
        lambda members: members.update(note=["x" * 301]),
        lambda members: members.update(note=["x"] * 33),
        lambda members: members.update(note=[1]),
        lambda members: members.update(cols=[]),
        lambda members: members.update(more=1),
        lambda members: members.pop("note"),
        lambda members: members["cols"].reverse(),
        lambda members: members["cols"].pop(0),
        lambda members: members["cols"].append(members["cols"][-1]),
        lambda members: members["cols"].append(["current_ma", 0, 0, 1, 1, 1]),
        lambda members: members["cols"].append(["Current", 0, 0, 1, 1, 1]),
        lambda members: members["cols"].append([999, 0, 0, 1, 1, 1]),
        lambda members: members["cols"][1].__setitem__(2, 7),
        lambda members: members["cols"][1].__setitem__(3, 9),
        lambda members: members["cols"][1].__setitem__(5, 0),
        lambda members: members["cols"][1].__setitem__(4, 1.0),
        lambda members: members["cols"][1].pop(),
        lambda members: members.update(z=b"not zstd"),
        lambda members: members.update(z=zstandard.compress(bytes(10))),
        lambda members: members.update(seq=cbor2.CBORTag(2, b"\x01")),
    ],
)
def test_malformed_payload_is_refused(change: Callable[[Members], object]) -> None:
    with pytest.raises(MalformedBatch):
        open_envelope(with_members(make_encoded(), change))


def test_longer_forms_of_the_same_payload_are_refused() -> None:
    shell = split_sign1(make_encoded())
    members = cbor2.loads(shell.payload)
    swapped = {"boot": members["boot"], **members}
    indefinite = b"\xbf" + shell.payload[1:] + b"\xff"
    long_version = shell.payload[:3] + b"\x18\x01" + shell.payload[4:]
    assert cbor2.loads(long_version) == members
    for payload in (cbor2.dumps(swapped), indefinite, long_version, shell.payload + b"\0"):
        with pytest.raises(MalformedBatch):
            open_envelope(signed(shell.device_id, payload))


def test_keys_that_are_numbers_are_refused_while_reading() -> None:
    # Numbers can be chosen to collide in a dictionary; texts cannot.
    shell = split_sign1(make_encoded())
    nested = cbor2.dumps({**cbor2.loads(shell.payload), "note": {1: 2}})
    with pytest.raises(MalformedBatch, match="not CBOR"):
        open_envelope(signed(shell.device_id, nested))


def test_declared_expansion_is_checked_before_decoding() -> None:
    samples = Samples(sampled_at_ms=np.arange(20_000, dtype=np.int64), columns={})
    encoded = make_encoded(samples=samples)
    limits = BatchLimits(decoded_bytes=100_000)
    with pytest.raises(BatchTooLarge, match="20000 values"):
        open_envelope(encoded, limits=limits)
    with pytest.raises(BatchTooLarge, match="samples"):
        open_envelope(encoded, limits=BatchLimits(samples=100))
    with pytest.raises(BatchTooLarge, match="bytes"):
        open_envelope(encoded, limits=BatchLimits(encoded_bytes=100))


def test_a_frame_of_zeros_for_many_cells_is_refused() -> None:
    def widen(members: Members) -> None:
        members["n"] = 100_000
        members["cols"] = [[0, 0, 0, 0, 0, 1], *([key, 1024, 0, 0, 0, 1] for key in (3, 11))]
        members["z"] = zstandard.compress(b"")

    with pytest.raises(BatchTooLarge):
        open_envelope(with_members(make_encoded(), widen))


def test_bytes_after_the_frame_are_refused() -> None:
    def append(members: Members) -> None:
        frame = members["z"]
        assert isinstance(frame, bytes)
        members["z"] = frame + b"\0"

    with pytest.raises(MalformedBatch):
        decode_batch(open_envelope(with_members(make_encoded(), append)))


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (make_samples(count=0), "0"),
        (make_samples(columns={"Current": np.zeros(5, np.int64)}), "Current"),
        (make_samples(columns={"sampled_at_ms": np.zeros(5, np.int64)}), "sampled_at_ms"),
        (make_samples(columns={"current_ma": np.zeros(4, np.int64)}), "current_ma"),
        (make_samples(columns={"cell_voltage_mv": np.zeros((5, 1025), np.int64)}), "1025"),
        (Samples(sampled_at_ms=np.array([NULL]), columns={}), "time"),
    ],
)
def test_samples_that_fit_no_batch_are_refused(samples: Samples, words: str) -> None:
    with pytest.raises((InvalidSamples, BatchTooLarge), match=words):
        make_encoded(samples=samples)


def test_claims_that_fit_no_batch_are_refused() -> None:
    with pytest.raises(MalformedBatch):
        make_encoded(claims=dataclasses.replace(make_claims(), boot_id=b"x"))
    with pytest.raises(MalformedBatch):
        make_encoded(claims=dataclasses.replace(make_claims(), sequence=-1))
    with pytest.raises(MalformedBatch):
        make_encoded(assumptions=("",))
    with pytest.raises(InvalidSamples):
        seal_batch(claims=make_claims(), samples=make_samples(), signing_key=b"short")
