"""Finality proofs of a made-up consortium: what holds is believed, each flaw has its own reason.

In: proofs of validators that really sign. Out: the anchor, or the one error that names the flaw.
"""

from dataclasses import replace

import pytest

from battery_passport.foundation.digests import sha256
from battery_passport.ledger.finality.errors import (
    BlocksNotJoined,
    ForeignValidatorSet,
    HeaderTampered,
    MalformedFinalityProof,
    NoAnchorEvent,
    NotAnAnchoring,
    NotFinal,
    OtherCheckpoint,
    OtherContract,
    OtherNetwork,
    OtherOrigin,
    ResultNotInBlock,
    TooLittlePower,
    TransactionFailed,
    TransactionNotInBlock,
    UnneededChange,
    VoteNotValid,
    VoteOfAnotherHeight,
)
from battery_passport.ledger.finality.model import (
    FinalAnchor,
    FinalityProof,
    Validator,
    ValidatorSet,
)
from battery_passport.ledger.finality.verification import check_anchored, verify_finality
from tests.factories.finality import (
    CONTRACT,
    HEIGHT,
    NETWORK,
    ORIGIN,
    ROOT,
    SIZE,
    BlockPlan,
    ProofPlan,
    make_block,
    make_log,
    make_proof,
    make_result,
    make_transaction,
    make_validators,
)

FIRST = make_validators()
SECOND = make_validators(5, power=900)
THIRD = make_validators(3, seed="third")


def verify(proof: FinalityProof, *trusted: ValidatorSet, contract: str = CONTRACT) -> FinalAnchor:
    sets = trusted or (FIRST.trusted_from(1),)
    return verify_finality(proof, network=NETWORK, contract=contract, trusted_sets=sets)


def test_what_the_validators_agreed_on_is_believed() -> None:
    proof = make_proof()

    anchor = verify(proof)

    assert (anchor.height, anchor.block_hash) == (HEIGHT, proof.blocks[0].commit.block_hash)
    assert (anchor.signed_power, anchor.total_power) == (4_000, 4_000)
    assert (anchor.root, anchor.size, anchor.anchor_number) == (ROOT, SIZE, 0)
    assert anchor.transaction_hash == b"\xab" * 32
    assert anchor.block_time.isoformat() == "2026-09-21T14:14:01.123456+00:00"
    check_anchored(anchor, origin=ORIGIN, size=SIZE, root=ROOT)


@pytest.mark.parametrize("left", [True, False])
def test_a_transaction_among_others_is_found_by_its_path(left: bool) -> None:
    neighbours = ((left, sha256(b"a"), sha256(b"b")), (not left, sha256(b"c"), sha256(b"d")))
    proof = make_proof(ProofPlan(neighbours=neighbours))
    verify(proof)
    turned = replace(proof.path[0], neighbour_is_left=not left)
    with pytest.raises(TransactionNotInBlock):
        verify(replace(proof, path=(turned, proof.path[1])))
    with pytest.raises(ResultNotInBlock):
        verify(replace(proof, path=(replace(proof.path[0], result=bytes(32)), proof.path[1])))


def test_three_of_four_are_enough_and_two_of_three_thirds_are_not() -> None:
    assert verify(make_proof(ProofPlan(block=BlockPlan(signers=(0, 1, 3))))).signed_power == 3_000
    with pytest.raises(TooLittlePower, match="2000 of 4000"):
        verify(make_proof(ProofPlan(block=BlockPlan(signers=(0, 3)))))
    # Exactly two thirds is not more than two thirds.
    with pytest.raises(TooLittlePower, match="2000 of 3000"):
        verify(
            make_proof(ProofPlan(block=BlockPlan(validators=THIRD, signers=(0, 1)))),
            THIRD.trusted_from(1),
        )


def test_the_block_that_seals_the_result_needs_the_power_too() -> None:
    with pytest.raises(TooLittlePower, match=f"block {HEIGHT + 1}"):
        verify(make_proof(ProofPlan(sealing={"signers": (1, 2)})))


@pytest.mark.parametrize(
    ("signs_as", "error"),
    [
        ({"height": HEIGHT - 1}, VoteNotValid),
        ({"round": 1}, VoteNotValid),
        ({"network": "another-chain"}, VoteNotValid),
    ],
)
def test_votes_for_something_else_do_not_count(
    signs_as: dict[str, int | str], error: type[NotFinal]
) -> None:
    with pytest.raises(error):
        verify(make_proof(ProofPlan(block=BlockPlan(signs_as=signs_as))))


def test_a_commit_of_another_height_is_named_as_such() -> None:
    proof = make_proof()
    commit = replace(proof.blocks[0].commit, height=HEIGHT + 7)
    with pytest.raises(VoteOfAnotherHeight, match=f"height {HEIGHT + 7}"):
        verify(replace(proof, blocks=(replace(proof.blocks[0], commit=commit), proof.blocks[1])))


def test_a_commit_of_another_block_is_a_tampered_header() -> None:
    proof = make_proof()
    other = make_block(BlockPlan())
    with pytest.raises(HeaderTampered):
        verify(
            replace(
                proof,
                blocks=(replace(proof.blocks[0], commit=other.commit), proof.blocks[1]),
            )
        )


def test_another_chain_is_named() -> None:
    with pytest.raises(OtherNetwork, match="another-chain"):
        verify(make_proof(ProofPlan(block=BlockPlan(network="another-chain"))))


def test_a_foreign_set_is_refused_however_many_sign() -> None:
    with pytest.raises(ForeignValidatorSet):
        verify(make_proof(ProofPlan(block=BlockPlan(validators=SECOND))))
    with pytest.raises(ForeignValidatorSet, match="knows no validator set"):
        verify(make_proof(), FIRST.trusted_from(HEIGHT + 1))


def test_a_set_counts_until_the_next_one_that_is_trusted() -> None:
    gone = (FIRST.trusted_from(1), SECOND.trusted_from(HEIGHT))
    with pytest.raises(ForeignValidatorSet):
        verify(make_proof(), *gone)
    verify(make_proof(ProofPlan(block=BlockPlan(validators=SECOND))), *gone)


def change(height: int, before: object = FIRST, after: object = SECOND) -> object:
    return make_block(BlockPlan(height=height, validators=before, next_validators=after))  # type: ignore[arg-type]


def test_a_change_of_the_set_is_followed_by_its_own_proof() -> None:
    changes = (change(10), change(20, SECOND, THIRD))
    proof = make_proof(ProofPlan(block=BlockPlan(validators=THIRD), changes=changes))  # type: ignore[arg-type]
    anchor = verify(proof)
    assert anchor.total_power == 3_000
    # A newer trust file shortens the way; an older proof still holds under it.
    verify(proof, FIRST.trusted_from(1), SECOND.trusted_from(11), THIRD.trusted_from(21))
    verify(proof, FIRST.trusted_from(1), THIRD.trusted_from(30))
    short = replace(proof, blocks=proof.blocks[1:])
    with pytest.raises(ForeignValidatorSet):
        verify(short)
    verify(short, SECOND.trusted_from(11))


def test_a_change_right_after_the_anchor_is_shown_in_its_block() -> None:
    plan = BlockPlan(next_validators=SECOND)
    assert verify(make_proof(ProofPlan(block=plan))).signed_power == 4_000
    with pytest.raises(ForeignValidatorSet, match="does not show"):
        verify(make_proof(ProofPlan(block=replace(plan, shows_next=False))))


def test_a_change_that_the_old_set_did_not_sign_is_refused() -> None:
    forged = make_block(BlockPlan(height=10, validators=SECOND, next_validators=THIRD))
    with pytest.raises(ForeignValidatorSet):
        verify(make_proof(ProofPlan(block=BlockPlan(validators=THIRD), changes=(forged,))))
    weak = make_block(BlockPlan(height=10, validators=FIRST, next_validators=THIRD, signers=(0, 1)))
    with pytest.raises(TooLittlePower):
        verify(make_proof(ProofPlan(block=BlockPlan(validators=THIRD), changes=(weak,))))


def test_a_shown_set_that_the_block_does_not_name_is_refused() -> None:
    proof = make_proof(ProofPlan(block=BlockPlan(next_validators=SECOND)))
    swapped = replace(proof.blocks[0], next_validators=THIRD.public)
    with pytest.raises(ForeignValidatorSet, match="not the one that the block names"):
        verify(replace(proof, blocks=(swapped, proof.blocks[1])))


def test_nothing_is_carried_that_proves_nothing() -> None:
    idle = make_block(BlockPlan(height=10))
    with pytest.raises(UnneededChange):
        verify(make_proof(ProofPlan(changes=(idle,))))
    proof = make_proof()
    for place in (0, 1):
        blocks = list(proof.blocks)
        blocks[place] = replace(blocks[place], next_validators=SECOND.public)
        with pytest.raises(UnneededChange):
            verify(replace(proof, blocks=tuple(blocks)))


def test_the_two_blocks_must_be_parent_and_child() -> None:
    proof, other = make_proof(), make_proof(ProofPlan(result=make_result(logs=[])))
    stranger = make_proof(ProofPlan(transaction=make_transaction(ethereum_hash="0x" + "00" * 32)))
    with pytest.raises(BlocksNotJoined):
        verify(replace(proof, blocks=(proof.blocks[0], stranger.blocks[1])))
    with pytest.raises(BlocksNotJoined):
        verify(make_proof(ProofPlan(sealing={"height": HEIGHT + 2})))
    with pytest.raises(BlocksNotJoined):
        verify(replace(proof, blocks=(proof.blocks[1], proof.blocks[0])))
    with pytest.raises(ResultNotInBlock):
        verify(replace(proof, blocks=other.blocks))


def test_a_tampered_header_is_named() -> None:
    proof = make_proof()
    for place in range(14):
        header = list(proof.blocks[0].header)
        header[place] += b"\x00"
        tampered = replace(proof.blocks[0], header=tuple(header))
        with pytest.raises(HeaderTampered):
            verify(replace(proof, blocks=(tampered, proof.blocks[1])))


def test_another_transaction_or_result_is_not_in_the_block() -> None:
    proof = make_proof()
    with pytest.raises(TransactionNotInBlock):
        verify(replace(proof, transaction=proof.transaction + b"\x00"))
    with pytest.raises(ResultNotInBlock):
        verify(replace(proof, result=make_result(logs=[make_log(size=SIZE + 1)])))


@pytest.mark.parametrize(
    ("result", "error"),
    [
        (make_result(code=5), TransactionFailed),
        (make_result(vm_error="execution reverted"), TransactionFailed),
        (make_result(ethereum_hash="0x" + "01" * 32), NotAnAnchoring),
        (make_result(logs=[make_log(contract="0x" + "99" * 20)]), OtherContract),
        (make_result(logs=[make_log(topic="0x" + "99" * 32)]), NoAnchorEvent),
        (make_result(logs=[]), NoAnchorEvent),
        (make_result(logs=[make_log(), make_log()]), NoAnchorEvent),
        (make_result(logs=[make_log() + b"\x12\x01x"]), NoAnchorEvent),
        (b"\x08", NotAnAnchoring),
        (b"\x10\x01", NotAnAnchoring),
    ],
)
def test_a_result_that_anchored_nothing_is_refused(result: bytes, error: type[NotFinal]) -> None:
    with pytest.raises(error):
        verify(make_proof(ProofPlan(result=result)))


@pytest.mark.parametrize(
    "transaction",
    [make_transaction(kind="MsgUpdateParams"), make_transaction(ethereum_hash="0x12"), b"\xff"],
)
def test_another_kind_of_transaction_is_refused(transaction: bytes) -> None:
    with pytest.raises(NotAnAnchoring):
        verify(make_proof(ProofPlan(transaction=transaction)))


def test_an_anchor_of_another_log_or_checkpoint_is_refused() -> None:
    anchor = verify(make_proof())
    with pytest.raises(OtherOrigin):
        check_anchored(anchor, origin="another/log", size=SIZE, root=ROOT)
    for size, root in ((SIZE + 1, ROOT), (SIZE, bytes(32))):
        with pytest.raises(OtherCheckpoint):
            check_anchored(anchor, origin=ORIGIN, size=size, root=root)


def test_a_vote_of_somebody_outside_the_set_is_refused() -> None:
    proof = make_proof()
    commit = proof.blocks[0].commit
    stranger = replace(commit.votes[-1], validator=4)
    tampered = replace(proof.blocks[0], commit=replace(commit, votes=(*commit.votes, stranger)))
    with pytest.raises(VoteNotValid):
        verify(replace(proof, blocks=(tampered, proof.blocks[1])))


def test_one_vote_that_does_not_hold_spoils_the_proof() -> None:
    proof = make_proof()
    commit = proof.blocks[0].commit
    bad = replace(commit.votes[0], signature=commit.votes[1].signature)
    tampered = replace(proof.blocks[0], commit=replace(commit, votes=(bad, *commit.votes[1:])))
    with pytest.raises(VoteNotValid):
        verify(replace(proof, blocks=(tampered, proof.blocks[1])))


@pytest.mark.parametrize(
    "validators",
    [
        (),
        (Validator(b"short", 1),),
        (Validator(bytes(32), 0),),
        (Validator(bytes(32), 1), Validator(bytes(32), 1)),
        (Validator(bytes(32), 1), Validator(b"\x01" * 32, 2)),
        tuple(reversed(FIRST.public)),
        (Validator(bytes(32), 1 << 53),),
    ],
)
def test_a_set_that_no_network_has_is_refused(validators: tuple[Validator, ...]) -> None:
    with pytest.raises(MalformedFinalityProof):
        ValidatorSet(1, validators)
