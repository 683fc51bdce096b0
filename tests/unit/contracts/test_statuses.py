"""Statuses follow the regulation's table, whoever signs.

In: every pair of statuses. Out: the table's rows are taken, everything else is refused.
Source: EU-2023-1542 annex-xiii point 4(c), art-73, art-77(7), art-77(8).
"""

from dataclasses import replace
from itertools import product

import pytest

from battery_passport.adapters.evm.artefact import CONSORTIUM, PASSPORT_REGISTRY
from battery_passport.ledger.onchain.batch_tree import PassportLeaf
from battery_passport.ledger.onchain.decisions import RoleChange
from battery_passport.ledger.onchain.messages import (
    OwnershipTransfer,
    Revocation,
    SecondLife,
    StatusChange,
)
from battery_passport.ledger.onchain.roles import ISSUER, PERMITTED_OPERATOR
from battery_passport.ledger.onchain.statuses import (
    CODE_OF_STATUS,
    IN_USE,
    RECORDED_BY,
    SECOND_LIVES,
    StatusCode,
    needs_evidence,
)
from battery_passport.lifecycle.model import Status
from battery_passport.lifecycle.status import TRANSITIONS, PassportEffect
from tests.factories.contracts import (
    ALICE,
    ISSUER_PARTY,
    OTHER_ISSUER,
    PERMITTED,
    RECYCLING,
    STRANGER,
    WASTE_OP,
    ContractWorld,
    Party,
    Refused,
)

EVIDENCE = b"\x0e" * 32
ACTORS = {StatusCode.WASTE: WASTE_OP, StatusCode.RECYCLED: RECYCLING}
BORN = (StatusCode.REPURPOSED, StatusCode.REUSED, StatusCode.REMANUFACTURED)


def change(
    world: ContractWorld, battery: bytes, after: StatusCode, **changes: object
) -> StatusChange:
    token = world.token(battery)
    message = StatusChange(
        key=battery,
        before=token.status,
        after=after,
        holder=token.holder,
        actor=ACTORS.get(after, WASTE_OP).address,
        takes_responsibility=False,
        evidence=EVIDENCE,
        nonce=token.nonce,
        deadline=world.deadline,
    )
    return replace(message, **changes)  # type: ignore[arg-type]


def carry(
    world: ContractWorld,
    message: StatusChange,
    holder: bytes | Party = ISSUER_PARTY,
    actor: bytes | Party = WASTE_OP,
) -> None:
    signatures = [
        each.sign(world.registry, message) if isinstance(each, Party) else each
        for each in (holder, actor)
    ]
    world.call(PASSPORT_REGISTRY, "setStatus", message.values, *signatures, sender=STRANGER)


def battery_with(world: ContractWorld, status: StatusCode) -> bytes:
    """Return the key of a battery of the issuer's that came to a status by the table."""
    if status is StatusCode.ORIGINAL:
        return world.registered()
    if status is StatusCode.RECYCLED:
        key = battery_with(world, StatusCode.WASTE)
        carry(world, change(world, key, StatusCode.RECYCLED), ISSUER_PARTY, RECYCLING)
        return key
    if status is StatusCode.WASTE:
        key = world.registered()
        carry(world, change(world, key, StatusCode.WASTE))
        return key
    before = StatusCode.WASTE if status is StatusCode.REUSED else StatusCode.ORIGINAL
    operator = PERMITTED if status is StatusCode.REUSED else ISSUER_PARTY
    key = second_life(world, battery_with(world, before), status, operator=operator)
    if operator is not ISSUER_PARTY:
        home = OwnershipTransfer(
            key=key, sender=operator.address, receiver=ISSUER_PARTY.address,
            nonce=0, deadline=world.deadline,
        )  # fmt: skip
        giving, taking = (each.sign(world.registry, home) for each in (operator, ISSUER_PARTY))
        world.call(PASSPORT_REGISTRY, "transfer", home.values, giving, taking)
    return key


def second_life(
    world: ContractWorld,
    predecessor: bytes,
    status: StatusCode,
    *,
    operator: Party,
    evidence: bytes = EVIDENCE,
) -> bytes:
    """Register a new battery made of one of the issuer's."""
    leaf = world.leaf(status=status, predecessors=(predecessor,), evidence=evidence)
    batch = world.issue([leaf], issuer=operator)
    consent = world.consent(predecessor, leaf, operator=operator, holder=ISSUER_PARTY)
    world.register(batch, leaf, (), [consent])
    return leaf.key


def test_the_tables_are_that_of_the_lifecycle() -> None:
    """Each row of the lifecycle's table is one of the contract's, and the other way round."""
    codes = {Status(name): code for name, code in CODE_OF_STATUS.items()}
    assert set(codes) == set(Status)
    changes, lives, beginnings = set(), set(), set()
    for row in TRANSITIONS:
        source = StatusCode.NONE if row.source is None else codes[row.source]
        target = StatusCode.RECYCLED if row.target is None else codes[row.target]
        if source is StatusCode.NONE:
            beginnings.add((target, "predecessors" in row.needs))
        elif row.effect is PassportEffect.NEW_LINKED:
            lives.add((source, target))
            assert needs_evidence(source) == ("evidence" in row.needs)
        else:
            changes.add((source, target))
    assert changes == set(RECORDED_BY)
    assert lives == set(SECOND_LIVES)
    assert beginnings == {(StatusCode.ORIGINAL, False), *((each, True) for each in BORN)}


@pytest.mark.parametrize(("before", "after"), list(product(StatusCode, StatusCode)))
def test_status_changes_follow_the_table(
    world: ContractWorld, before: StatusCode, after: StatusCode
) -> None:
    if before is StatusCode.NONE:
        message = replace(change(world, world.registered(), after), key=b"\x09" * 32, before=0)
        with pytest.raises(Refused, match="PassportRegistryUnknown"):
            carry(world, message)
        return
    key = battery_with(world, before)
    message = change(world, key, after)
    if (before, after) in RECORDED_BY:
        carry(world, message, ISSUER_PARTY, ACTORS[after])
        assert world.token(key).status is after
        assert world.token(key).nonce == message.nonce + 1
        return
    error = "Ended" if before is StatusCode.RECYCLED else "NoSuchChange"
    with pytest.raises(Refused, match=f"PassportRegistry{error}"):
        carry(world, message, ISSUER_PARTY, ACTORS.get(after, WASTE_OP))
    assert world.token(key).status is before


@pytest.mark.parametrize(
    ("before", "born"), [pair for pair in product(StatusCode, BORN) if pair[0]]
)
def test_second_lives_follow_the_table(
    world: ContractWorld, before: StatusCode, born: StatusCode
) -> None:
    key = battery_with(world, before)
    at_first = world.token(key)
    if before is StatusCode.RECYCLED:
        with pytest.raises(Refused, match="PassportRegistryEnded"):
            second_life(world, key, born, operator=PERMITTED)
        return
    if (before, born) not in SECOND_LIVES:
        with pytest.raises(Refused, match="PassportRegistryNoSecondLife"):
            second_life(world, key, born, operator=PERMITTED)
        return
    successor = second_life(world, key, born, operator=PERMITTED)
    lives_on, registered = world.events(PASSPORT_REGISTRY)
    assert lives_on == (
        "LivesOn",
        {"predecessor": key, "successor": successor, "responsible": at_first.responsible.lower()},
    )
    assert registered[1]["evidence"] == EVIDENCE
    new, old = world.token(successor), world.token(key)
    assert (new.status, new.predecessors) == (born, (key,))
    assert new.holder == new.responsible == PERMITTED.address
    assert (old.status, old.holder) == (before, ISSUER_PARTY.address)
    assert (old.successors, old.nonce) == (1, at_first.nonce + 1)


def test_second_lives_need_their_roles_and_evidence(world: ContractWorld) -> None:
    waste = battery_with(world, StatusCode.WASTE)
    with pytest.raises(Refused, match="PassportRegistryRoleMissing"):
        second_life(world, waste, StatusCode.REUSED, operator=ISSUER_PARTY)
    with pytest.raises(Refused, match="PassportRegistryNoEvidence"):
        second_life(world, waste, StatusCode.REUSED, operator=PERMITTED, evidence=bytes(32))
    used = world.registered()
    second_life(world, used, StatusCode.REPURPOSED, operator=ISSUER_PARTY, evidence=bytes(32))
    leaf = world.leaf(status=StatusCode.REPURPOSED, predecessors=(used,))
    batch = world.issue([leaf], issuer=PERMITTED)
    take = RoleChange(
        role=ISSUER, account=PERMITTED.address, granted=False, nonce=0, deadline=world.deadline
    )
    world.call(CONSORTIUM, "changeRole", take.values, world.approvals(world.consortium, take))
    consent = world.consent(used, leaf, operator=PERMITTED, holder=ISSUER_PARTY)
    with pytest.raises(Refused, match="PassportRegistryRoleMissing"):
        world.register(batch, leaf, (), [consent])
    assert world.call(CONSORTIUM, "hasRole", PERMITTED_OPERATOR, PERMITTED.address) == (True,)


def consented(world: ContractWorld, *predecessors: bytes) -> tuple[int, PassportLeaf]:
    leaf = world.leaf(status=StatusCode.REPURPOSED, predecessors=tuple(sorted(predecessors)))
    return world.issue([leaf], issuer=OTHER_ISSUER), leaf


def test_the_holder_alone_consents_and_for_one_successor(world: ContractWorld) -> None:
    key = world.registered()
    batch, leaf = consented(world, key)
    good = world.consent(key, leaf, operator=OTHER_ISSUER, holder=ISSUER_PARTY)
    other = world.leaf(status=StatusCode.REPURPOSED, predecessors=(key,))
    elsewhere = SecondLife(
        predecessor=key, successor=leaf.key, status=StatusCode.REMANUFACTURED,
        operator=OTHER_ISSUER.address, nonce=0, deadline=world.deadline,
    )  # fmt: skip
    wrong = [
        world.consent(key, leaf, operator=OTHER_ISSUER, holder=OTHER_ISSUER),
        world.consent(key, leaf, operator=ISSUER_PARTY, holder=ISSUER_PARTY),
        world.consent(key, other, operator=OTHER_ISSUER, holder=ISSUER_PARTY),
        (elsewhere.deadline, ISSUER_PARTY.sign(world.registry, elsewhere)),
        (good[0] + 1, good[1]),
        (good[0], b""),
    ]
    for consent in wrong:
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            world.register(batch, leaf, (), [consent])
    for consents in ([], [good, good]):
        with pytest.raises(Refused, match="PassportRegistryBadBeginning"):
            world.register(batch, leaf, (), consents)
    world.wait(601)
    with pytest.raises(Refused, match="SignedMessagesExpired"):
        world.register(batch, leaf, (), [good])


def test_a_consent_counts_once(world: ContractWorld) -> None:
    """The holder's nonce is used up, so that an old consent starts no second successor."""
    key = world.registered()
    first, second = consented(world, key), consented(world, key)
    consents = [
        world.consent(key, leaf, operator=OTHER_ISSUER, holder=ISSUER_PARTY)
        for _, leaf in (first, second)
    ]
    world.register(*first, (), consents[:1])
    with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
        world.register(*second, (), consents[1:])


def test_many_become_one_and_one_becomes_many(world: ContractWorld) -> None:
    parts = [world.registered() for _ in range(3)]
    batch, leaf = consented(world, *parts)
    consents = [
        world.consent(each, leaf, operator=OTHER_ISSUER, holder=ISSUER_PARTY)
        for each in leaf.predecessors
    ]
    with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
        world.register(batch, leaf, (), consents[::-1])
    world.register(batch, leaf, (), consents)
    assert world.token(leaf.key).predecessors == tuple(sorted(parts))
    for count in (2, 3):
        batch, module = consented(world, parts[0])
        consent = world.consent(parts[0], module, operator=OTHER_ISSUER, holder=ISSUER_PARTY)
        world.register(batch, module, (), [consent])
        assert world.token(parts[0]).successors == count


def test_predecessors_are_named_once_and_exist(world: ContractWorld) -> None:
    key, unknown = world.registered(), b"\x09" * 32
    for predecessors, error in (
        ((key, key), "PassportRegistryBadBeginning"),
        ((unknown,), "PassportRegistryUnknown"),
    ):
        leaf = world.leaf(status=StatusCode.REPURPOSED, predecessors=predecessors)
        batch = world.issue([leaf], issuer=OTHER_ISSUER)
        consent = world.consent(key, leaf, operator=OTHER_ISSUER, holder=ISSUER_PARTY)
        with pytest.raises(Refused, match=error):
            world.register(batch, leaf, (), [consent] * len(predecessors))


def test_the_responsible_operator_cannot_block_a_second_life(world: ContractWorld) -> None:
    """Alice holds, the issuer is responsible and has even withdrawn the passport."""
    key = world.registered()
    sale = OwnershipTransfer(
        key=key, sender=ISSUER_PARTY.address, receiver=ALICE.address, nonce=0,
        deadline=world.deadline,
    )  # fmt: skip
    signatures = [each.sign(world.registry, sale) for each in (ISSUER_PARTY, ALICE)]
    world.call(PASSPORT_REGISTRY, "transfer", sale.values, *signatures)
    revoke(world, key)
    batch, leaf = consented(world, key)
    consent = world.consent(key, leaf, operator=OTHER_ISSUER, holder=ALICE)
    world.register(batch, leaf, (), [consent])
    assert world.token(leaf.key).responsible == OTHER_ISSUER.address
    carry(world, change(world, key, StatusCode.WASTE), ALICE)
    assert world.token(key).status is StatusCode.WASTE


@pytest.mark.parametrize("status", IN_USE)
def test_holder_and_recording_operator_both_sign(world: ContractWorld, status: StatusCode) -> None:
    key = battery_with(world, status)
    message = change(world, key, StatusCode.WASTE)
    for holder, actor in (
        (b"", WASTE_OP), (ISSUER_PARTY, b""), (WASTE_OP, ISSUER_PARTY), (STRANGER, WASTE_OP),
        (ISSUER_PARTY, STRANGER), (ISSUER_PARTY, ISSUER_PARTY),
    ):  # fmt: skip
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            carry(world, message, holder, actor)
    for actor in (STRANGER, RECYCLING, ISSUER_PARTY):
        other = change(world, key, StatusCode.WASTE, actor=actor.address)
        with pytest.raises(Refused, match="PassportRegistryRoleMissing"):
            carry(world, other, ISSUER_PARTY, actor)
    carry(world, message)
    waste = change(world, key, StatusCode.RECYCLED, actor=WASTE_OP.address)
    with pytest.raises(Refused, match="PassportRegistryRoleMissing"):
        carry(world, waste)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"nonce": 5}, "SignedMessagesWrongNonce"),
        ({"deadline": 1}, "SignedMessagesExpired"),
        ({"before": StatusCode.REUSED}, "PassportRegistryWrongStatus"),
        ({"holder": STRANGER.address}, "PassportRegistryNotThePresent"),
    ],
)
def test_status_messages_out_of_place_are_refused(
    world: ContractWorld, changes: dict[str, object], error: str
) -> None:
    message = change(world, world.registered(), StatusCode.WASTE, **changes)
    with pytest.raises(Refused, match=error):
        carry(world, message)


def test_every_member_of_a_status_change_is_signed(world: ContractWorld) -> None:
    key, other = world.registered(), world.registered()
    message = change(world, key, StatusCode.WASTE)
    holder, actor = (each.sign(world.registry, message) for each in (ISSUER_PARTY, WASTE_OP))
    for changed in (
        replace(message, key=other),
        replace(message, takes_responsibility=True),
        replace(message, evidence=bytes(32)),
        replace(message, deadline=message.deadline + 1),
    ):
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            carry(world, changed, holder, actor)


@pytest.mark.parametrize("takes", [True, False])
def test_whoever_takes_over_waste_may_take_the_duty(world: ContractWorld, takes: bool) -> None:
    key = world.registered()
    carry(world, change(world, key, StatusCode.WASTE, takes_responsibility=takes))
    names = [name for name, _ in world.events(PASSPORT_REGISTRY)]
    assert names == ["StatusSet", *(["ResponsibilityTransferred"] if takes else [])]
    token = world.token(key)
    assert token.responsible == (WASTE_OP if takes else ISSUER_PARTY).address
    assert (token.responsible_nonce, token.holder) == (int(takes), ISSUER_PARTY.address)


def test_nothing_happens_to_what_was_recycled(world: ContractWorld) -> None:
    key = battery_with(world, StatusCode.RECYCLED)
    token = world.token(key)
    assert token.holder == ISSUER_PARTY.address
    sale = OwnershipTransfer(
        key=key, sender=token.holder, receiver=ALICE.address, nonce=token.nonce,
        deadline=world.deadline,
    )  # fmt: skip
    signatures = [each.sign(world.registry, sale) for each in (ISSUER_PARTY, ALICE)]
    with pytest.raises(Refused, match="PassportRegistryEnded"):
        world.call(PASSPORT_REGISTRY, "transfer", sale.values, *signatures)


def revoke(world: ContractWorld, battery: bytes, signer: Party = ISSUER_PARTY) -> None:
    message = Revocation(key=battery, reason=EVIDENCE, deadline=world.deadline)
    signature = signer.sign(world.registry, message)
    world.call(PASSPORT_REGISTRY, "revoke", message.values, signature, sender=STRANGER)


def test_the_issuer_alone_revokes_and_once(world: ContractWorld) -> None:
    key = world.registered()
    with pytest.raises(Refused, match="PassportRegistryUnknown"):
        revoke(world, b"\x09" * 32)
    for signer in (STRANGER, OTHER_ISSUER):
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            revoke(world, key, signer)
    late = Revocation(key=key, reason=EVIDENCE, deadline=1)
    with pytest.raises(Refused, match="SignedMessagesExpired"):
        world.call(
            PASSPORT_REGISTRY, "revoke", late.values, ISSUER_PARTY.sign(world.registry, late)
        )
    revoke(world, key)
    assert [name for name, _ in world.events(PASSPORT_REGISTRY)] == ["Revoked"]
    assert world.token(key).revoked
    with pytest.raises(Refused, match="PassportRegistryAlreadyRevoked"):
        revoke(world, key)


def test_an_issuer_without_its_role_revokes_nothing(world: ContractWorld) -> None:
    key = world.registered()
    take = RoleChange(
        role=ISSUER, account=ISSUER_PARTY.address, granted=False, nonce=0, deadline=world.deadline
    )
    world.call(CONSORTIUM, "changeRole", take.values, world.approvals(world.consortium, take))
    with pytest.raises(Refused, match="PassportRegistryRoleMissing"):
        revoke(world, key)
