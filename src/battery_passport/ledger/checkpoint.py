"""Checkpoints: the log's signed statement of its size and root.

In: note bytes and a trusted key, or a tree head and signers. Out: a checked checkpoint, or bytes.
Source: C2SP tlog-checkpoint.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from battery_passport.foundation.encoding import MalformedEncoding, base64_decode, base64_encode
from battery_passport.ledger.errors import EmptyLog, MalformedNote, NoteNotSigned, WrongOrigin
from battery_passport.ledger.merkle import HASH_BYTES, MAX_SIZE
from battery_passport.ledger.model import TreeHead
from battery_passport.ledger.note import NoteSigner, SignedNote, parse_note, sign_note, verify_note
from battery_passport.ledger.note_keys import VerifierKey

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The text of a checkpoint, taken apart."""

    origin: str
    head: TreeHead
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the note text of the checkpoint."""
        root = base64_encode(self.head.root)
        lines = (self.origin, str(self.head.size), root, *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_number(text: str) -> int:
    """Return the number that ASCII digits without leading zeroes are. Raises: MalformedNote."""
    if not _NUMBER.fullmatch(text) or int(text) > MAX_SIZE:
        raise MalformedNote(f"{text[:40]!r} is not a canonical number.")
    return int(text)


def parse_hash(text: str) -> bytes:
    """Return the 32 bytes that canonical base64 text encodes. Raises: MalformedNote."""
    try:
        octets = base64_decode(text)
    except MalformedEncoding as error:
        raise MalformedNote(f"{text[:60]!r} is not a hash in canonical base64.") from error
    if len(octets) != HASH_BYTES:
        raise MalformedNote(f"A hash has {len(octets)} bytes, expected {HASH_BYTES}.")
    return octets


def parse_checkpoint_text(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text is.

    Raises: MalformedNote; also for size 0, which no log of ours ever signs.
    """
    origin, *rest = text.split("\n")[:-1]
    if not origin or len(rest) < 2 or not all(rest):
        raise MalformedNote("A checkpoint needs three lines or more, none of them empty.")
    size = parse_number(rest[0])
    if size == 0:
        raise MalformedNote("The checkpoint is of an empty log.")
    head = TreeHead(size=size, root=parse_hash(rest[1]))
    return Checkpoint(origin=origin, head=head, extensions=tuple(rest[2:]))


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[NoteSigner]) -> bytes:
    """Return the signed note of a checkpoint.

    Raises: EmptyLog for size 0; MalformedNote for text that could not be read back.
    """
    if checkpoint.head.size == 0:
        raise EmptyLog("An empty log has no checkpoint.")
    text = checkpoint.text()
    if parse_checkpoint_text(text) != checkpoint:
        raise MalformedNote("The checkpoint's lines could not be read back.")
    return sign_note(text, signers).encode()


def verify_checkpoint(note: SignedNote, *, origin: str, log_key: VerifierKey) -> Checkpoint:
    """Return the checkpoint in a note that the log of that origin signed.

    Raises: MalformedNote, WrongOrigin, NoteNotSigned.
    """
    checkpoint = parse_checkpoint_text(note.text)
    if checkpoint.origin != origin:
        raise WrongOrigin(f"The checkpoint is of {checkpoint.origin!r}, expected {origin!r}.")
    if log_key.name != origin:
        raise NoteNotSigned(f"The log key is named {log_key.name!r}, expected {origin!r}.")
    verify_note(note, [log_key])
    return checkpoint


def open_checkpoint(octets: bytes, *, origin: str, log_key: VerifierKey) -> Checkpoint:
    """Return the checkpoint that the bytes are, signed by the log of that origin.

    Raises: MalformedNote, WrongOrigin, NoteNotSigned.
    """
    return verify_checkpoint(parse_note(octets), origin=origin, log_key=log_key)
