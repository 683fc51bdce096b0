"""What a witness does: it cosigns a checkpoint only if it continues the one it cosigned last.

In: submissions as bytes, the logs it knows, its memory. Out: signature lines, or the refusal that
the protocol asks for. The memory decides last: of two submissions at once, one wins.
Source: C2SP tlog-witness.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from battery_passport.foundation.encoding import base64_encode
from battery_passport.foundation.errors import Conflict, InvalidInput, NotFound
from battery_passport.ledger.checkpoint import (
    Checkpoint,
    parse_checkpoint_text,
    parse_hash,
    parse_number,
)
from battery_passport.ledger.cosigning import only_signatures_of
from battery_passport.ledger.errors import MalformedNote, NotConsistent, NoteNotSigned
from battery_passport.ledger.merkle import verify_consistency
from battery_passport.ledger.model import EMPTY_TREE, TreeHead
from battery_passport.ledger.note import (
    MAX_NOTE_BYTES,
    NoteSignature,
    SignedNote,
    parse_note,
    verify_note,
)
from battery_passport.ledger.note_keys import Cosigner, VerifierKey

MOST_STEPS = 63
MAX_SUBMISSION_BYTES = MAX_NOTE_BYTES + 64 * 46


class MalformedSubmission(InvalidInput):
    """A request that is no checkpoint with a consistency proof, or whose old size is the larger."""

    code = "malformed-submission"
    remedy = "Send what C2SP tlog-witness prescribes for add-checkpoint."


class UnknownLog(NotFound):
    """This witness does not follow that log."""

    code = "unknown-log"
    remedy = "Ask the witness's operator to add the log's key."


class OtherSizeSeen(Conflict):
    """The witness has cosigned another size last; `size` is that one."""

    code = "other-size-seen"
    remedy = "Send the consistency proof from the size that the witness names."

    def __init__(self, size: int) -> None:
        super().__init__(f"The checkpoint cosigned last is of {size} entries.")
        self.size = size


class WitnessMemory(Protocol):
    """Remembers, for each log, the checkpoint cosigned last."""

    def seen(self, origin: str) -> TreeHead:
        """Return the tree cosigned last; the empty tree before the first."""
        ...

    def cosigned(self, origin: str) -> bytes | None:
        """Return the note cosigned last, with the cosignature."""
        ...

    def advance(self, origin: str, *, before: TreeHead, after: TreeHead, note: bytes) -> None:
        """Put a tree in place of the one seen before; returns once that is durable.

        Raises: OtherSizeSeen if another was put there meanwhile.
        """
        ...


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint handed in, with the proof that it continues a log of `old_size` entries."""

    old_size: int
    path: tuple[bytes, ...]
    note: SignedNote

    def encode(self) -> bytes:
        """Return the body of the request."""
        lines = [f"old {self.old_size}", *map(base64_encode, self.path), "", ""]
        return "\n".join(lines).encode() + self.note.encode()


def parse_submission(body: bytes) -> Submission:
    """Return the submission that a request's body is. Raises: MalformedSubmission."""
    head, blank, note = body.partition(b"\n\n")
    if not blank or len(body) > MAX_SUBMISSION_BYTES or not head.isascii():
        raise MalformedSubmission("The request is no list of lines above a checkpoint.")
    first, *steps = head.decode("ascii").split("\n")
    if not first.startswith("old ") or len(steps) > MOST_STEPS:
        raise MalformedSubmission("The request does not begin with an old size and a proof.")
    try:
        return Submission(
            old_size=parse_number(first.removeprefix("old ")),
            path=tuple(parse_hash(step) for step in steps),
            note=parse_note(note),
        )
    except MalformedNote as error:
        raise MalformedSubmission(error.message) from error


class Witness:
    """One witness, of any number of logs; `logs` holds each origin's keys."""

    def __init__(
        self,
        cosigner: Cosigner,
        memory: WitnessMemory,
        *,
        logs: Mapping[str, Sequence[VerifierKey]],
    ) -> None:
        self._cosigner = cosigner
        self._memory = memory
        self._logs = logs

    @property
    def key(self) -> VerifierKey:
        """The key by which others know this witness."""
        return self._cosigner.key

    def seen(self, origin: str) -> TreeHead:
        """Return the tree of a log that was cosigned last."""
        return self._memory.seen(origin)

    def cosigned(self, origin: str) -> bytes | None:
        """Return the checkpoint of a log that was cosigned last, with the cosignature."""
        return self._memory.cosigned(origin)

    def add_checkpoint(self, submission: Submission) -> bytes:
        """Return the signature line on a checkpoint that continues what was seen; it is remembered.

        Raises: MalformedSubmission, UnknownLog, NoteNotSigned, OtherSizeSeen, NotConsistent.
        """
        checkpoint, note = self._known(submission.note)
        after = checkpoint.head
        if submission.old_size > after.size:
            raise MalformedSubmission(
                f"The old size {submission.old_size} is above the checkpoint's {after.size}."
            )
        before = self._memory.seen(checkpoint.origin)
        if submission.old_size != before.size:
            raise OtherSizeSeen(before.size)
        _check_continues(before, after, submission.path)
        cosignature = self._cosign(note)
        cosigned = SignedNote(text=note.text, signatures=(*note.signatures, cosignature))
        self._memory.advance(checkpoint.origin, before=before, after=after, note=cosigned.encode())
        return cosignature.line().encode()

    def _known(self, note: SignedNote) -> tuple[Checkpoint, SignedNote]:
        """Return a known log's checkpoint, and its note with the log's own signatures alone."""
        try:
            checkpoint = parse_checkpoint_text(note.text)
        except MalformedNote as error:
            raise MalformedSubmission(error.message) from error
        keys = self._logs.get(checkpoint.origin)
        if not keys:
            raise UnknownLog(f"The log {checkpoint.origin[:200]!r} is not followed here.")
        verify_note(note, keys)
        return checkpoint, only_signatures_of(note, keys)

    def _cosign(self, note: SignedNote) -> NoteSignature:
        signature = self._cosigner.sign_text(note.text.encode())
        return NoteSignature(
            name=self._cosigner.name, key_id=self._cosigner.key_id, signature=signature
        )


def _check_continues(before: TreeHead, after: TreeHead, path: Sequence[bytes]) -> None:
    """Return if a tree begins with the whole of the one before. Raises: NotConsistent."""
    if before == EMPTY_TREE:
        if path:
            raise NotConsistent("A first checkpoint takes no consistency proof.")
        return
    verify_consistency(
        old_size=before.size,
        old_root=before.root,
        new_size=after.size,
        new_root=after.root,
        path=path,
    )


def logs_by_origin(keys: Sequence[VerifierKey]) -> dict[str, tuple[VerifierKey, ...]]:
    """Return each log's keys by its origin, which is the keys' name.

    Raises: NoteNotSigned for a key that signs no log.
    """
    found: dict[str, tuple[VerifierKey, ...]] = {}
    for key in keys:
        if key.is_cosignature:
            raise NoteNotSigned(f"The key of {key.name} is a witness's, not a log's.")
        found[key.name] = (*found.get(key.name, ()), key)
    return found
