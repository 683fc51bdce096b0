"""Cosignatures gathered for a checkpoint: what a witness answers, checked and put beside it.

In: a checkpoint's note and witnesses' answers. Out: signature lines that hold; the note with them.
Source: C2SP tlog-witness, tlog-cosignature.
"""

from collections.abc import Sequence

from battery_passport.ledger.errors import MalformedNote, NoteNotSigned
from battery_passport.ledger.note import SignedNote, parse_note, verify_note
from battery_passport.ledger.note_keys import VerifierKey


def cosignature_in(note: bytes, answer: bytes, witness: VerifierKey) -> str:
    """Return the line of a witness's answer that is its cosignature on the note's text.

    Lines of other keys in the answer are passed over.
    Raises: MalformedNote, NoteNotSigned.
    """
    asked = parse_note(note)
    answered = parse_note(f"{asked.text}\n".encode() + answer)
    found = verify_note(answered, [witness])
    return found[witness].line()


def cosigned_note(note: bytes, lines: Sequence[str]) -> bytes:
    """Return a checkpoint's note with further signature lines. Raises: MalformedNote."""
    joined = note + "".join(lines).encode()
    return parse_note(joined).encode()


def only_signatures_of(note: SignedNote, keys: Sequence[VerifierKey]) -> SignedNote:
    """Return the note with the signature lines of those keys alone.

    Raises: NoteNotSigned if none is there.
    """
    named = {(key.name, key.key_id) for key in keys}
    kept = tuple(each for each in note.signatures if (each.name, each.key_id) in named)
    if not kept:
        raise NoteNotSigned("The note has no signature of a key that is asked for.")
    return SignedNote(text=note.text, signatures=kept)


def witness_id(key: VerifierKey) -> str:
    """Return the text by which a witness's key is told from all others.

    Raises: MalformedNote if its name is too long to be kept.
    """
    text = f"{key.name}+{key.key_id.hex()}"
    if len(text) > 255:
        raise MalformedNote(f"The name of the witness {key.name[:40]!r} is too long.")
    return text
