"""What can be wrong with a finality proof: one error for each reason.

In: a message. Out: exceptions with a stable code and the next step.

    InvalidInput
    └── MalformedFinalityProof   not to the letter of the format
    VerificationFailed
    └── NotFinal
        ├── OtherNetwork         a block of another chain
        ├── ForeignValidatorSet  a block of validators that the reader does not trust
        ├── UnneededChange       a block that proves no change of the set
        ├── HeaderTampered       a header that is not the one the validators voted for
        ├── VoteOfAnotherHeight  votes for another height
        ├── VoteNotValid         a signature that does not hold
        ├── TooLittlePower       two thirds of the power or less
        ├── BlocksNotJoined      a second block that does not follow the first
        ├── TransactionNotInBlock
        ├── ResultNotInBlock
        ├── NotAnAnchoring       a transaction of another kind
        ├── TransactionFailed
        ├── OtherContract        the event of another contract
        ├── NoAnchorEvent        no event, or several
        ├── OtherOrigin          an anchor of another log
        └── OtherCheckpoint      an anchor of another checkpoint of this log
"""

from battery_passport.foundation.errors import InvalidInput, VerificationFailed

_ASK_AGAIN = "Ask the issuer for the proof as it was made."


class MalformedFinalityProof(InvalidInput):
    """A finality proof or a validator set that is not to the letter of its format."""

    code = "malformed-finality-proof"
    remedy = _ASK_AGAIN


class NotFinal(VerificationFailed):
    """The proof does not show that the validators agreed on the anchor."""

    code = "not-final"
    remedy = _ASK_AGAIN


class OtherNetwork(NotFinal):
    """The block is of another chain than the one the reader trusts."""

    code = "finality-other-network"
    remedy = "Check that the trust file belongs to the installation that issued this."


class ForeignValidatorSet(NotFinal):
    """The block names a validator set that does not follow from one the reader trusts."""

    code = "finality-foreign-validator-set"
    remedy = (
        "Ask the issuer for a proof with every change of the set since the trust file, "
        "or a member organisation for its present trust file."
    )


class UnneededChange(NotFinal):
    """The proof carries a block before the anchor's that changes nothing."""

    code = "finality-unneeded-change"


class HeaderTampered(NotFinal):
    """The header's hash is not that of the block the votes are for."""

    code = "finality-header-tampered"


class VoteOfAnotherHeight(NotFinal):
    """The votes are for a block of another height."""

    code = "finality-vote-of-another-height"


class VoteNotValid(NotFinal):
    """A validator's signature does not hold for this block, round, time and chain."""

    code = "finality-vote-not-valid"


class TooLittlePower(NotFinal):
    """Validators with two thirds of the voting power or less signed the block."""

    code = "finality-too-little-power"


class BlocksNotJoined(NotFinal):
    """The block that seals the result does not follow the block of the transaction."""

    code = "finality-blocks-not-joined"


class TransactionNotInBlock(NotFinal):
    """The transaction is not one of those that the block's header covers."""

    code = "finality-transaction-not-in-block"


class ResultNotInBlock(NotFinal):
    """The result is not the one that the next block's header covers."""

    code = "finality-result-not-in-block"


class NotAnAnchoring(NotFinal):
    """The transaction does not hold one Ethereum transaction, or the result is another's."""

    code = "finality-not-an-anchoring"


class TransactionFailed(NotFinal):
    """The validators agreed that the transaction failed."""

    code = "finality-transaction-failed"
    remedy = "The anchor was not made; ask the issuer for the proof of one that was."


class OtherContract(NotFinal):
    """The anchor's event comes from another contract than the one the reader trusts."""

    code = "finality-other-contract"
    remedy = "Check that the trust file belongs to the installation that issued this."


class NoAnchorEvent(NotFinal):
    """The transaction's result does not hold exactly one anchor event."""

    code = "finality-no-anchor-event"


class OtherOrigin(NotFinal):
    """The anchor is of another log."""

    code = "finality-other-origin"
    remedy = "Check that the trust file belongs to the installation that issued this."


class OtherCheckpoint(NotFinal):
    """The anchor is of another size or root of the log."""

    code = "finality-other-checkpoint"
