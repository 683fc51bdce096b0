"""Log proofs: what a stranger accepts, and the first thing named when it does not hold.

In: proofs of a log in memory. Out: proven entries, or the error that names the fault.
"""

from dataclasses import replace

import pytest

from battery_passport.ledger.checkpoint import Checkpoint, sign_checkpoint
from battery_passport.ledger.entry import MalformedEntry, entry_bytes, entry_hash
from battery_passport.ledger.errors import (
    MalformedNote,
    NoSuchEntry,
    NoteNotSigned,
    NotIncluded,
    TooFewWitnesses,
    UnsignedParts,
)
from battery_passport.ledger.merkle import leaf_hash
from battery_passport.ledger.note_keys import Cosigner, Ed25519NoteSigner
from battery_passport.ledger.tlog_proof import (
    LogTrust,
    build_tlog_proof,
    parse_tlog_proof,
    verify_tlog_proof,
)
from battery_passport.ledger.tree import TiledTree
from tests.factories.ledger import ORIGIN, make_entry, make_log

WORLD = make_log(size=300)
CHECKPOINT = WORLD.log.make_checkpoint()
PROOF = WORLD.log.prove_inclusion(257, CHECKPOINT)
WITNESSES = [
    Cosigner.from_seed(f"witness.example/w{n}", bytes([n]) * 32, now_s=lambda: 1_700_000_000)
    for n in range(1, 4)
]


def cosigned(*witnesses: Cosigner) -> bytes:
    note = sign_checkpoint(
        Checkpoint(origin=ORIGIN, head=CHECKPOINT.head), [WORLD.signer, *witnesses]
    )
    path = TiledTree(WORLD.tiles, 300).inclusion_path(257)
    return build_tlog_proof(index=257, path=path, checkpoint_note=note)


def trust(known: int, required: int) -> LogTrust:
    keys = tuple(each.key for each in WITNESSES[:known])
    return replace(WORLD.trust, witnesses=keys, witnesses_required=required)


def test_a_good_proof_shows_where_the_entry_is() -> None:
    proven = verify_tlog_proof(PROOF, entry=make_entry(257), trust=WORLD.trust)
    assert proven.index == 257
    assert proven.checkpoint.head == CHECKPOINT.head
    assert proven.witnesses == ()


def test_the_form_is_that_of_the_specification() -> None:
    lines = PROOF.decode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 257"]
    blank = lines.index("")
    assert all(len(line) == 44 for line in lines[2:blank])
    assert "\n".join(lines[blank + 1 :]).encode() == CHECKPOINT.note


def test_an_only_entry_needs_no_hashes() -> None:
    world = make_log(size=1)
    proof = world.log.prove_inclusion(0, world.log.make_checkpoint())
    assert parse_tlog_proof(proof).path == ()
    assert verify_tlog_proof(proof, entry=make_entry(0), trust=world.trust).index == 0


def test_another_entry_is_not_included() -> None:
    with pytest.raises(NotIncluded, match="257"):
        verify_tlog_proof(PROOF, entry=make_entry(256), trust=WORLD.trust)


def test_another_installation_s_log_is_not_trusted() -> None:
    forger = make_log(size=300, seed=b"\x55" * 32)
    proof = forger.log.prove_inclusion(257, forger.log.make_checkpoint())
    with pytest.raises(NoteNotSigned):
        verify_tlog_proof(proof, entry=make_entry(257), trust=WORLD.trust)


def test_an_index_beyond_the_checkpoint_cannot_be_proven() -> None:
    with pytest.raises(NoSuchEntry):
        WORLD.log.prove_inclusion(300, CHECKPOINT)


@pytest.mark.parametrize(("present", "known", "required"), [(0, 0, 0), (1, 3, 1), (3, 3, 2)])
def test_enough_witnesses(present: int, known: int, required: int) -> None:
    proven = verify_tlog_proof(
        cosigned(*WITNESSES[:present]), entry=make_entry(257), trust=trust(known, required)
    )
    assert proven.witnesses == tuple((each.name, 1_700_000_000) for each in WITNESSES[:present])


@pytest.mark.parametrize(("present", "known", "required"), [(0, 3, 1), (1, 3, 2)])
def test_too_few_witnesses(present: int, known: int, required: int) -> None:
    with pytest.raises(TooFewWitnesses):
        verify_tlog_proof(
            cosigned(*WITNESSES[:present]), entry=make_entry(257), trust=trust(known, required)
        )


def test_one_key_under_two_names_is_one_witness() -> None:
    twin = Cosigner.from_seed("twin.example/w", b"\x01" * 32, now_s=lambda: 1_700_000_000)
    both = replace(WORLD.trust, witnesses=(WITNESSES[0].key, twin.key), witnesses_required=2)
    with pytest.raises(TooFewWitnesses):
        verify_tlog_proof(cosigned(WITNESSES[0], twin), entry=make_entry(257), trust=both)


def test_the_log_s_own_key_is_no_witness() -> None:
    with pytest.raises(NoteNotSigned):
        verify_tlog_proof(
            PROOF,
            entry=make_entry(257),
            trust=replace(WORLD.trust, witnesses=(WORLD.signer.key,), witnesses_required=1),
        )


def test_what_nothing_signs_is_refused_unless_the_reader_says_otherwise() -> None:
    extra = replace(parse_tlog_proof(PROOF), extra=b"hello").encode()
    assert b"extra aGVsbG8=\n" in extra
    stranger = cosigned(WITNESSES[2])
    lenient = replace(WORLD.trust, covered_only=False)
    for proof in (extra, stranger):
        with pytest.raises(UnsignedParts):
            verify_tlog_proof(proof, entry=make_entry(257), trust=WORLD.trust)
        assert verify_tlog_proof(proof, entry=make_entry(257), trust=lenient).index == 257


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"proof@v1", b"proof@v2"),
        (b"index 257", b"index 0257"),
        (b"index 257", b"index +257"),
        (b"index 257", b"index 257 "),
        (b"index 257", b"Index 257"),
        (b"index 257\n", b""),
        (b"index 257\n", b"index 257\nindex 257\n"),
        (b"index 257\n", b"extra\nindex 257\n"),
        (b"index 257\n", b"extra aGVsbG9=\nindex 257\n"),
        (b"index 257\n", b"index 257\n" + b"A" * 43 + b"=\n" * 1 + (b"A" * 43 + b"=\n") * 63),
        (b"\n\n", b"\n\n\n"),
        (b"\n\n", b"\n \n"),
        (b"\n", b"\r\n"),
    ],
)
def test_malformed_proofs_are_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(MalformedNote):
        parse_tlog_proof(PROOF.replace(old, new, 1))


@pytest.mark.parametrize("octets", [b"", b"\n\n", PROOF + b"\n", PROOF[:-1], b"\xff" + PROOF])
def test_other_bytes_are_refused(octets: bytes) -> None:
    with pytest.raises(MalformedNote):
        parse_tlog_proof(octets)


def test_an_oversized_proof_is_refused_before_it_is_read() -> None:
    with pytest.raises(MalformedNote, match="too many"):
        parse_tlog_proof(b"a" * 200_000)


def test_entries_commit_to_salt_and_digest() -> None:
    entry = entry_bytes(b"\x01" * 16, b"\x02" * 32)
    assert len(entry) == 33
    assert entry.hex().startswith("01")
    assert entry_hash(b"\x01" * 16, b"\x02" * 32) == leaf_hash(entry)
    assert entry != entry_bytes(b"\x03" * 16, b"\x02" * 32)
    for salt, digest in ((b"", bytes(32)), (bytes(16), b""), (bytes(17), bytes(31))):
        with pytest.raises(MalformedEntry):
            entry_bytes(salt, digest)


def test_a_signer_keeps_its_private_key_behind_a_function() -> None:
    signer = Ed25519NoteSigner(key=WORLD.signer.key, sign=WORLD.signer.sign)
    assert sign_checkpoint(Checkpoint(ORIGIN, CHECKPOINT.head), [signer]) == CHECKPOINT.note
