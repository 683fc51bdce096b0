"""Cosignatures in the audit: each is the line of the witness that it is stored under, or named."""

from dataclasses import replace

import pytest

from battery_passport.ledger.cosigning import witness_id
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.ledger.note import sign_note
from battery_passport.ledger.note_keys import Cosigner
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.proof.audit_cosignatures import check_cosignature
from battery_passport.proof.errors import StoredRecordAltered
from battery_passport.proof.ports import StoredCosignature
from tests.factories.ledger import make_log

WORLD = make_log(size=7)
SIGNED = WORLD.log.make_checkpoint()
WITNESS, OTHER = (
    Cosigner.from_seed(name, seed * 32, now_s=lambda: 1_800_000_000)
    for name, seed in (("one.example", b"1"), ("two.example", b"2"))
)
TRUST = replace(WORLD.trust, witnesses=(WITNESS.key,))


def cosigned(checkpoint: SignedCheckpoint, witness: Cosigner) -> StoredCosignature:
    text = checkpoint.note.decode().split("\n\n", maxsplit=1)[0] + "\n"
    line = sign_note(text, [witness]).signatures[0].line()
    return StoredCosignature(size=checkpoint.head.size, witness=witness_id(witness.key), line=line)


def finding(
    stored: StoredCosignature, checkpoint: SignedCheckpoint | None, trust: LogTrust = TRUST
) -> str:
    with pytest.raises(StoredRecordAltered) as caught:
        check_cosignature(stored, checkpoint, trust)
    assert caught.value.at == stored.size - 1
    assert stored.witness in caught.value.message
    return caught.value.message


def test_what_a_witness_signed_counts_and_what_a_former_one_signed_does_not() -> None:
    assert check_cosignature(cosigned(SIGNED, WITNESS), SIGNED, TRUST)
    assert not check_cosignature(cosigned(SIGNED, OTHER), SIGNED, TRUST)


def test_a_changed_line_is_named() -> None:
    stored = cosigned(SIGNED, WITNESS)
    places = range(len(stored.line) - 2)
    for place in places:
        letter = "B" if stored.line[place] == "A" else "A"
        changed = stored.line[:place] + letter + stored.line[place + 1 :]
        assert "does not hold" in finding(replace(stored, line=changed), SIGNED)
    assert finding(replace(stored, line=stored.line + stored.line), SIGNED)


def test_a_line_under_another_name_is_named() -> None:
    ours, others = cosigned(SIGNED, WITNESS), cosigned(SIGNED, OTHER)
    assert finding(replace(others, witness=ours.witness), SIGNED)
    assert "not that witness's line" in finding(replace(ours, witness=others.witness), SIGNED)


def test_a_cosignature_of_another_checkpoint_is_named() -> None:
    stored = cosigned(SIGNED, WITNESS)
    other = make_log(size=8).log.make_checkpoint()
    assert "has no checkpoint" in finding(stored, other)
    assert "has no checkpoint" in finding(stored, None)
    foreign = replace(SIGNED, note=other.note)
    assert "does not hold" in finding(stored, foreign)
