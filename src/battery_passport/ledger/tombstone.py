"""Tombstones: the log's signed statement that records behind some entries were erased on purpose.

In: places in the log with their leaf hashes and a signer, or note bytes and a trusted key. Out:
note bytes, or a checked tombstone. An erased record without one counts as altered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.encoding import base64_encode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.ledger.checkpoint import parse_hash, parse_number
from battery_passport.ledger.errors import MalformedNote, WrongOrigin
from battery_passport.ledger.note import NoteSigner, parse_note, sign_note, verify_note
from battery_passport.ledger.note_keys import VerifierKey

FIRST_LINE = "battery-passport/tombstone/v1"
"""No checkpoint begins so: its first line is its log's origin."""

MAX_ENTRIES = 800
"""A note of 64 kB holds so many lines of index and hash, with room for the signatures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Which entries of which log stand for records that were erased, and when."""

    origin: str
    erased_at: datetime
    leaves: Mapping[int, bytes]

    def text(self) -> str:
        """Return the note text of the tombstone."""
        entries = (f"{index} {base64_encode(leaf)}" for index, leaf in sorted(self.leaves.items()))
        lines = (FIRST_LINE, self.origin, format_utc(self.erased_at), *entries)
        return "".join(f"{line}\n" for line in lines)


def sign_tombstone(tombstone: Tombstone, signers: Sequence[NoteSigner]) -> bytes:
    """Return the signed note of a tombstone.

    Raises: MalformedNote if it names no entry or more than fit.
    """
    if not 0 < len(tombstone.leaves) <= MAX_ENTRIES:
        raise MalformedNote(f"A tombstone names 1 to {MAX_ENTRIES} entries.")
    return sign_note(tombstone.text(), signers).encode()


def open_tombstone(octets: bytes, *, origin: str, log_keys: Sequence[VerifierKey]) -> Tombstone:
    """Return the tombstone of a log, once the signature of one of its keys holds.

    Raises: MalformedNote, NoteNotSigned, WrongOrigin.
    """
    note = parse_note(octets)
    verify_note(note, log_keys)
    tombstone = _parse(note.text)
    if tombstone.origin != origin:
        raise WrongOrigin(f"The tombstone is of log {tombstone.origin}, expected {origin}.")
    return tombstone


def _parse(text: str) -> Tombstone:
    first, *rest = text.split("\n")[:-1]
    if first != FIRST_LINE or len(rest) < 3:
        raise MalformedNote("The note is no tombstone.")
    origin, erased_at, *entries = rest
    leaves: dict[int, bytes] = {}
    for line in entries:
        index, _, leaf = line.partition(" ")
        leaves[parse_number(index)] = parse_hash(leaf)
    try:
        tombstone = Tombstone(origin=origin, erased_at=parse_utc(erased_at), leaves=leaves)
    except InvalidInput as error:
        raise MalformedNote(f"The tombstone names no time: {error.message}") from error
    if tombstone.text() != text:
        raise MalformedNote("The tombstone is not in its one canonical form.")
    return tombstone
