"""What can go wrong with the log and its anchors.

In: a message. Out: exceptions with a stable code and the next step.

    InvalidInput
    ├── MalformedNote           text that is no signed note, checkpoint or log proof
    ├── MalformedState          bytes that are no state leaf or state record
    └── EmptyLog                nothing has been logged yet
    VerificationFailed
    ├── NoteNotSigned           no trusted key's signature, or one that does not verify
    ├── WrongOrigin             a checkpoint of another log
    ├── TooFewWitnesses         fewer cosignatures than the reader requires
    ├── UnsignedParts           text beside the checkpoint that no trusted signature covers
    ├── NotIncluded             an inclusion proof that does not lead to the root
    ├── NotInState              a state proof that does not show the version to be the latest
    ├── StateContradicts        an epoch that is not the tree over the versions logged before it
    ├── NotConsistent           a consistency proof that does not join the two roots
    ├── TilesContradict         stored tiles that do not give the recorded size and root
    └── AnchorContradictsLog    an anchor on the chain that is not of this log
    Conflict
    └── LogRolledBack           fewer records than a checkpoint already signed
    TemporarilyUnavailable
    └── ChainUnavailable        the chain does not answer now
"""

from battery_passport.foundation.errors import (
    Conflict,
    InvalidInput,
    TemporarilyUnavailable,
    VerificationFailed,
)


class MalformedNote(InvalidInput):
    """Text that is not, to the letter, a signed note, a checkpoint or a log proof."""

    code = "malformed-note"
    remedy = "Fetch the text again from its source, byte for byte."


class MalformedState(InvalidInput):
    """A leaf or record of the state tree that is not in its one form."""

    code = "malformed-state"
    remedy = "Ask the issuer for the proof as it was made."


class EmptyLog(InvalidInput):
    """The log holds no entry, so there is nothing to sign or prove."""

    code = "empty-log"
    remedy = "Record something first."


class EntryTooLong(InvalidInput):
    """An entry that an entry bundle cannot hold."""

    code = "entry-too-long"
    remedy = "Log a digest of the record, not the record."


class NoSuchEntry(InvalidInput):
    """An entry or a tree size beyond the end of the log."""

    code = "no-such-entry"
    remedy = "Ask for an index below the size of the log."


class NoteNotSigned(VerificationFailed):
    """The note has no valid signature of a key the reader trusts."""

    code = "note-not-signed"
    remedy = "Check that the trust file belongs to the installation that issued this."


class WrongOrigin(VerificationFailed):
    """The checkpoint is of a log other than the expected one."""

    code = "wrong-origin"
    remedy = "Check that the trust file belongs to the installation that issued this."


class TooFewWitnesses(VerificationFailed):
    """Fewer known witnesses cosigned the checkpoint than the reader requires."""

    code = "too-few-witnesses"
    remedy = "Ask the log for a checkpoint that more witnesses have cosigned."


class UnsignedParts(VerificationFailed):
    """The proof carries text that no trusted signature covers."""

    code = "unsigned-parts"
    remedy = "Ask the issuer for the proof as it was made."


class NotIncluded(VerificationFailed):
    """The inclusion proof does not join the entry to the root."""

    code = "not-included"
    remedy = "Ask the issuer for the proof as it was made."


class NotInState(VerificationFailed):
    """The state proof does not show the version to be its battery's latest."""

    code = "not-in-state"
    remedy = "Ask the issuer for a proof of the newest version."


class StateContradicts(VerificationFailed):
    """A state epoch is not the tree over the passport versions logged before it."""

    code = "state-contradicts"
    remedy = "Keep the epoch's record: it shows that the log's operator told a wrong state."


class NotConsistent(VerificationFailed):
    """The consistency proof does not join the older root to the newer one."""

    code = "not-consistent"
    remedy = "Keep both checkpoints: together they may show that the log's history was rewritten."


class TilesContradict(VerificationFailed):
    """The stored tiles do not give the recorded tree."""

    code = "tiles-contradict"
    remedy = "Stop writing to this log and restore its tiles from a backup or a mirror."


class AnchorContradictsLog(VerificationFailed):
    """The chain holds an anchor that this log never signed."""

    code = "anchor-contradicts-log"
    remedy = "Stop anchoring and compare the log with its mirrors: its history may be forked."


class LogRolledBack(Conflict):
    """The log is shorter than, or differs from, a checkpoint that was already signed."""

    code = "log-rolled-back"
    remedy = "Refill the log from a mirror, or open a new log origin; never sign a second history."


class ChainUnavailable(TemporarilyUnavailable):
    """The chain does not answer; what was already anchored stays anchored."""

    code = "chain-unavailable"
