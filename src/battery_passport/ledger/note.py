"""Signed notes: a text with signature lines below it, in exactly one reading.

In: bytes from outside, or a text and signers. Out: a checked note, or the bytes of a new one.
Source: C2SP signed-note.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from battery_passport.foundation.encoding import (
    MalformedEncoding,
    base64_decode,
    base64_encode,
)
from battery_passport.ledger.errors import MalformedNote, NoteNotSigned
from battery_passport.ledger.note_keys import KEY_ID_BYTES, VerifierKey, check_key_name

MAX_NOTE_BYTES = 65_536
MAX_SIGNATURES = 64
_SIGNATURE_LINE = re.compile("\u2014 ([^ \n]+) ([A-Za-z0-9+/=]+)\n")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")


class NoteSigner(Protocol):
    """Signs note texts under one name."""

    @property
    def name(self) -> str: ...

    @property
    def key_id(self) -> bytes: ...

    def sign_text(self, text: bytes) -> bytes:
        """Return the signature bytes that follow the key id."""
        ...


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Return the line as it stands in the note, with its newline."""
        return f"\u2014 {self.name} {base64_encode(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note that is well formed; none of its signatures has been checked."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        """Return the note's bytes."""
        return (self.text + "\n" + "".join(each.line() for each in self.signatures)).encode()


def sign_note(text: str, signers: Sequence[NoteSigner]) -> SignedNote:
    """Return a note with the text and a signature of each signer.

    Raises: MalformedNote if the text does not end in a newline or holds control characters.
    """
    _check_text(text)
    octets = text.encode()
    return SignedNote(
        text=text,
        signatures=tuple(
            NoteSignature(name=each.name, key_id=each.key_id, signature=each.sign_text(octets))
            for each in signers
        ),
    )


def parse_note(octets: bytes) -> SignedNote:
    """Return the note that the bytes are, to the letter.

    Raises: MalformedNote for anything that this module would write otherwise.
    """
    if len(octets) > MAX_NOTE_BYTES:
        raise MalformedNote(f"The note has {len(octets)} bytes, at most {MAX_NOTE_BYTES} fit.")
    try:
        whole = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedNote("The note is not UTF-8.") from error
    body, blank, signature_lines = whole.rpartition("\n\n")
    if not blank:
        raise MalformedNote("The note has no blank line between its text and its signatures.")
    text = body + "\n"
    _check_text(text)
    note = SignedNote(text=text, signatures=tuple(_parse_signatures(signature_lines)))
    if note.encode() != octets:
        raise MalformedNote("The note is not in its one canonical form.")
    return note


def verify_note(note: SignedNote, keys: Iterable[VerifierKey]) -> dict[VerifierKey, NoteSignature]:
    """Return the known keys that signed the note, each with its signature.

    Signatures of unknown keys are passed over.
    Raises: NoteNotSigned if a known key's signature does not verify, or none is there.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[VerifierKey, NoteSignature] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            key.verify(note.text.encode(), signature.signature)
            found[key] = signature
    if not found:
        signed_by = ", ".join(f"{each.name}+{each.key_id.hex()}" for each in note.signatures)
        expected = ", ".join(f"{key.name}+{key.key_id.hex()}" for key in known.values())
        raise NoteNotSigned(f"The note is signed by {signed_by}, expected {expected or 'no key'}.")
    return found


def _check_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n":
        raise MalformedNote("The note's text is empty or does not end in a newline.")
    if _CONTROL.search(text):
        raise MalformedNote("The note's text holds a control character.")


def _parse_signatures(lines: str) -> list[NoteSignature]:
    found: list[NoteSignature] = []
    position = 0
    while position < len(lines):
        if len(found) == MAX_SIGNATURES:
            raise MalformedNote(f"The note has more than {MAX_SIGNATURES} signatures.")
        match = _SIGNATURE_LINE.match(lines, position)
        if match is None:
            raise MalformedNote(f"Signature line {len(found) + 1} of the note is malformed.")
        found.append(_parse_signature(match[1], match[2]))
        position = match.end()
    if not found:
        raise MalformedNote("The note has no signature.")
    if len({(each.name, each.key_id) for each in found}) != len(found):
        raise MalformedNote("The note is signed twice by one key.")
    return found


def _parse_signature(name: str, encoded: str) -> NoteSignature:
    check_key_name(name)
    try:
        octets = base64_decode(encoded)
    except MalformedEncoding as error:
        raise MalformedNote(f"The signature of {name} is not canonical base64.") from error
    if len(octets) <= KEY_ID_BYTES:
        raise MalformedNote(f"The signature of {name} is empty.")
    return NoteSignature(name=name, key_id=octets[:KEY_ID_BYTES], signature=octets[KEY_ID_BYTES:])
