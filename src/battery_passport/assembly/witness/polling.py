"""Fetches what a log has signed, and hands it to the witness as the log itself would.

In: a log's address. Out: a cosigned checkpoint in the witness's memory, or the reason why not.
"""

from battery_passport.adapters.witness.client import LogClient
from battery_passport.ledger.checkpoint import parse_checkpoint_text
from battery_passport.ledger.note import parse_note
from battery_passport.ledger.tree import TiledTree
from battery_passport.ledger.witnessing import Submission, Witness


def poll_log(witness: Witness, log: LogClient) -> int:
    """Return the size that the witness has seen of a log after it was read once more.

    The consistency proof is made from the log's tiles and then checked like any other.
    Raises: WitnessUnavailable, MalformedNote, UnknownLog, NoteNotSigned, NotConsistent,
    TilesContradict, OtherSizeSeen, MalformedSubmission if the log has become smaller.
    """
    note = parse_note(log.checkpoint())
    checkpoint = parse_checkpoint_text(note.text)
    before = witness.seen(checkpoint.origin)
    if before == checkpoint.head:
        return before.size
    log.size = checkpoint.head.size
    path: tuple[bytes, ...] = ()
    if 0 < before.size < log.size:
        path = tuple(TiledTree(log, log.size).consistency_path(before.size))
    witness.add_checkpoint(Submission(old_size=before.size, path=path, note=note))
    return log.size
