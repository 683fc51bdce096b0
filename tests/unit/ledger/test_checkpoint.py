"""Checkpoints: three lines in one spelling, of the right log, signed by its key.

In: the example of C2SP tlog-checkpoint, and spoilt ones. Out: read or refused.
"""

import pytest

from battery_passport.ledger.checkpoint import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint_text,
    parse_number,
    sign_checkpoint,
)
from battery_passport.ledger.errors import EmptyLog, MalformedNote, NoteNotSigned, WrongOrigin
from battery_passport.ledger.model import EMPTY_TREE, TreeHead
from battery_passport.ledger.note import parse_note
from battery_passport.ledger.note_keys import Ed25519NoteSigner
from tests.factories.ledger import ORIGIN, SEED

SIGNER = Ed25519NoteSigner.from_seed(ORIGIN, SEED)
HEAD = TreeHead(size=20_852_163, root=b"\x07" * 32)
TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_specification_s_example_is_read() -> None:
    checkpoint = parse_checkpoint_text(TEXT)
    assert checkpoint.origin == "example.com/behind-the-sofa"
    assert checkpoint.head.size == 20_852_163
    assert checkpoint.head.root.hex().startswith("0ac5186a91863e8e1d90")
    assert checkpoint.text() == TEXT


@pytest.mark.parametrize("extensions", [(), ("one",), ("one", "two words")])
def test_signed_checkpoints_read_back(extensions: tuple[str, ...]) -> None:
    checkpoint = Checkpoint(origin=ORIGIN, head=HEAD, extensions=extensions)
    note = sign_checkpoint(checkpoint, [SIGNER])
    assert open_checkpoint(note, origin=ORIGIN, log_key=SIGNER.key) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "\n",
        "a\n1\n",
        TEXT.replace("20852163", "0"),
        TEXT.replace("20852163", "020852163"),
        TEXT.replace("20852163", "+20852163"),
        TEXT.replace("20852163", "20852163 "),
        TEXT.replace("20852163", "２０"),
        TEXT.replace("20852163", "9223372036854775808"),
        TEXT.replace("q2I=", "q2J="),
        TEXT.replace("q2I=", "q2I"),
        TEXT.replace("CsUY", ""),
        TEXT.replace("example.com/behind-the-sofa", ""),
        TEXT + "\n",
        TEXT + "\nextension\n",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(MalformedNote):
        parse_checkpoint_text(text)


def test_numbers_have_one_spelling() -> None:
    assert parse_number("0") == 0
    assert parse_number("9223372036854775807") == (1 << 63) - 1


def test_an_empty_log_has_no_checkpoint() -> None:
    with pytest.raises(EmptyLog):
        sign_checkpoint(Checkpoint(origin=ORIGIN, head=EMPTY_TREE), [SIGNER])


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint(origin="a\nb", head=HEAD),
        Checkpoint(origin="", head=HEAD),
        Checkpoint(origin=ORIGIN, head=HEAD, extensions=("",)),
        Checkpoint(origin=ORIGIN, head=TreeHead(size=1, root=b"short")),
    ],
)
def test_checkpoints_that_would_read_back_differently_are_not_signed(
    checkpoint: Checkpoint,
) -> None:
    with pytest.raises(MalformedNote):
        sign_checkpoint(checkpoint, [SIGNER])


def test_another_log_or_another_key_is_refused() -> None:
    note = sign_checkpoint(Checkpoint(origin=ORIGIN, head=HEAD), [SIGNER])
    with pytest.raises(WrongOrigin):
        open_checkpoint(note, origin="other.example/log", log_key=SIGNER.key)
    stranger = Ed25519NoteSigner.from_seed(ORIGIN, b"\x09" * 32)
    with pytest.raises(NoteNotSigned):
        open_checkpoint(note, origin=ORIGIN, log_key=stranger.key)
    misnamed = Ed25519NoteSigner.from_seed("other.example/log", SEED)
    note = sign_checkpoint(Checkpoint(origin=ORIGIN, head=HEAD), [misnamed])
    assert parse_note(note).signatures[0].name == "other.example/log"
    with pytest.raises(NoteNotSigned):
        open_checkpoint(note, origin=ORIGIN, log_key=misnamed.key)
