"""The checking of a finality proof: no node is asked and none is trusted.

In: a proof, the chain's name, the contract, validator sets that the reader trusts. Out: the anchor
that the validators agreed on; the first thing that does not hold raises an error of its own.
Source: CometBFT block, canonical vote, last results hash; RFC 6962 §2.1
"""

from collections.abc import Iterator, Sequence

from battery_passport.foundation.digests import sha256
from battery_passport.ledger.finality.errors import (
    BlocksNotJoined,
    ForeignValidatorSet,
    OtherCheckpoint,
    OtherOrigin,
    UnneededChange,
)
from battery_passport.ledger.finality.headers import (
    Header,
    open_block,
    signed_power,
    validators_hash,
)
from battery_passport.ledger.finality.model import (
    FinalAnchor,
    FinalityProof,
    SealedBlock,
    ValidatorSet,
)
from battery_passport.ledger.finality.transaction import (
    anchor_event,
    check_in_block,
    check_result_sealed,
    ethereum_hash,
)


def verify_finality(
    proof: FinalityProof, *, network: str, contract: str, trusted_sets: Sequence[ValidatorSet]
) -> FinalAnchor:
    """Return the anchor that the proof shows to be final.

    `network` is the CometBFT chain id, `contract` the anchor contract's address in lower case.
    A trusted set counts from its height up to that of the next; between them the proof itself
    shows each change.
    Raises: NotFinal of the kind that says what does not hold.
    """
    *_, (header, powers), (sealing, _) = _sealed_blocks(proof.blocks, network, trusted_sets)
    _check_joined(header, sealing, proof.blocks[-2])
    check_in_block(proof.transaction, proof.path, header.data_hash)
    check_result_sealed(proof.result, proof.path, sealing.last_results_hash)
    transaction_hash = ethereum_hash(proof.transaction)
    event = anchor_event(proof.result, transaction_hash=transaction_hash, contract=contract)
    signed, total = powers
    return FinalAnchor(
        height=header.height,
        block_hash=proof.blocks[-2].commit.block_hash,
        block_time=header.time,
        origin_hash=event.origin_hash,
        size=event.size,
        root=event.root,
        previous_root=event.previous_root,
        anchor_number=event.anchor_number,
        transaction_hash=bytes.fromhex(transaction_hash[2:]),
        signed_power=signed,
        total_power=total,
    )


def _sealed_blocks(
    blocks: Sequence[SealedBlock], network: str, trusted_sets: Sequence[ValidatorSet]
) -> Iterator[tuple[Header, tuple[int, int]]]:
    """Yield each header with the power that signed it and that there was; each is sealed.

    Raises: NotFinal of the kind that says what does not hold.
    """
    shown: ValidatorSet | None = None
    height = 0
    for place, block in enumerate(blocks):
        header = open_block(block, network=network)
        if header.height <= height:
            raise BlocksNotJoined(f"Block {header.height} comes after block {height}.")
        height = header.height
        deciding = _deciding(height, shown, trusted_sets)
        yield header, (signed_power(block.commit, header, deciding), deciding.total_power)
        following = _following(block, header, is_last=place == len(blocks) - 1)
        if following is None and place < len(blocks) - 2:
            raise UnneededChange(f"Block {height} does not change the validator set.")
        shown = following or shown


def _deciding(
    height: int, shown: ValidatorSet | None, trusted_sets: Sequence[ValidatorSet]
) -> ValidatorSet:
    """Return the set that decides at a height: the newest one trusted, or shown by the proof."""
    trusted = [each for each in trusted_sets if each.height <= height]
    newest = max(trusted, key=lambda each: each.height, default=None)
    if newest is None:
        raise ForeignValidatorSet(f"The trust file knows no validator set of height {height}.")
    return newest if shown is None or newest.height >= shown.height else shown


def _following(block: SealedBlock, header: Header, *, is_last: bool) -> ValidatorSet | None:
    """Return the set that decides after this block, if the block changes it.

    Raises: ForeignValidatorSet, UnneededChange.
    """
    following = block.next_validators
    changes = header.next_validators_hash != header.validators_hash
    if following is None:
        if changes and not is_last:
            raise ForeignValidatorSet(
                f"Block {header.height} changes the validator set, and the proof does not show "
                "the new one."
            )
        return None
    if is_last or not changes:
        raise UnneededChange(f"Nothing after block {header.height} needs a new validator set.")
    if validators_hash(following) != header.next_validators_hash:
        raise ForeignValidatorSet(
            f"The set shown after block {header.height} is not the one that the block names."
        )
    return ValidatorSet(header.height + 1, following)


def _check_joined(header: Header, sealing: Header, block: SealedBlock) -> None:
    """Return if the sealing block is the very next one. Raises: BlocksNotJoined."""
    commit = block.commit
    parent = (commit.height + 1, commit.block_hash, (commit.parts_total, commit.parts_hash))
    if (sealing.height, sealing.parent_hash, sealing.parent_parts) != parent:
        raise BlocksNotJoined(f"Block {sealing.height} does not follow block {header.height}.")


def verify_change(
    block: SealedBlock, *, network: str, trusted_sets: Sequence[ValidatorSet]
) -> ValidatorSet:
    """Return the validator set that decides after a block, as the set before it has agreed.

    Raises: NotFinal of the kind that says what does not hold.
    """
    header = open_block(block, network=network)
    signed_power(block.commit, header, _deciding(header.height, None, trusted_sets))
    following = _following(block, header, is_last=False)
    if following is None:
        raise UnneededChange(f"Block {header.height} does not change the validator set.")
    return following


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
