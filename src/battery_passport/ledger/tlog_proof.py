"""Log proofs that a stranger checks offline: index, inclusion path and checkpoint in one text.

In: proof bytes and what the reader trusts. Out: what is proven; anything else raises.
Source: C2SP tlog-proof v1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from battery_passport.foundation.encoding import MalformedEncoding, base64_decode, base64_encode
from battery_passport.ledger.checkpoint import (
    Checkpoint,
    parse_checkpoint_text,
    parse_hash,
    parse_number,
    verify_checkpoint,
)
from battery_passport.ledger.errors import (
    MalformedNote,
    NoteNotSigned,
    TooFewWitnesses,
    UnsignedParts,
)
from battery_passport.ledger.merkle import leaf_hash, verify_inclusion
from battery_passport.ledger.note import MAX_NOTE_BYTES, SignedNote, parse_note, verify_note
from battery_passport.ledger.note_keys import TYPE_COSIGNATURE, VerifierKey, cosigned_at_s

_FIRST_LINE = "c2sp.org/tlog-proof@v1"
_MAX_PATH = 63


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A proof that is well formed, around a checkpoint that is; no signature has been checked."""

    index: int
    path: tuple[bytes, ...]
    note: SignedNote
    extra: bytes | None = None

    def encode(self) -> bytes:
        """Return the proof's bytes."""
        extra = [] if self.extra is None else [f"extra {base64_encode(self.extra)}"]
        hashes = [base64_encode(step) for step in self.path]
        lines = [_FIRST_LINE, *extra, f"index {self.index}", *hashes, "", ""]
        return "\n".join(lines).encode() + self.note.encode()


@dataclass(frozen=True, slots=True)
class RetiredKey:
    """A key by which the log signed until it had `until_size` entries; it counts for no more."""

    key: VerifierKey
    until_size: int


@dataclass(frozen=True, slots=True)
class LogTrust:
    """What a reader trusts of one log: its origin, its key, its witnesses and how many of them.

    `retired` are keys of the same log before this one, each with the size up to which it counts.
    `covered_only` refuses text that no trusted signature covers: extra lines and the signature
    lines of unknown keys. It is off only for readers of other people's logs.
    """

    origin: str
    log_key: VerifierKey
    witnesses: tuple[VerifierKey, ...] = ()
    witnesses_required: int = 0
    covered_only: bool = True
    retired: tuple[RetiredKey, ...] = ()

    @property
    def log_keys(self) -> tuple[VerifierKey, ...]:
        """Every key the log ever signed with, that of today first."""
        return (self.log_key, *(each.key for each in self.retired))


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """An entry shown to be in the log, and the witnesses (name, time in s) that saw the log."""

    index: int
    checkpoint: Checkpoint
    witnesses: tuple[tuple[str, int], ...]


def build_tlog_proof(*, index: int, path: Sequence[bytes], checkpoint_note: bytes) -> bytes:
    """Return the proof text for an entry under a signed checkpoint. Raises: MalformedNote."""
    return TlogProof(index=index, path=tuple(path), note=parse_note(checkpoint_note)).encode()


def parse_tlog_proof(octets: bytes) -> TlogProof:
    """Return the proof that the bytes are, to the letter. Raises: MalformedNote."""
    if len(octets) > 2 * MAX_NOTE_BYTES:
        raise MalformedNote(f"The log proof has {len(octets)} bytes, which is too many.")
    head, blank, note_octets = octets.partition(b"\n\n")
    if not blank or not head.isascii():
        raise MalformedNote("The log proof has no blank line before its checkpoint.")
    first, *lines = head.decode("ascii").split("\n")
    if first != _FIRST_LINE:
        raise MalformedNote(f"A log proof begins with {_FIRST_LINE!r}, not {first[:40]!r}.")
    extra = _parse_extra(lines)
    word, space, number = lines.pop(0).partition(" ") if lines else ("", "", "")
    if word + space != "index ":
        raise MalformedNote("The log proof has no index line.")
    if len(lines) > _MAX_PATH:
        raise MalformedNote(f"The log proof has {len(lines)} hashes, at most {_MAX_PATH} fit.")
    proof = TlogProof(
        index=parse_number(number),
        path=tuple(parse_hash(line) for line in lines),
        note=parse_note(note_octets),
        extra=extra,
    )
    parse_checkpoint_text(proof.note.text)
    if proof.encode() != octets:
        raise MalformedNote("The log proof is not in its one canonical form.")
    return proof


def _parse_extra(lines: list[str]) -> bytes | None:
    """Take the extra line off the front of the lines, if there is one."""
    if not lines or not lines[0].startswith("extra "):
        return None
    try:
        return base64_decode(lines.pop(0).removeprefix("extra "))
    except MalformedEncoding as error:
        raise MalformedNote("The extra line of the log proof is not canonical base64.") from error


def verify_tlog_proof(octets: bytes, *, entry: bytes, trust: LogTrust) -> ProvenEntry:
    """Return what the proof shows: that the entry's bytes are in the trusted log, and where.

    Raises: MalformedNote, WrongOrigin, NoteNotSigned, TooFewWitnesses, UnsignedParts, NotIncluded.
    """
    proof = parse_tlog_proof(octets)
    checkpoint, log_key = verify_log_checkpoint(proof.note, trust)
    witnesses = _verify_witnesses(proof.note, trust)
    if trust.covered_only:
        _refuse_uncovered(proof, (log_key, *trust.witnesses))
    verify_inclusion(
        leaf=leaf_hash(entry),
        index=proof.index,
        size=checkpoint.head.size,
        path=proof.path,
        root=checkpoint.head.root,
    )
    return ProvenEntry(index=proof.index, checkpoint=checkpoint, witnesses=witnesses)


def _verify_witnesses(note: SignedNote, trust: LogTrust) -> tuple[tuple[str, int], ...]:
    named = {(key.name, key.key_id) for key in trust.witnesses}
    if any(key.kind != TYPE_COSIGNATURE for key in trust.witnesses):
        raise NoteNotSigned("A witness key of the trust file is not a cosignature key.")
    found = (
        verify_note(note, trust.witnesses)
        if any((each.name, each.key_id) in named for each in note.signatures)
        else {}
    )
    if len({key.public_key for key in found}) < trust.witnesses_required:
        raise TooFewWitnesses(
            f"{len(found)} known witnesses cosigned the checkpoint, "
            f"expected {trust.witnesses_required}."
        )
    return tuple((key.name, cosigned_at_s(each.signature)) for key, each in found.items())


def verify_log_checkpoint(note: SignedNote, trust: LogTrust) -> tuple[Checkpoint, VerifierKey]:
    """Return the checkpoint in a note of the trusted log, and which of its keys signed it.

    Raises: MalformedNote, WrongOrigin, NoteNotSigned; also if a retired key signed a log that was
    larger than when the key retired.
    """
    signers = {(each.name, each.key_id) for each in note.signatures}
    for retired in trust.retired:
        named = (retired.key.name, retired.key.key_id) in signers
        if named and (trust.log_key.name, trust.log_key.key_id) not in signers:
            checkpoint = verify_checkpoint(note, origin=trust.origin, log_key=retired.key)
            if checkpoint.head.size > retired.until_size:
                raise NoteNotSigned(
                    f"The checkpoint of {checkpoint.head.size} entries is signed by a key that "
                    f"retired at {retired.until_size}."
                )
            return checkpoint, retired.key
    checkpoint = verify_checkpoint(note, origin=trust.origin, log_key=trust.log_key)
    return checkpoint, trust.log_key


def open_log_checkpoint(octets: bytes, trust: LogTrust) -> Checkpoint:
    """Return the checkpoint that the bytes are, signed by a key of the trusted log.

    Raises: MalformedNote, WrongOrigin, NoteNotSigned.
    """
    checkpoint, _key = verify_log_checkpoint(parse_note(octets), trust)
    return checkpoint


def _refuse_uncovered(proof: TlogProof, keys: Sequence[VerifierKey]) -> None:
    if proof.extra is not None:
        raise UnsignedParts("The log proof carries an extra line, which nothing signs.")
    known = {(key.name, key.key_id) for key in keys}
    for each in proof.note.signatures:
        if (each.name, each.key_id) not in known:
            raise UnsignedParts(f"The checkpoint has a signature of the unknown key {each.name}.")
