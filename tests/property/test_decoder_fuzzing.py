"""Decoders meet a million inputs that nobody would send, and neither break, hang nor grow.

In: valid frames, changed at random, each new outcome changed again. Out: an answer every time.

`make test-long` tries a million per decoder and goes on where it was broken off: the corpus is in
the folder that `FUZZ_CORPUS` names (default `build/fuzzing`). After a million comes the next.
"""

import contextlib
import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ocpp.messages
import pytest

from battery_passport.adapters.gbt32960 import reading as gbt32960
from battery_passport.adapters.gbt32960.frame import check_byte, decode_frame, encode_frame
from battery_passport.adapters.hyundai_uds import reading as hyundai_uds
from battery_passport.assembly.recordings import split_lines
from battery_passport.telemetry.cose import split_sign1
from battery_passport.telemetry.errors import MalformedBatch
from tests.factories import odd_calls, odd_streams
from tests.factories.frames import (
    SIGNATURE_HEX,
    TIME_HEX,
    can_frames,
    cells_payload,
    elm_lines,
    gbt_frame,
    report,
    status_payload,
)
from tests.factories.fuzzing import (
    MOST_GROWTH_BYTES,
    MOST_PEAK_BYTES,
    Campaign,
    Change,
    Target,
    measure_memory,
)
from tests.factories.gbt32960_blocks import BLOCKS_2016, BLOCKS_2025
from tests.factories.mutations import MUTATIONS
from tests.property.test_batch_mutations import (
    BATCHES,
    compared,
    flipped,
    mutate,
    renumbered,
    with_payload,
)

Lines = list[bytes]

IN_EVERY_RUN = 6_000
IN_LONG_RUNS = 1_000_000
_NUMBERS = re.compile(r"\b[0-9A-Fa-f]{2,}\b|\d+|'.'")


def signs_of(document: Any, path: str = "") -> Iterator[str]:
    """Return what is new about an outcome: its members and its words, numbers left out."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield from signs_of(value, f"{path}.{name[:40]}")
    elif isinstance(document, list | tuple):
        yield f"{path}[{min(len(document), 3)}]"
        for value in document[:20]:
            yield from signs_of(value, path)
    elif isinstance(document, str):
        yield f"{path}={_NUMBERS.sub('#', document)[:60] if len(document) < 200 else 'long'}"
    else:
        yield f"{path}:{type(document).__name__}"


def in_json(document: Any) -> Any:
    """Return a document that JSON carries as it is."""
    text = json.dumps(document, allow_nan=False)
    assert json.loads(text) == document
    return document


def try_uds(octets: bytes) -> Iterator[str]:
    text = octets.decode("ascii", errors="replace")
    for document in hyundai_uds.decode_lines(split_lines([text])):
        yield from signs_of(in_json(document))


def try_gbt_text(octets: bytes) -> Iterator[str]:
    text = octets.decode("ascii", errors="replace")
    for document in gbt32960.decode_lines(split_lines([text])):
        yield from signs_of(in_json(document))
        if "error" not in document:
            # What was read is written with the very same values.
            assert decode_frame(encode_frame(document)) == document


def change_text(octets: bytes, dice: random.Random, corpus: list[bytes]) -> bytes:
    """Return a text with bytes or whole lines changed, moved, doubled, or from elsewhere."""
    changed = bytearray(octets or b"7")
    if dice.random() < 0.5 and len(changed) > 2:
        for _ in range(dice.randrange(1, 4)):
            if len(changed) > 2:
                dice.choice(MUTATIONS)(changed, dice)
        return bytes(changed)
    lines = octets.split(b"\n")
    dice.choice(LINE_CHANGES)(lines, dice, corpus)
    return b"\n".join(lines)[:20_000]


def drop_line(lines: Lines, dice: random.Random, _corpus: Lines) -> None:
    del lines[dice.randrange(len(lines))]


def double_line(lines: Lines, dice: random.Random, _corpus: Lines) -> None:
    lines.insert(dice.randrange(len(lines)), dice.choice(lines))


def swap_lines(lines: Lines, dice: random.Random, _corpus: Lines) -> None:
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def put_blank_line(lines: Lines, dice: random.Random, _corpus: Lines) -> None:
    lines.insert(dice.randrange(len(lines)), b"")


def put_other_text(lines: Lines, dice: random.Random, corpus: Lines) -> None:
    place = dice.randrange(len(lines))
    lines[place:place] = dice.choice(corpus).split(b"\n")[:40]


def cut_line(lines: Lines, dice: random.Random, _corpus: Lines) -> None:
    place = dice.randrange(len(lines))
    lines[place] = lines[place][: dice.randrange(len(lines[place]) + 1)]


LINE_CHANGES = (drop_line, double_line, swap_lines, put_blank_line, put_other_text, cut_line)


def change_frame(octets: bytes, dice: random.Random, corpus: list[bytes]) -> bytes:
    """Return a frame changed inside, mostly with its length and check byte set right again."""
    if dice.random() < 0.1:
        return change_text(octets, dice, corpus)
    try:
        frame = bytearray(bytes.fromhex(octets.split(b"\n")[0].decode("ascii")))
    except ValueError:
        return change_text(octets, dice, corpus)
    if len(frame) < 26:
        return change_text(octets, dice, corpus)
    data = frame[24:-1]
    for _ in range(dice.randrange(1, 4)):
        if len(data) > 2:
            dice.choice(MUTATIONS)(data, dice)
    if dice.random() < 0.1:
        frame[dice.choice((1, 2, 3, 10, 21))] = dice.choice((1, 2, 9, 10, 0x24, 0xFE, 0xFF))
        frame[0] = frame[1]
    del data[0xFFFF:]
    whole = bytes(frame[:22] + len(data).to_bytes(2, "big") + data)
    return (whole + bytes([check_byte(whole[2:])])).hex().encode()


def uds_seeds() -> list[bytes]:
    payloads = [
        status_payload(),
        bytes.fromhex("620105").ljust(46, b"\1"),
        *(cells_payload(one, raws=bytes(32)) for one in ("0102", "010A", "010C")),
        bytes.fromhex("7F2231"),
        bytes.fromhex("7F2278"),
        bytes.fromhex("62010617F8"),
    ]
    elm = ["\n".join(elm_lines(payload)) for payload in payloads]
    log = "\n".join(f"(1700000000.5) can0 7EC#{one.hex()}" for one in can_frames(payloads[0]))
    shown = "\n".join(f"can0  7EC  [8]  {one.hex(' ')}" for one in can_frames(payloads[2]))
    texts = [*elm, "\n\n".join(elm), log, shown, payloads[0].hex(), "220101\nNO DATA\n>OK"]
    return [text.encode() for text in texts]


def gbt_seeds() -> list[bytes]:
    frames = [report(2016, block) for block in BLOCKS_2016]
    frames += [report(2025, block) for block in BLOCKS_2025]
    frames += [report(2025, block, SIGNATURE_HEX) for block in BLOCKS_2025]
    commands = [(1, 60), (4, 8), (5, 41), (6, 8), (7, 0), (9, 60), (10, 2), (11, 20), (0x80, 9)]
    for edition in (2016, 2025):
        for command, size in commands:
            data = (TIME_HEX + "01" * 80)[: 2 * size]
            frames.append(gbt_frame(edition, data, command=command))
            frames.append(gbt_frame(edition, data, command=command, answer=1))
    return [frame.hex().encode() for frame in frames]


def try_batch(octets: bytes) -> Iterator[str]:
    with contextlib.suppress(MalformedBatch):
        compared(split_sign1(octets).payload)
    yield from odd_streams.read_batch(octets)


def change_batch(octets: bytes, dice: random.Random, _corpus: list[bytes]) -> bytes:
    """Return a batch changed outside, inside or in its numbers; or one changed once more."""
    chance = dice.random()
    if chance < 0.4:
        return flipped(octets, dice)
    if chance < 0.8:
        return mutate(dice)
    return with_payload(dice.choice(BATCHES), lambda payload: renumbered(payload, dice))


DECODERS: dict[str, tuple[Target, Change, Any]] = {
    "hyundai-uds": (try_uds, change_text, uds_seeds),
    "gbt32960": (try_gbt_text, change_frame, gbt_seeds),
    "gbt32960-stream": (
        odd_streams.read_stream,
        odd_streams.change_stream,
        odd_streams.stream_seeds,
    ),
    "ocpp": (odd_calls.hear, odd_calls.change, odd_calls.seeds),
    "batch": (try_batch, change_batch, lambda: list(BATCHES)),
}
IN_SHORT_RUNS = {"ocpp": 1_500}
"""Where one input costs the schemas of a whole library."""


@pytest.fixture(autouse=True)
def _within_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library of OCPP check at once: this is about what it says, not when."""
    monkeypatch.setattr(ocpp.messages, "ASYNC_VALIDATION", False)


def campaign(name: str, folder: Path) -> Campaign:
    target, change, seeds = DECODERS[name]
    started = Campaign(name, folder / name, change, target)
    started.begin(seeds())
    return started


@pytest.mark.parametrize("name", DECODERS)
def test_a_decoder_answers_whatever_it_is_given(name: str, tmp_path: Path) -> None:
    short = campaign(name, tmp_path)
    seeds = len(short.corpus)
    count = IN_SHORT_RUNS.get(name, IN_EVERY_RUN)
    short.run(count)

    assert short.tried == count
    # Random changes reach further than the seeds do.
    assert len(short.corpus) > 2 * seeds


@pytest.mark.parametrize("name", DECODERS)
def test_a_campaign_goes_on_where_it_was(name: str, tmp_path: Path) -> None:
    first = campaign(name, tmp_path)
    first.run(500)
    second = campaign(name, tmp_path)

    assert second.tried == 500
    assert second.signs >= first.signs
    second.run(700)
    assert campaign(name, tmp_path).tried == 700


@pytest.mark.parametrize("name", DECODERS)
def test_a_decoder_keeps_no_memory(name: str, tmp_path: Path) -> None:
    some = campaign(name, tmp_path)
    some.run(1_000)
    growth, peak = measure_memory(some.target, some.corpus[:300], rounds=3)

    assert growth < MOST_GROWTH_BYTES
    assert peak < MOST_PEAK_BYTES


@pytest.mark.long
@pytest.mark.parametrize("name", DECODERS)
def test_a_million_inputs(name: str, repository: Path) -> None:
    folder = Path(os.environ.get("FUZZ_CORPUS") or repository / "build" / "fuzzing")
    long = campaign(name, folder)
    long.run((long.tried // IN_LONG_RUNS + 1) * IN_LONG_RUNS)
    growth, peak = measure_memory(long.target, long.corpus, rounds=5)

    print(f"{name}: {long.tried:,} inputs, {len(long.corpus)} kept")  # noqa: T201
    assert growth < MOST_GROWTH_BYTES
    assert peak < MOST_PEAK_BYTES
