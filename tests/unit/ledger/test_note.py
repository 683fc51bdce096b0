"""Signed notes and verifier keys: the specification's examples, and everything that is not one.

In: the examples of C2SP signed-note, and notes spoilt in one way each. Out: read or refused.
"""

import pytest

from battery_passport.ledger.errors import MalformedNote, NoteNotSigned
from battery_passport.ledger.note import MAX_SIGNATURES, parse_note, sign_note, verify_note
from battery_passport.ledger.note_keys import (
    TYPE_ED25519,
    Cosigner,
    Ed25519NoteSigner,
    VerifierKey,
    cosigned_at_s,
)

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXpp"
    "zi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
SIGNER = Ed25519NoteSigner.from_seed("example.org/log", bytes(32))
GOOD = sign_note("one\n\ntwo\n", [SIGNER]).encode().decode()


def test_the_specification_s_example_verifies() -> None:
    key = VerifierKey.parse(EXAMPLE_KEY)
    assert key.text() == EXAMPLE_KEY
    note = parse_note(EXAMPLE_NOTE)
    assert note.text == "This is an example message.\n"
    assert list(verify_note(note, [key])) == [key]


def test_text_with_an_empty_line_ends_at_the_last_one() -> None:
    note = parse_note(GOOD.encode())
    assert note.text == "one\n\ntwo\n"
    assert list(verify_note(note, [SIGNER.key])) == [SIGNER.key]


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        "\n\n",
        GOOD.replace("\n\n— ", "\n— "),
        GOOD.replace("\n", "\r\n"),
        GOOD[:-1],
        GOOD + "\n",
        GOOD + "x",
        GOOD + GOOD.rpartition("\n\n")[2],
        GOOD.replace("— ", "- "),
        GOOD.replace("— ", "—  "),
        GOOD.replace("— example.org/log ", "— example+org/log "),
        GOOD.replace("— example.org/log ", "— example\u00a0org/log "),
        GOOD.replace("two", "t\two"),
        GOOD.replace("=\n", "\n"),
        GOOD.replace("=\n", "==\n"),
        "one\n\n— example.org/log AAAAAA==\n",
        "one\n\n— example.org/log AAAAAB==\n",
        "one\n\n",
        "one\n\n" + "".join(f"— w{n} AAAAAAA=\n" for n in range(MAX_SIGNATURES + 1)),
        "\ufeff",
    ],
)
def test_malformed_notes_are_refused(spoilt: str) -> None:
    with pytest.raises(MalformedNote):
        parse_note(spoilt.encode())


def test_bytes_that_are_not_utf8_and_long_notes_are_refused() -> None:
    with pytest.raises(MalformedNote):
        parse_note(b"\xff" + GOOD.encode())
    with pytest.raises(MalformedNote):
        parse_note(b"a" * 70_000 + GOOD.encode())


def test_unknown_keys_are_passed_over_and_known_ones_must_verify() -> None:
    stranger = Ed25519NoteSigner.from_seed("stranger.example", b"\x01" * 32)
    note = sign_note("text\n", [stranger, SIGNER])
    assert list(verify_note(note, [SIGNER.key])) == [SIGNER.key]
    with pytest.raises(NoteNotSigned, match=r"stranger\.example"):
        verify_note(sign_note("text\n", [stranger]), [SIGNER.key])
    forged = note.encode().replace(b"text\n", b"tixt\n")
    with pytest.raises(NoteNotSigned, match="does not verify"):
        verify_note(parse_note(forged), [SIGNER.key])


def test_same_name_with_another_key_is_a_stranger() -> None:
    other = Ed25519NoteSigner.from_seed(SIGNER.name, b"\x02" * 32)
    with pytest.raises(NoteNotSigned):
        verify_note(sign_note("text\n", [other]), [SIGNER.key])


def test_a_witness_signs_the_time_it_saw_the_note() -> None:
    witness = Cosigner.from_seed("witness.example/w1", b"\x03" * 32, now_s=lambda: 1_679_315_147)
    note = sign_note("text\n", [SIGNER, witness])
    found = verify_note(parse_note(note.encode()), [SIGNER.key, witness.key])
    assert cosigned_at_s(found[witness.key].signature) == 1_679_315_147
    stamp_changed = bytearray(found[witness.key].signature)
    stamp_changed[7] ^= 1
    with pytest.raises(NoteNotSigned):
        witness.key.verify(b"text\n", bytes(stamp_changed))
    with pytest.raises(NoteNotSigned):
        witness.key.verify(b"text\n", found[SIGNER.key].signature)
    with pytest.raises(NoteNotSigned, match="impossible time"):
        cosigned_at_s(b"\xff" * 72)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY + "A",
        EXAMPLE_KEY.replace("example.com/foo", "example .com/foo"),
        "example.com/foo+530d903a+",
        "example.com/foo+530d903a+AQ==",
    ],
)
def test_malformed_verifier_keys_are_refused(text: str) -> None:
    with pytest.raises(MalformedNote):
        VerifierKey.parse(text)


def test_keys_of_unknown_kinds_or_lengths_are_refused() -> None:
    with pytest.raises(MalformedNote):
        VerifierKey("a", 2, bytes(32))
    with pytest.raises(MalformedNote):
        VerifierKey("a", TYPE_ED25519, bytes(31))


@pytest.mark.parametrize("text", ["", "\n", "no newline", "tab\there\n", "carriage\r\n"])
def test_texts_that_no_note_can_hold_are_not_signed(text: str) -> None:
    with pytest.raises(MalformedNote):
        sign_note(text, [SIGNER])
