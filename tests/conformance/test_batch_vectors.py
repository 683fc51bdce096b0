"""Our own batches are read alike by the platform and by a reader written from the reference alone.

In: made-up vectors. Out: nothing; a batch format that changes by accident fails here.
"""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import cbor2
import nacl.bindings
import numpy as np
import pytest
import zstandard

from battery_passport.foundation.clock import parse_utc
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.columns import COLUMN_BY_WIRE_ID
from battery_passport.telemetry.envelope import open_envelope, seal_batch, verify_envelope
from battery_passport.telemetry.errors import MalformedBatch, WrongSignature
from battery_passport.telemetry.model import NULL, BatchClaims, Samples

VECTORS = json.loads(Path(__file__).with_name("batch_vectors.json").read_text())
PUBLIC_KEY = bytes.fromhex(VECTORS["public_key"])
BATCHES = pytest.mark.parametrize("vector", VECTORS["batches"], ids=lambda vector: vector["name"])


def array_of(values: Any) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return nested lists as an array, NULL for None."""
    flat = np.array(values, dtype=object)
    return np.where(flat == None, NULL, flat).astype(np.int64)  # noqa: E711 - element by element


def claims_of(vector: dict[str, Any]) -> BatchClaims:
    claims = vector["claims"]
    return BatchClaims(
        device_id=UUID(claims["device_id"]),
        boot_id=bytes.fromhex(claims["boot_id"]),
        sequence=claims["sequence"],
        collected_at=parse_utc(claims["collected_at"]),
        monotonic_ms=claims["monotonic_ms"],
        backfill=claims["backfill"],
        battery_ref=bytes.fromhex(claims["battery_ref"]),
    )


@BATCHES
def test_batch_is_read(vector: dict[str, Any]) -> None:
    envelope = open_envelope(bytes.fromhex(vector["encoded"]))
    verify_envelope(envelope, PUBLIC_KEY)
    batch = decode_batch(envelope)
    assert batch.digest.hex() == vector["digest"]
    assert batch.claims == claims_of(vector)
    assert list(batch.assumptions) == vector["assumptions"]
    assert batch.sampled_at_ms.tolist() == vector["sampled_at_ms"]
    assert sorted(batch.columns) == sorted(vector["columns"])
    for name, values in vector["columns"].items():
        np.testing.assert_array_equal(batch.columns[name], array_of(values))


@BATCHES
def test_sealing_gives_the_same_bytes(vector: dict[str, Any]) -> None:
    samples = Samples(
        sampled_at_ms=np.array(vector["sampled_at_ms"], dtype=np.int64),
        columns={name: array_of(values) for name, values in vector["columns"].items()},
    )
    encoded = seal_batch(
        claims=claims_of(vector),
        samples=samples,
        signing_key=bytes.fromhex(VECTORS["seed"]),
        assumptions=vector["assumptions"],
    )
    assert encoded.hex() == vector["encoded"]


@BATCHES
def test_reader_written_from_the_reference_agrees(vector: dict[str, Any]) -> None:
    times_ms, columns = read_plainly(bytes.fromhex(vector["encoded"]))
    assert times_ms == vector["sampled_at_ms"]
    assert columns == vector["columns"]


def test_vectors_use_every_mode() -> None:
    modes = set()
    for vector in VECTORS["batches"]:
        payload = cbor2.loads(cbor2.loads(bytes.fromhex(vector["encoded"])).value[2])
        modes |= {(entry[1] > 0, entry[2] % 8) for entry in payload["cols"]}
        modes |= {("missing", entry[1] > 0) for entry in payload["cols"] if entry[2] >= 8}
    assert modes == {
        (False, 0), (False, 1), (True, 0), (True, 1), (True, 2),
        ("missing", False), ("missing", True),
    }  # fmt: skip


@pytest.mark.parametrize(
    "vector", VECTORS["malformed"], ids=[vector["name"] for vector in VECTORS["malformed"]]
)
def test_malformed_batch_is_refused(vector: dict[str, str]) -> None:
    with pytest.raises(MalformedBatch):
        decode_batch(open_envelope(bytes.fromhex(vector["encoded"])))


@pytest.mark.parametrize(
    "vector",
    VECTORS["wrongly_signed"],
    ids=[vector["name"] for vector in VECTORS["wrongly_signed"]],
)
def test_wrongly_signed_batch_is_refused(vector: dict[str, str]) -> None:
    envelope = open_envelope(bytes.fromhex(vector["encoded"]))
    with pytest.raises(WrongSignature):
        verify_envelope(envelope, PUBLIC_KEY)


# A second reader, in plain Python, that follows docs/reference/batch-format.md step by step and
# shares nothing with the platform's but the table of column numbers.


def read_plainly(encoded: bytes) -> tuple[list[int], dict[str, Any]]:
    """Return the times and columns of a batch whose signature holds."""
    protected, _, payload, signature = cbor2.loads(encoded).value
    to_be_signed = cbor2.dumps(["Signature1", protected, b"bp-batch/v1", payload])
    nacl.bindings.crypto_sign_open(signature + to_be_signed, PUBLIC_KEY)
    members = cbor2.loads(payload)
    count, frame = members["n"], bytearray(zstandard.decompress(members["z"]))
    columns = {}
    for entry in members["cols"]:
        name = COLUMN_BY_WIRE_ID[entry[0]].name if entry[0] in COLUMN_BY_WIRE_ID else entry[0]
        columns[name] = read_column(frame, count, *entry[1:])
    assert not frame
    times = columns.pop(0)
    return [members["at"] + offset for offset in times], columns


def read_column(
    frame: bytearray, count: int, width: int, mode: int, side_planes: int, main_planes: int,
    divisor: int,
) -> list[Any]:  # fmt: skip
    cells = width or 1
    bits = take(frame, (cells * count + 7) // 8) if mode >= 8 else b""
    mode %= 8
    sides = {0: {0: 1, 1: min(2, count)}, 1: {0: cells, 1: cells + count - 1, 2: cells + count}}
    mains = {0: {0: count - 1, 1: count - min(2, count)},
             1: {0: (count - 1) * cells, 1: (count - 1) * cells, 2: count * cells}}  # fmt: skip
    shape = 1 if width else 0
    side = read_values(frame, sides[shape][mode], side_planes)
    main = read_values(frame, mains[shape][mode], main_planes)
    rows = (rows_of_cells if width else rows_of_scalars)(mode, side, main, cells)
    values = [wrapped(value * divisor) for row in rows for value in row]
    flat: list[int | None] = [
        value if not bits or bits[place // 8] >> place % 8 & 1 else None
        for place, value in enumerate(values)
    ]
    return [flat[at : at + cells] for at in range(0, len(flat), cells)] if width else flat


def rows_of_scalars(mode: int, side: list[int], main: list[int], _: int) -> list[list[int]]:
    steps = [*side, *main]
    if mode == 1:
        steps[1:] = running(steps[1:])
    return [[value] for value in running(steps)]


def rows_of_cells(mode: int, side: list[int], main: list[int], cells: int) -> list[list[int]]:
    differences = [main[at : at + cells] for at in range(0, len(main), cells)]
    if mode == 2:
        commons = running(side[cells:])
        return [
            [common + offset + own for offset, own in zip(side[:cells], row, strict=True)]
            for common, row in zip(commons, differences, strict=True)
        ]
    rows = [running(side[:cells])]
    commons = side[cells:] if mode == 1 else [0] * len(differences)
    for common, row in zip(commons, differences, strict=True):
        rows.append([last + common + own for last, own in zip(rows[-1], row, strict=True)])
    return rows


def take(frame: bytearray, size: int) -> bytes:
    taken = bytes(frame[:size])
    del frame[:size]
    return taken


def read_values(frame: bytearray, count: int, planes: int) -> list[int]:
    octets = take(frame, count * planes)
    folded = [
        sum(octets[plane * count + place] << 8 * plane for plane in range(planes))
        for place in range(count)
    ]
    return [(value >> 1) ^ -(value & 1) for value in folded]


def running(steps: list[int]) -> list[int]:
    sums: list[int] = []
    for step in steps:
        sums.append(wrapped(step + (sums[-1] if sums else 0)))
    return sums


def wrapped(value: int) -> int:
    """Return the value modulo 2^64, as a signed number."""
    return (value + 2**63) % 2**64 - 2**63
