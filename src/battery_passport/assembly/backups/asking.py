"""Asks witnesses what a log has signed: they remember what a backup cannot know.

In: the settings' witnesses, a log's origin and keys. Out: the newest checkpoint that each has
cosigned of it.
"""

from dataclasses import dataclass

from battery_passport.adapters.witness.client import WitnessClient, WitnessUnavailable
from battery_passport.assembly.witness_settings import ConfiguredWitness, WitnessSettings
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.ledger.checkpoint import parse_checkpoint_text
from battery_passport.ledger.model import TreeHead
from battery_passport.ledger.note import parse_note, verify_note
from battery_passport.ledger.tlog_proof import LogTrust


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimony:
    """What a witness says: a tree, nothing of that log (`head` is None), or no usable answer."""

    witness: str
    answered: bool
    head: TreeHead | None = None


def ask_witnesses(settings: WitnessSettings, trust: LogTrust) -> tuple[Testimony, ...]:
    """Return what each witness of the settings says of the log."""
    return tuple(_ask(each, trust) for each in settings.witnesses)


def _ask(witness: ConfiguredWitness, trust: LogTrust) -> Testimony:
    try:
        note = WitnessClient(witness.url).cosigned(trust.origin)
        head = None if note is None else _head_of(note, witness, trust)
    except BatteryPassportError:
        return Testimony(witness=witness.name, answered=False)
    return Testimony(witness=witness.name, answered=True, head=head)


def _head_of(octets: bytes, witness: ConfiguredWitness, trust: LogTrust) -> TreeHead:
    """Return the tree of a checkpoint that the witness, or the log itself, signed.

    The witness's word suffices: the log may have changed its key since the backup.
    Raises: MalformedNote, NoteNotSigned, WitnessUnavailable if it is of another log.
    """
    note = parse_note(octets)
    checkpoint = parse_checkpoint_text(note.text)
    if checkpoint.origin != trust.origin:
        raise WitnessUnavailable(f"{witness.name} answered with a checkpoint of another log.")
    known = {(each.name, each.key_id) for each in note.signatures}
    keys = [key for key in (witness.key, *trust.log_keys) if (key.name, key.key_id) in known]
    verify_note(note, keys)
    return checkpoint.head
