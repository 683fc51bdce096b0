"""Bytes that were once a batch are refused as malformed, or decode: never anything else."""

import random
from collections.abc import Callable

import cbor2
import numpy as np
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.cose import split_sign1, unsigned_sign1
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.errors import MalformedBatch
from battery_passport.telemetry.limits import DEFAULT_LIMITS
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.payload import read_payload, read_payload_fully
from battery_passport.telemetry.usual_payload import read_usual
from tests.factories.telemetry import make_encoded, make_samples


def _with_gaps() -> bytes:
    columns = {name: values.copy() for name, values in make_samples(count=7).columns.items()}
    columns["cell_voltage_mv"][2, 1] = NULL
    columns["gadget_mv"] = columns["current_ma"] * 7
    return make_encoded(samples=make_samples(count=7, columns=columns), assumptions=("assumed",))


BATCHES = (make_encoded(), make_encoded(samples=make_samples(count=1)), _with_gaps())
NUMBERS: tuple[object, ...] = (
    0, 1, 2, 3, 7, 8, 9, 255, 1_024, 1_025, 100_000, 100_001, 2**62, 2**63, 2**64, -1,
    "gadget", "current_ma", None, [], 1.5, True,
)  # fmt: skip


def refused_or_decoded(encoded: bytes) -> bool:
    """Return whether the bytes decode; whatever they are, nothing but MalformedBatch is raised."""
    try:
        batch = decode_batch(open_envelope(encoded))
    except MalformedBatch:
        return False
    size = batch.sampled_at_ms.nbytes + sum(values.nbytes for values in batch.columns.values())
    assert size <= DEFAULT_LIMITS.decoded_bytes
    return True


def flipped(octets: bytes, chooser: random.Random) -> bytes:
    """Return the bytes with a few of them changed, put in, taken out or repeated."""
    changed = bytearray(octets)
    for _ in range(chooser.choice((1, 1, 2, 4))):
        place = chooser.randrange(len(changed))
        action = chooser.randrange(4)
        if action == 0:
            changed[place] ^= 1 << chooser.randrange(8)
        elif action == 1:
            changed[place:place] = chooser.randbytes(chooser.randrange(1, 5))
        elif action == 2:
            del changed[place : place + chooser.randrange(1, 9)]
        else:
            start = chooser.randrange(len(changed) + 1)
            changed[place:place] = changed[start : start + chooser.randrange(1, 20)]
        changed = changed or bytearray(1)
    return bytes(changed)


def with_payload(encoded: bytes, change: Callable[[bytes], bytes]) -> bytes:
    shell = split_sign1(encoded)
    return unsigned_sign1(shell.device_id, change(shell.payload))[0] + shell.signature


def restructured(payload: bytes, chooser: random.Random) -> bytes:
    """Return a payload that is CBOR still, with other sizes, modes, planes or stream bytes."""
    members = cbor2.loads(payload)
    if chooser.random() < 0.3:
        members["n"] = chooser.choice(NUMBERS)
    if chooser.random() < 0.6:
        column = chooser.choice(members["cols"])
        column[chooser.randrange(6)] = chooser.choice(NUMBERS)
    if chooser.random() < 0.4:
        streams = zstandard.ZstdDecompressor().decompress(members["z"])
        members["z"] = zstandard.ZstdCompressor().compress(flipped(streams or b"x", chooser))
    return bytes(cbor2.dumps(members))


def mutate(chooser: random.Random) -> bytes:
    encoded = chooser.choice(BATCHES)
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: flipped(encoded, chooser),
        lambda: with_payload(encoded, lambda payload: flipped(payload, chooser)),
        lambda: with_payload(encoded, lambda payload: restructured(payload, chooser)),
    )
    return chooser.choice(ways)()


@given(st.binary(max_size=400))
def test_any_bytes_are_refused(octets: bytes) -> None:
    assert not refused_or_decoded(octets)


@given(st.binary(max_size=200), st.sampled_from(BATCHES))
def test_any_payload_in_a_good_shell_is_refused(payload: bytes, encoded: bytes) -> None:
    assert not refused_or_decoded(with_payload(encoded, lambda _: payload))


def test_mutated_batches_are_refused_or_decoded() -> None:
    chooser = random.Random(20_261_123)
    decoded = sum(refused_or_decoded(mutate(chooser)) for _ in range(5_000))
    assert 0 < decoded < 5_000


def outcome_of(read: Callable[..., object], payload: bytes) -> object:
    try:
        return read(payload, device_id=bytes(16), limits=DEFAULT_LIMITS)
    except MalformedBatch as error:
        return type(error), str(error)


def compare_readers(chooser: random.Random, *, mutations: int) -> int:
    """Return how many mutated payloads had the usual form; both readers say the same of each."""
    usual = 0
    for _ in range(mutations):
        payload = split_sign1(chooser.choice(BATCHES)).payload
        change = chooser.choice((flipped, restructured, renumbered))
        changed = change(payload, chooser)
        usual += compared(changed)
    return usual


def compared(payload: bytes) -> bool:
    """Return whether a payload has the usual form; both readers must say the same of it."""
    assert outcome_of(read_payload, payload) == outcome_of(read_payload_fully, payload)
    return read_usual(payload) is not None


def renumbered(payload: bytes, chooser: random.Random) -> bytes:
    """Return a payload with other numbers and texts, now and then not in their shortest form."""
    members = cbor2.loads(payload)
    for name in chooser.sample(("seq", "at", "mono", "n"), 2):
        members[name] = chooser.randrange(1 << chooser.choice((3, 5, 8, 16, 32, 63, 64)))
    members["fill"] = chooser.random() < 0.5
    longest = chooser.choice((1, 23, 24, 255, 256, 301))
    members["note"] = ["é" * chooser.randrange(longest) for _ in range(chooser.randrange(4))]
    octets = bytes(cbor2.dumps(members))
    if chooser.random() < 0.5:
        place = octets.index(b"\x63seq") + 4
        octets = octets[:place] + chooser.choice(LONG_FORMS) + octets[place + 1 :]
    return octets


LONG_FORMS = (
    b"\x18\x17",
    b"\x19\x00\xff",
    b"\x1a\x00\x00\xff\xff",
    b"\x1b" + bytes(8),
    b"\xf9\x00\x00",
)


def test_the_quick_reader_says_what_the_full_one_says() -> None:
    assert compare_readers(random.Random(6), mutations=6_000) > 500


def test_batches_of_devices_are_read_the_quick_way() -> None:
    assert all(read_usual(split_sign1(each).payload) for each in BATCHES[:2])


def test_values_wrap_rather_than_fail() -> None:
    extremes = np.array([2**63 - 1, -(2**63) + 1, 0, 2**63 - 1], dtype=np.int64)
    columns = {"current_ma": extremes, "cell_voltage_mv": np.stack([extremes, -extremes], axis=1)}
    assert refused_or_decoded(make_encoded(samples=make_samples(count=4, columns=columns)))
