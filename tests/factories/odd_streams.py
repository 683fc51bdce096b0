"""Bytes of a GB/T 32960 connection and of batches as nobody should send them.

In: dice. Out: changed bytes; what the readers make of each, as signs.
"""

import re
from collections.abc import Iterator
from random import Random

from battery_passport.adapters.gbt32960.errors import FrameRefused
from battery_passport.adapters.gbt32960.frame import MOST_FRAME_BYTES, check_byte, decode_frame
from battery_passport.adapters.gbt32960.framing import FrameStream, Skipped
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.errors import MalformedBatch
from battery_passport.telemetry.limits import DEFAULT_LIMITS
from tests.factories.frames import TIME_HEX, gbt_frame, report
from tests.factories.gbt32960_blocks import BLOCKS_2016, BLOCKS_2025
from tests.factories.mutations import MUTATIONS

_MOST_BYTES = 8_000
_NUMBERS = re.compile(r"[0-9][0-9a-fx]*")


def stream_seeds() -> list[bytes]:
    """Return streams of one frame, of several, with dirt between them and cut off."""
    frames = [report(2016, block) for block in BLOCKS_2016]
    frames += [report(2025, block) for block in BLOCKS_2025]
    frames += [gbt_frame(2016, bytes.fromhex(TIME_HEX).hex() + "01" * 30, command=1)]
    joined = b"".join(frames[:3])
    return [*frames, joined, b"dirt #" + frames[0] + b"$$" + frames[-1], joined[:-7]]


def change_stream(octets: bytes, dice: Random, corpus: list[bytes]) -> bytes:
    """Return a stream with bytes changed, a check byte set right, or other bytes in it."""
    changed = bytearray(octets or b"##")
    choice = dice.random()
    if choice < 0.15:
        changed += dice.choice(corpus)
    elif choice < 0.3:
        place = dice.randrange(len(changed) + 1)
        changed[place:place] = dice.choice((b"##", b"$$", b"#$", dice.randbytes(5)))
    elif choice < 0.4:
        del changed[dice.randrange(len(changed)) :]
    elif choice < 0.5 and len(changed) > 24:
        changed[22:24] = dice.choice((0, 1, 0xFFFF, len(changed) - 25)).to_bytes(2, "big")
    for _ in range(dice.choice((0, 1, 1, 3))):
        if len(changed) > 2:
            dice.choice(MUTATIONS)(changed, dice)
    if dice.random() < 0.5 and len(changed) > 25:
        end = min(24 + int.from_bytes(changed[22:24]), len(changed) - 1)
        changed[end] = check_byte(bytes(changed[2:end]))
    return bytes(changed[:_MOST_BYTES])


def read_stream(octets: bytes) -> Iterator[str]:
    """Feed a stream in uneven pieces, give up what stays, decode what was found."""
    stream, place, found = FrameStream(), 0, list[bytes | Skipped]()
    step = 1 + (sum(octets[:4]) * 7) % 600
    while place < len(octets):
        found += stream.feed(octets[place : place + step])
        place += step
        assert stream.held_bytes <= MOST_FRAME_BYTES + step
    while stream.held_bytes:
        held = stream.held_bytes
        found += stream.give_up()
        assert stream.held_bytes < held, "giving up left everything as it was"
    yield f"false starts {min(stream.false_starts, 5)} found {min(len(found), 6)}"
    length = 0
    for each in found:
        length += each.count if isinstance(each, Skipped) else len(each)
        yield from _signs_of_piece(each)
    assert length == len(octets), "bytes were lost or doubled"


def _signs_of_piece(piece: bytes | Skipped) -> Iterator[str]:
    if isinstance(piece, Skipped):
        yield f"skipped: {_NUMBERS.sub('#', piece.reason)}"
        return
    try:
        frame = decode_frame(piece)
    except FrameRefused as error:
        yield f"refused: {_NUMBERS.sub('#', error.message)[:60]}"
    else:
        yield f"{frame['edition']} {frame['command']} {len(frame)}"


def read_batch(octets: bytes) -> Iterator[str]:
    """Open and decode a batch, or be refused."""
    try:
        batch = decode_batch(open_envelope(octets))
    except MalformedBatch as error:
        yield f"{error.code}: {_NUMBERS.sub('#', error.message)[:60]}"
        return
    size = batch.sampled_at_ms.nbytes + sum(values.nbytes for values in batch.columns.values())
    assert size <= DEFAULT_LIMITS.decoded_bytes
    yield f"{sorted(batch.columns)} {len(batch.assumptions)} {min(len(batch.sampled_at_ms), 3)}"
