"""The audit of cosignatures: what is stored beside a checkpoint against the witnesses' keys.

In: a stored signature line, the checkpoint of its size, the log's trust. Out: whether it counts;
one that is not what a witness signed raises.
"""

from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.ledger.cosigning import cosignature_in, cosigned_note, witness_id
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.ledger.note import parse_note
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.proof.errors import StoredRecordAltered
from battery_passport.proof.ports import StoredCosignature


def check_cosignature(
    stored: StoredCosignature, checkpoint: SignedCheckpoint | None, trust: LogTrust
) -> bool:
    """Return whether the cosignature is of a witness that the log has now.

    One of a former witness is only compared with the name that it is stored under: its key is not
    known any more. Raises: StoredRecordAltered.
    """
    name = f"The cosignature of {stored.witness} on {stored.size} entries"
    if checkpoint is None or checkpoint.head.size != stored.size:
        raise StoredRecordAltered(f"{name} has no checkpoint.", at=stored.size - 1)
    keys = {witness_id(key): key for key in trust.witnesses}
    key = keys.get(stored.witness)
    try:
        if key is None:
            found = _signer_of(checkpoint.note, stored.line) == stored.witness
        else:
            found = cosignature_in(checkpoint.note, stored.line.encode(), key) == stored.line
    except BatteryPassportError as error:
        message = f"{name} does not hold: {error.message}"
        raise StoredRecordAltered(message, at=stored.size - 1) from error
    if not found:
        raise StoredRecordAltered(f"{name} is not that witness's line.", at=stored.size - 1)
    return key is not None


def _signer_of(note: bytes, line: str) -> str:
    last = parse_note(cosigned_note(note, [line])).signatures[-1]
    return f"{last.name}+{last.key_id.hex()}"
