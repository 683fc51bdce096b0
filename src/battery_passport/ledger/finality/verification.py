"""The checking of a finality proof: no node is asked and none is trusted.

In: a proof, the chain's name, the contract, validator sets that the reader trusts. Out: the anchor
that the validators agreed on; the first thing that does not hold raises an error of its own.
Source: CometBFT 0.38 specification of the block, the canonical vote and the last results hash.
"""

from collections.abc import Sequence

from battery_passport.foundation.digests import sha256
from battery_passport.ledger.finality.errors import OtherCheckpoint, OtherOrigin
from battery_passport.ledger.finality.model import FinalAnchor, FinalityProof, ValidatorSet


def verify_finality(
    proof: FinalityProof, *, network: str, contract: str, trusted_sets: Sequence[ValidatorSet]
) -> FinalAnchor:
    """Return the anchor that the proof shows to be final.

    `network` is the CometBFT chain id, `contract` the anchor contract's address in lower case.
    A trusted set counts from its height up to that of the next; between them the proof itself
    shows each change.
    Raises: MalformedFinalityProof, or NotFinal of the kind that says what does not hold.
    """
    raise NotImplementedError


def check_anchored(anchor: FinalAnchor, *, origin: str, size: int, root: bytes) -> None:
    """Return if a final anchor is that of a checkpoint.

    Raises: OtherOrigin, OtherCheckpoint.
    """
    if anchor.origin_hash != sha256(origin.encode()):
        raise OtherOrigin(f"The final anchor is not of the log {origin!r}.")
    if (anchor.size, anchor.root) != (size, root):
        raise OtherCheckpoint(
            f"The final anchor is of {anchor.size} entries with root {anchor.root.hex()}, "
            f"expected {size} with {root.hex()}."
        )
