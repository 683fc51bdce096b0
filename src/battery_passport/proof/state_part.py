"""The `state` of a bundle: that its passport is the latest of its battery as of one epoch.

In: members of a bundle, or parts. Out: parts, or members; a proof that does not hold raises.
"""

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.entry import entry_bytes
from battery_passport.ledger.state_proof import STEP_BYTES, StateProof, verify_state_proof
from battery_passport.ledger.state_tree import StateEpoch, StateLeaf, read_state_record
from battery_passport.ledger.tlog_proof import verify_tlog_proof
from battery_passport.proof.members import Members
from battery_passport.proof.model import LoggedState, LogRecord
from battery_passport.proof.trust import TrustFile
from battery_passport.proof.wording import checking

_MEMBERS = ("record", "salt", "tlogProof", "index", "path")
STATE_PART = "The state"


def parse_state(members: Members) -> LoggedState:
    """Return the state in a bundle. Raises: MalformedBundle."""
    members.exactly(_MEMBERS)
    return LoggedState(
        proof=StateProof(
            epoch=_parse_epoch(members.object("record")),
            index=members.number("index"),
            path=tuple(
                members.decode_hex(step, length=STEP_BYTES) for step in members.texts("path")
            ),
        ),
        salt=members.octets("salt", length=16),
        tlog_proof=members.text("tlogProof"),
    )


def state_as_json(state: LoggedState) -> JsonObject:
    """Return the members of a state."""
    return {
        "record": state.proof.epoch.as_json(),
        "salt": state.salt.hex(),
        "tlogProof": state.tlog_proof,
        "index": state.proof.index,
        "path": [step.hex() for step in state.proof.path],
    }


def check_state_logged(state: LoggedState, trust: TrustFile) -> None:
    """Return if the epoch's record is in the trusted log. Raises: VerificationFailed."""
    with checking(f"{STATE_PART}'s log proof"):
        entry = entry_bytes(state.salt, sha256(state.proof.epoch.encode()))
        verify_tlog_proof(state.tlog_proof.encode(), entry=entry, trust=trust.log)


def check_latest(state: LoggedState, record: LogRecord) -> StateEpoch:
    """Return the epoch as of which the record's version is its battery's latest.

    Raises: NotInState.
    """
    with checking(STATE_PART):
        leaf = StateLeaf(key=record.key, seq=record.seq, cred=record.cred)
        verify_state_proof(leaf, state.proof)
    return state.proof.epoch


def _parse_epoch(members: Members) -> StateEpoch:
    try:
        return read_state_record(members.json())
    except InvalidInput as error:
        raise members.refuse(error.message) from error
