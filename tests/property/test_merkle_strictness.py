"""A proof with any bit changed never passes for another: one text, one meaning.

In: random changes to good proofs and checkpoints. Out: each is refused.
"""

import random
from collections.abc import Callable, Iterator

import pytest

from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.ledger.checkpoint import open_checkpoint
from battery_passport.ledger.tlog_proof import verify_tlog_proof
from tests.factories.ledger import ORIGIN, make_entry, make_log

WORLD = make_log(size=777)
CHECKPOINT = WORLD.log.make_checkpoint()
PROOFS = {index: WORLD.log.prove_inclusion(index, CHECKPOINT) for index in (0, 256, 500, 776)}
TOTAL = 24_000


def _flip(octets: bytes, source: random.Random) -> bytes:
    place = source.randrange(len(octets) * 8)
    changed = bytearray(octets)
    changed[place // 8] ^= 1 << (place % 8)
    return bytes(changed)


def _replace(octets: bytes, source: random.Random) -> bytes:
    place = source.randrange(len(octets))
    return octets[:place] + source.randbytes(1) + octets[place + 1 :]


def _drop(octets: bytes, source: random.Random) -> bytes:
    place = source.randrange(len(octets))
    return octets[:place] + octets[place + source.randint(1, 4) :]


def _insert(octets: bytes, source: random.Random) -> bytes:
    place = source.randrange(len(octets) + 1)
    piece = source.choice([b"\n", b"\r\n", b" ", b"=", b"0", b"\t", b"\xe2\x80\x94 ", b"A"])
    return octets[:place] + piece + octets[place:]


def _swap_lines(octets: bytes, source: random.Random) -> bytes:
    lines = octets.split(b"\n")
    one, two = source.sample(range(len(lines)), 2)
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


CHANGES: list[Callable[[bytes, random.Random], bytes]] = [
    *[_flip] * 6,
    _replace,
    _drop,
    _insert,
    _swap_lines,
]


def _changed(octets: bytes, *, number: int, seed: int) -> Iterator[bytes]:
    source = random.Random(seed)
    for _ in range(number):
        changed = source.choice(CHANGES)(octets, source)
        if changed != octets:
            yield changed


@pytest.mark.parametrize("index", PROOFS)
def test_no_changed_proof_is_accepted(index: int) -> None:
    proof, entry = PROOFS[index], make_entry(index)
    verify_tlog_proof(proof, entry=entry, trust=WORLD.trust)
    accepted = []
    for changed in _changed(proof, number=TOTAL // len(PROOFS), seed=index):
        try:
            verify_tlog_proof(changed, entry=entry, trust=WORLD.trust)
        except BatteryPassportError:
            continue
        accepted.append(changed)
    assert accepted == []


def test_every_single_bit_of_a_checkpoint_counts() -> None:
    note = CHECKPOINT.note
    open_checkpoint(note, origin=ORIGIN, log_key=WORLD.signer.key)
    for place in range(len(note) * 8):
        changed = bytearray(note)
        changed[place // 8] ^= 1 << (place % 8)
        with pytest.raises(BatteryPassportError):
            open_checkpoint(bytes(changed), origin=ORIGIN, log_key=WORLD.signer.key)
