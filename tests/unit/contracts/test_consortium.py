"""The consortium changes by k of n signatures and by nothing else.

In: decisions, signed in every wrong way. Out: each refused by its own error.
"""

from dataclasses import replace

import coincurve
import pytest

from battery_passport.adapters.evm.artefact import CONSORTIUM
from battery_passport.ledger.onchain.decisions import MemberChange, RoleChange
from battery_passport.ledger.onchain.messages import NOBODY, registry_domain
from battery_passport.ledger.onchain.roles import ISSUER
from battery_passport.ledger.onchain.typed_data import Domain, digest_of
from tests.factories.contracts import (
    ALICE,
    BOB,
    MEMBERS,
    STRANGER,
    ContractWorld,
    Party,
    Refused,
)

CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def role_change(world: ContractWorld, **changes: object) -> RoleChange:
    nonce = world.call(CONSORTIUM, "nonce")[0]
    decision = RoleChange(
        role=ISSUER, account=ALICE.address, granted=True, nonce=nonce, deadline=world.deadline
    )
    return replace(decision, **changes)  # type: ignore[arg-type]


def member_change(world: ContractWorld, **changes: object) -> MemberChange:
    nonce = world.call(CONSORTIUM, "nonce")[0]
    decision = MemberChange(added=(), removed=(), threshold=2, nonce=nonce, deadline=world.deadline)
    return replace(decision, **changes)  # type: ignore[arg-type]


def may_issue(world: ContractWorld, party: Party) -> bool:
    answer: bool = world.call(CONSORTIUM, "hasRole", ISSUER, party.address)[0]
    return answer


def members(world: ContractWorld) -> set[str]:
    return {each.lower() for each in world.call(CONSORTIUM, "allMembers")[0]}


def test_k_members_give_and_take_a_role_by_anybody_s_hand(world: ContractWorld) -> None:
    decision = role_change(world)
    approvals = world.approvals(world.consortium, decision)
    world.call(CONSORTIUM, "changeRole", decision.values, approvals, sender=STRANGER)
    assert world.events(CONSORTIUM) == [
        ("RoleGranted", {"role": ISSUER, "account": ALICE.address.lower()})
    ]
    assert may_issue(world, ALICE)
    decision = role_change(world, granted=False)
    approvals = world.approvals(world.consortium, decision, MEMBERS)
    world.call(CONSORTIUM, "changeRole", decision.values, approvals, sender=STRANGER)
    assert [name for name, _ in world.events(CONSORTIUM)] == ["RoleRevoked"]
    assert not may_issue(world, ALICE)


def test_a_decision_is_carried_out_once(world: ContractWorld) -> None:
    give = role_change(world)
    given = world.approvals(world.consortium, give)
    world.call(CONSORTIUM, "changeRole", give.values, given)
    take = role_change(world, granted=False)
    world.call(CONSORTIUM, "changeRole", take.values, world.approvals(world.consortium, take))
    with pytest.raises(Refused, match="SignedMessagesWrongNonce"):
        world.call(CONSORTIUM, "changeRole", give.values, given)
    early = role_change(world, nonce=3)
    with pytest.raises(Refused, match="SignedMessagesWrongNonce"):
        world.call(CONSORTIUM, "changeRole", early.values, world.approvals(world.consortium, early))


def test_deadlines_end(world: ContractWorld) -> None:
    decision = role_change(world, deadline=world.now_s)
    approvals = world.approvals(world.consortium, decision)
    world.wait(1)
    with pytest.raises(Refused, match="SignedMessagesExpired"):
        world.call(CONSORTIUM, "changeRole", decision.values, approvals)
    decision = role_change(world, deadline=world.now_s)
    approvals = world.approvals(world.consortium, decision)
    world.call(CONSORTIUM, "changeRole", decision.values, approvals)


@pytest.mark.parametrize(
    ("approvers", "error"),
    [
        ([], "ConsortiumTooFewApprovals"),
        (MEMBERS[:1], "ConsortiumTooFewApprovals"),
        ([MEMBERS[0], MEMBERS[0]], "ConsortiumApprovalsNotAscending"),
        ([MEMBERS[1], MEMBERS[0]], "ConsortiumApprovalsNotAscending"),
        ([STRANGER], "ConsortiumNotAMember"),
        (
            sorted([*MEMBERS, STRANGER], key=lambda each: int(each.address, 16)),
            "ConsortiumNotAMember",
        ),
    ],
)
def test_only_enough_different_members_decide(
    world: ContractWorld, approvers: list[Party], error: str
) -> None:
    for decision in (role_change(world), member_change(world, added=(ALICE.address,))):
        function = "changeRole" if isinstance(decision, RoleChange) else "changeMembers"
        approvals = world.approvals(world.consortium, decision, approvers)
        with pytest.raises(Refused, match=error):
            world.call(CONSORTIUM, function, decision.values, approvals)
    assert not may_issue(world, ALICE)


def test_a_signature_counts_for_its_signer_and_message_alone(world: ContractWorld) -> None:
    decision = role_change(world)
    (first, mine), (second, yours) = world.approvals(world.consortium, decision)
    other = role_change(world, account=BOB.address)
    (_, elsewhere), _ = world.approvals(world.consortium, other)
    for wrong in (yours, elsewhere, b"", mine[:64], mine + b"\0", mine[:-1] + b"\x1d"):
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            world.call(CONSORTIUM, "changeRole", decision.values, [(first, wrong), (second, yours)])


def test_a_signature_has_one_form(world: ContractWorld) -> None:
    """The mirrored signature (high s) verifies mathematically and is refused."""
    decision = role_change(world)
    (first, mine), (second, yours) = world.approvals(world.consortium, decision)
    high_s = CURVE_ORDER - int.from_bytes(mine[32:64], "big")
    mirrored = mine[:32] + high_s.to_bytes(32, "big") + bytes([27 + 28 - mine[64]])
    digest = digest_of(world.consortium, decision)
    recoverable = mirrored[:64] + bytes([mirrored[64] - 27])
    point = coincurve.PublicKey.from_signature_and_message(recoverable, digest, hasher=None)
    assert point == MEMBERS[0].key.public_key
    with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
        world.call(CONSORTIUM, "changeRole", decision.values, [(first, mirrored), (second, yours)])


def test_a_signature_counts_in_one_contract_on_one_chain(world: ContractWorld) -> None:
    decision = role_change(world)
    mine = world.consortium
    others = [
        Domain(name=mine.name, chain_id=mine.chain_id + 1, contract=mine.contract),
        Domain(name=mine.name, chain_id=mine.chain_id, contract=STRANGER.address),
        registry_domain(mine.chain_id, mine.contract),
    ]
    for domain in others:
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            world.call(CONSORTIUM, "changeRole", decision.values, world.approvals(domain, decision))


def test_members_come_and_go(world: ContractWorld) -> None:
    change = member_change(world, added=(ALICE.address, BOB.address), threshold=3)
    approvals = world.approvals(world.consortium, change)
    world.call(CONSORTIUM, "changeMembers", change.values, approvals)
    assert [name for name, _ in world.events(CONSORTIUM)] == [
        "MemberAdded", "MemberAdded", "ThresholdSet",
    ]  # fmt: skip
    assert len(members(world)) == 5
    assert world.call(CONSORTIUM, "threshold") == (3,)
    leaving = MEMBERS[0]
    change = member_change(world, removed=(leaving.address,), threshold=3)
    approvers = sorted([leaving, ALICE, BOB], key=lambda each: int(each.address, 16))
    approvals = world.approvals(world.consortium, change, approvers)
    world.call(CONSORTIUM, "changeMembers", change.values, approvals)
    assert [name for name, _ in world.events(CONSORTIUM)] == ["MemberRemoved", "ThresholdSet"]
    assert leaving.address.lower() not in members(world)
    assert world.call(CONSORTIUM, "isMember", leaving.address) == (False,)
    assert world.call(CONSORTIUM, "isMember", ALICE.address) == (True,)


def test_the_signature_of_a_member_that_left_is_worth_nothing(world: ContractWorld) -> None:
    leaving = MEMBERS[1]
    change = member_change(world, removed=(leaving.address,), added=(ALICE.address,))
    approvals = world.approvals(world.consortium, change)
    world.call(CONSORTIUM, "changeMembers", change.values, approvals)
    decision = role_change(world)
    with pytest.raises(Refused, match="ConsortiumNotAMember"):
        world.call(
            CONSORTIUM, "changeRole", decision.values, world.approvals(world.consortium, decision)
        )


@pytest.mark.parametrize(
    ("added", "removed", "threshold", "error"),
    [
        ((MEMBERS[0].address,), (), 2, "ConsortiumCannotJoin"),
        ((NOBODY,), (), 2, "ConsortiumCannotJoin"),
        ((ALICE.address, ALICE.address), (), 3, "ConsortiumCannotJoin"),
        ((), (STRANGER.address,), 2, "ConsortiumNotAMember"),
        ((), (), 1, "ConsortiumBadThreshold"),
        ((), (), 0, "ConsortiumBadThreshold"),
        ((), (), 4, "ConsortiumBadThreshold"),
        ((ALICE.address,), (), 2, "ConsortiumBadThreshold"),
        ((), tuple(each.address for each in MEMBERS), 0, "ConsortiumBadThreshold"),
    ],
)
def test_members_and_threshold_stay_sound(
    world: ContractWorld,
    added: tuple[str, ...],
    removed: tuple[str, ...],
    threshold: int,
    error: str,
) -> None:
    before = members(world)
    change = member_change(world, added=added, removed=removed, threshold=threshold)
    with pytest.raises(Refused, match=error):
        world.call(
            CONSORTIUM, "changeMembers", change.values, world.approvals(world.consortium, change)
        )
    assert members(world) == before
    assert world.call(CONSORTIUM, "nonce") == (0,)


@pytest.mark.parametrize("threshold", [0, 1, 4])
def test_no_consortium_begins_unsound(threshold: int) -> None:
    with pytest.raises(Refused, match="ConsortiumBadThreshold"):
        ContractWorld(threshold=threshold)


def test_a_decision_that_changes_nothing_is_refused(world: ContractWorld) -> None:
    decision = role_change(world, granted=False)
    with pytest.raises(Refused, match="ConsortiumRoleUnchanged"):
        world.call(
            CONSORTIUM, "changeRole", decision.values, world.approvals(world.consortium, decision)
        )


def test_approvals_can_be_asked_about(world: ContractWorld) -> None:
    decision = role_change(world)
    digest = digest_of(world.consortium, decision)
    world.call(CONSORTIUM, "checkApprovals", digest, world.approvals(world.consortium, decision))
    with pytest.raises(Refused, match="ConsortiumTooFewApprovals"):
        world.call(CONSORTIUM, "checkApprovals", digest, [])
