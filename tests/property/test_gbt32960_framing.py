"""Frames are found in a stream however it is cut, joined and soiled; and nothing makes it grow."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from battery_passport.adapters.gbt32960.answers import Outcome, answer_frame
from battery_passport.adapters.gbt32960.errors import FrameRefused
from battery_passport.adapters.gbt32960.frame import (
    MOST_FRAME_BYTES,
    check_byte,
    decode_frame,
)
from battery_passport.adapters.gbt32960.framing import FrameStream, Skipped
from battery_passport.foundation.clock import parse_utc

NOW = parse_utc("2026-11-23T07:30:00Z")
IN_EVERY_RUN = 4_000


def framed(start: bytes, command: int, data: bytes, vin: bytes = b"LNBSCCAK7JW000001") -> bytes:
    checked = bytes([command, 0xFE]) + vin + b"\x01" + len(data).to_bytes(2, "big") + data
    return start + checked + bytes([check_byte(checked)])


frames = st.builds(
    framed,
    st.sampled_from((b"##", b"$$")),
    st.sampled_from((1, 2, 3, 4, 5, 6, 7, 8, 9)),
    st.binary(max_size=300),
)
# No garbage holds a start: what looks like one swallows a frame until more bytes come.
garbage = st.binary(max_size=40).map(lambda octets: octets.replace(b"#", b"").replace(b"$", b""))


@settings(max_examples=150)
@given(st.lists(st.tuples(garbage, frames), max_size=8), st.randoms(use_true_random=False))
def test_every_frame_is_found_in_its_order_however_the_bytes_come(
    pieces: list[tuple[bytes, bytes]], random: Random
) -> None:
    octets = b"".join(dirt + frame for dirt, frame in pieces)
    stream, found, place = FrameStream(), [], 0
    while place < len(octets):
        step = random.randint(1, 90)
        found += stream.feed(octets[place : place + step])
        place += step
    assert [each for each in found if isinstance(each, bytes)] == [frame for _, frame in pieces]
    skipped = sum(each.count for each in found if isinstance(each, Skipped))
    assert skipped == sum(len(dirt) for dirt, _ in pieces)
    assert stream.held_bytes == 0


@settings(max_examples=100)
@given(frames, frames, st.data())
def test_a_good_frame_behind_a_broken_one_is_found(
    broken: bytes, good: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(24, len(broken) - 1))
    changed = bytearray(broken)
    changed[at] ^= data.draw(st.integers(1, 255))
    stream = FrameStream()
    found = stream.feed(bytes(changed) + good)
    while stream.held_bytes:
        found += stream.give_up()
    assert good in found


@settings(max_examples=150)
@given(frames, st.sampled_from(Outcome))
def test_an_answer_says_whose_and_when(frame: bytes, outcome: Outcome) -> None:
    answer = decode_frame(answer_frame(frame, outcome, NOW))
    words = {
        Outcome.DONE: "success",
        Outcome.ERROR: "error",
        Outcome.VIN_UNKNOWN: "vin-unknown",
        Outcome.STRUCTURE_WRONG: "structure-wrong",
        Outcome.NOT_DECRYPTED: "decryption-failed",
    }
    is_2016 = frame[:2] == b"##"
    expected = words[outcome] if not is_2016 or outcome is Outcome.DONE else "error"
    assert (answer["answer"], answer["vin"]) == (expected, "LNBSCCAK7JW000001")
    if frame[2] == 0x08 and outcome is Outcome.DONE:
        assert answer["time"] == "2026-11-23T07:30:00.000Z"


def test_half_a_start_is_given_up_as_one_byte() -> None:
    stream = FrameStream()
    assert stream.feed(b"#") == []
    assert stream.give_up() == [Skipped(1, "cut-off")]
    assert stream.held_bytes == 0


def fuzz(times: int, seed: int) -> int:
    """Feed what nobody would send, in pieces, and decode what comes out; return how many frames."""
    random, frames_found = Random(seed), 0
    stream, known = FrameStream(), [framed(b"##", 2, bytes(40)), framed(b"$$", 3, bytes(9))]
    for _ in range(times):
        octets = bytearray(random.choice(known) * random.randint(1, 2))
        for _change in range(random.choice((0, 1, 1, 4))):
            octets[random.randrange(len(octets))] = random.choice((0x23, 0x24, 0xFE, 0, 255))
        cut = random.randint(0, len(octets))
        for found in stream.feed(bytes(octets[:cut])) + stream.feed(bytes(octets[cut:])):
            if isinstance(found, bytes):
                frames_found += 1
                try:
                    decode_frame(found)
                except FrameRefused:
                    continue
        assert stream.held_bytes <= MOST_FRAME_BYTES + len(octets)
        if stream.false_starts > 64:
            stream = FrameStream()
    return frames_found


def test_a_stream_of_broken_frames_never_breaks_the_reader() -> None:
    assert fuzz(IN_EVERY_RUN, seed=1) > IN_EVERY_RUN // 4
