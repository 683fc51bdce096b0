"""The `anchor` of a bundle: the checkpoint that every proof ends in, and who else has seen it.

In: members of a bundle, or parts. Out: parts, or members; what the validators agreed on.
"""

from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.checkpoint import Checkpoint
from battery_passport.ledger.finality.model import FinalAnchor, FinalityProof, read_finality
from battery_passport.ledger.finality.verification import check_anchored, verify_finality
from battery_passport.ledger.tlog_proof import parse_tlog_proof
from battery_passport.proof.errors import AnchorMismatch, NotTrusted
from battery_passport.proof.members import Members
from battery_passport.proof.model import (
    CONSORTIUM_NETWORK,
    DEVELOPMENT_LEDGER,
    Anchor,
    Bundle,
)
from battery_passport.proof.trust import CONSORTIUM_ENGINE, DEVELOPMENT_ENGINE, TrustFile
from battery_passport.proof.wording import checking

_ENGINES = {DEVELOPMENT_LEDGER: DEVELOPMENT_ENGINE, CONSORTIUM_NETWORK: CONSORTIUM_ENGINE}
ANCHOR_PART = "The anchor"


def parse_anchor(members: Members) -> Anchor:
    """Return the anchor in a bundle. Raises: MalformedBundle."""
    ledger = members.text("ledger")
    if ledger not in _ENGINES:
        raise members.refuse(f"'ledger' is {ledger!r}, expected {' or '.join(_ENGINES)}.")
    final = ledger == CONSORTIUM_NETWORK
    members.exactly(("ledger", "checkpoint", *(["finality"] if final else [])))
    return Anchor(
        ledger=ledger,
        checkpoint=members.text("checkpoint"),
        finality=_parse_finality(members) if final else None,
    )


def anchor_as_json(anchor: Anchor) -> JsonObject:
    """Return the members of an anchor."""
    found: JsonObject = {"ledger": anchor.ledger, "checkpoint": anchor.checkpoint}
    if anchor.finality is not None:
        found["finality"] = anchor.finality.as_json()
    return found


def check_anchor(bundle: Bundle, checkpoint: Checkpoint, trust: TrustFile) -> FinalAnchor | None:
    """Return what validators agreed on, if the ledger has any, about the bundle's one checkpoint.

    Raises: NotTrusted for another ledger than the reader's; AnchorMismatch; NotFinal.
    """
    anchor = bundle.anchor
    if _ENGINES[anchor.ledger] != trust.chain.engine:
        raise NotTrusted(
            f"The anchor is on a {anchor.ledger}, the trust file expects chain "
            f"{trust.chain.chain_id} of {trust.chain.engine}."
        )
    for proof in bundle.tlog_proofs:
        with checking("A log proof"):
            note = parse_tlog_proof(proof.encode()).note.encode().decode()
        if note != anchor.checkpoint:
            raise AnchorMismatch("The anchor concerns another checkpoint than a log proof's.")
    return None if anchor.finality is None else _check_final(anchor.finality, checkpoint, trust)


def _check_final(proof: FinalityProof, checkpoint: Checkpoint, trust: TrustFile) -> FinalAnchor:
    with checking(ANCHOR_PART):
        final = verify_finality(
            proof,
            network=trust.chain.network or "",
            contract=trust.chain.contract,
            trusted_sets=trust.validator_sets,
        )
        head = checkpoint.head
        check_anchored(final, origin=checkpoint.origin, size=head.size, root=head.root)
    return final


def _parse_finality(members: Members) -> FinalityProof:
    try:
        return read_finality(members.object("finality").json())
    except InvalidInput as error:
        raise members.refuse(error.message) from error
