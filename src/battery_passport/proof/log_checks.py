"""The log side of a bundle: each record is in the log, under one anchored checkpoint.

In: logged credentials, the anchor, trust anchors. Out: where the records are in the log.
"""

from battery_passport.ledger.entry import entry_bytes
from battery_passport.ledger.tlog_proof import ProvenEntry, parse_tlog_proof, verify_tlog_proof
from battery_passport.proof.errors import AnchorMismatch, NotTrusted, RequiredPartMissing
from battery_passport.proof.model import DEVELOPMENT_LEDGER, Bundle, LoggedCredential
from battery_passport.proof.trust import DEVELOPMENT_ENGINE, TrustFile
from battery_passport.proof.wording import checking


def check_logged(logged: LoggedCredential, *, trust: TrustFile, part: str) -> ProvenEntry:
    """Return where a credential's record is in the trusted log.

    Raises: VerificationFailed of the kind that says what does not hold.
    """
    with checking(f"{part}'s log proof"):
        entry = entry_bytes(logged.salt, logged.record.digest)
        return verify_tlog_proof(logged.tlog_proof.encode(), entry=entry, trust=trust.log)


def check_anchor(bundle: Bundle, trust: TrustFile) -> None:
    """Return if every proof of the bundle is under the anchored checkpoint, to the letter.

    Raises: NotTrusted if the trusted chain is no development ledger; AnchorMismatch.
    """
    anchor = bundle.anchor
    if anchor.ledger != DEVELOPMENT_LEDGER:
        raise AnchorMismatch(
            f"The anchor is on {anchor.ledger!r}, expected {DEVELOPMENT_LEDGER!r}."
        )
    if trust.chain.engine != DEVELOPMENT_ENGINE:
        raise NotTrusted(
            f"The anchor is on a development ledger, the trust file expects chain "
            f"{trust.chain.chain_id} of {trust.chain.engine}."
        )
    for logged in bundle.logged_credentials:
        with checking("A log proof"):
            note = parse_tlog_proof(logged.tlog_proof.encode()).note.encode().decode()
        if note != anchor.checkpoint:
            raise AnchorMismatch("The anchor concerns another checkpoint than a log proof's.")


def check_required_parts(trust: TrustFile) -> None:
    """Return unless the reader insists on proofs that no bundle of this format holds yet.

    Raises: RequiredPartMissing.
    """
    if trust.requires_state:
        raise RequiredPartMissing("Latest not proven: the bundle's `state` is null.")
    if trust.requires_status:
        raise RequiredPartMissing("Status not checked: the bundle's `status` is null.")
