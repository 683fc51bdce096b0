"""The log side of a bundle: each record is in the trusted log.

In: logged credentials, trust anchors. Out: where the records are in the log.
"""

from battery_passport.ledger.entry import entry_bytes
from battery_passport.ledger.tlog_proof import ProvenEntry, verify_tlog_proof
from battery_passport.proof.errors import RequiredPartMissing
from battery_passport.proof.model import Bundle, LoggedCredential
from battery_passport.proof.trust import TrustFile
from battery_passport.proof.wording import checking


def check_logged(logged: LoggedCredential, *, trust: TrustFile, part: str) -> ProvenEntry:
    """Return where a credential's record is in the trusted log.

    Raises: VerificationFailed of the kind that says what does not hold.
    """
    with checking(f"{part}'s log proof"):
        entry = entry_bytes(logged.salt, logged.record.digest)
        return verify_tlog_proof(logged.tlog_proof.encode(), entry=entry, trust=trust.log)


def check_required_parts(bundle: Bundle, trust: TrustFile) -> None:
    """Return unless the reader insists on proofs that the bundle does not hold.

    Raises: RequiredPartMissing.
    """
    if trust.requires_state and bundle.state is None:
        raise RequiredPartMissing("Latest not proven: the bundle's `state` is null.")
    if trust.requires_status and bundle.status is None:
        raise RequiredPartMissing("Status not checked: the bundle's `status` is null.")
