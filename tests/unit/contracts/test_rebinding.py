"""A lost key's place goes to a new address by k of n, after a delay in which the old key objects.

In: proposals, objections, time. Out: the new address in place, or everything as it was.
"""

from dataclasses import replace

import pytest

from battery_passport.adapters.evm.artefact import CONSORTIUM, PASSPORT_REGISTRY, load_artefact
from battery_passport.ledger.onchain.messages import (
    NOBODY,
    Cancellation,
    Objection,
    OwnershipTransfer,
    Rebinding,
)
from tests.factories.contracts import (
    ALICE,
    BOB,
    ISSUER_PARTY,
    MEMBERS,
    REBINDING_DELAY_S,
    STRANGER,
    ContractWorld,
    Party,
    Refused,
)

SIDES = (False, True)


def proposal(
    world: ContractWorld, battery: bytes, *, duty: bool = False, **changes: object
) -> Rebinding:
    token = world.token(battery)
    _, number = world.call(PASSPORT_REGISTRY, "rebindingOf", battery, duty)
    message = Rebinding(
        key=battery,
        responsibility=duty,
        sender=token.responsible if duty else token.holder,
        receiver=ALICE.address,
        proposal=number,
        deadline=world.deadline,
    )
    return replace(message, **changes)  # type: ignore[arg-type]


def propose(
    world: ContractWorld,
    message: Rebinding,
    *,
    receiver: Party = ALICE,
    members: tuple[Party, ...] = MEMBERS[:2],
) -> None:
    world.call(
        PASSPORT_REGISTRY,
        "proposeRebinding",
        message.values,
        receiver.sign(world.registry, message),
        world.approvals(world.registry, message, members),
        sender=STRANGER,
    )


def object_to(
    world: ContractWorld,
    battery: bytes,
    *,
    duty: bool = False,
    signer: Party = ISSUER_PARTY,
    number: int = 0,
    deadline: int | None = None,
) -> None:
    end = world.deadline if deadline is None else deadline
    message = Objection(key=battery, responsibility=duty, proposal=number, deadline=end)
    signature = signer.sign(world.registry, message)
    arguments = (battery, duty, end, signature)
    world.call(PASSPORT_REGISTRY, "objectToRebinding", *arguments, sender=STRANGER)


def rebind(world: ContractWorld, battery: bytes, *, duty: bool = False) -> None:
    world.call(PASSPORT_REGISTRY, "rebind", battery, duty, sender=STRANGER)


def pending(world: ContractWorld, battery: bytes, *, duty: bool = False) -> str:
    address: str = world.call(PASSPORT_REGISTRY, "rebindingOf", battery, duty)[0][0]
    return address


@pytest.mark.parametrize("duty", SIDES)
def test_a_lost_key_is_rebound_after_the_delay_by_anybody(
    world: ContractWorld,
    duty: bool,
) -> None:
    key = world.registered()
    propose(world, proposal(world, key, duty=duty))
    ((name, event),) = world.events(PASSPORT_REGISTRY)
    assert (name, event["readyAt"]) == ("RebindingProposed", world.now_s + REBINDING_DELAY_S)
    assert world.token(key).holder == world.token(key).responsible == ISSUER_PARTY.address
    world.wait(REBINDING_DELAY_S - 1)
    with pytest.raises(Refused, match="PassportRegistryRebindingTooEarly"):
        rebind(world, key, duty=duty)
    world.wait(1)
    rebind(world, key, duty=duty)
    assert [each for each, _ in world.events(PASSPORT_REGISTRY)] == ["Rebound"]
    token = world.token(key)
    assert (token.responsible if duty else token.holder) == ALICE.address
    assert (token.holder if duty else token.responsible) == ISSUER_PARTY.address
    assert (token.nonce, token.responsible_nonce) == ((0, 1) if duty else (1, 0))
    with pytest.raises(Refused, match="PassportRegistryNoRebinding"):
        rebind(world, key, duty=duty)


def test_the_old_key_s_signatures_end_with_it(world: ContractWorld) -> None:
    key = world.registered()
    sale = OwnershipTransfer(
        key=key, sender=ISSUER_PARTY.address, receiver=BOB.address, nonce=0,
        deadline=world.deadline + 600,
    )  # fmt: skip
    propose(world, proposal(world, key))
    world.wait(REBINDING_DELAY_S)
    rebind(world, key)
    signatures = [each.sign(world.registry, sale) for each in (ISSUER_PARTY, BOB)]
    with pytest.raises(Refused, match="PassportRegistryNotThePresent"):
        world.call(PASSPORT_REGISTRY, "transfer", sale.values, *signatures)


@pytest.mark.parametrize("duty", SIDES)
def test_an_objection_ends_a_proposal(world: ContractWorld, duty: bool) -> None:
    key = world.registered()
    message = proposal(world, key, duty=duty)
    propose(world, message)
    world.wait(REBINDING_DELAY_S)
    object_to(world, key, duty=duty)
    assert [each for each, _ in world.events(PASSPORT_REGISTRY)] == ["RebindingObjected"]
    with pytest.raises(Refused, match="PassportRegistryNoRebinding"):
        rebind(world, key, duty=duty)
    with pytest.raises(Refused, match="SignedMessagesWrongNonce"):
        propose(world, message)
    with pytest.raises(Refused, match="PassportRegistryNoRebinding"):
        object_to(world, key, duty=duty)
    propose(world, proposal(world, key, duty=duty))
    with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
        object_to(world, key, duty=duty, number=0)
    object_to(world, key, duty=duty, number=1)


def test_only_the_old_key_objects(world: ContractWorld) -> None:
    key = world.registered()
    with pytest.raises(Refused, match="PassportRegistryNoRebinding"):
        object_to(world, key)
    propose(world, proposal(world, key))
    for signer in (STRANGER, ALICE, *MEMBERS):
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            object_to(world, key, signer=signer)
    with pytest.raises(Refused, match="SignedMessagesExpired"):
        object_to(world, key, deadline=1)
    with pytest.raises(Refused, match="PassportRegistryNoRebinding"):
        object_to(world, key, duty=True)
    assert pending(world, key) == ALICE.address.lower()


def test_using_the_old_key_is_an_objection(world: ContractWorld) -> None:
    key = world.registered()
    propose(world, proposal(world, key))
    word = Cancellation(
        key=key, signer=ISSUER_PARTY.address, responsibility=False, nonce=0,
        deadline=world.deadline,
    )  # fmt: skip
    world.call(PASSPORT_REGISTRY, "cancel", word.values, ISSUER_PARTY.sign(world.registry, word))
    assert pending(world, key) == NOBODY
    world.wait(REBINDING_DELAY_S)
    with pytest.raises(Refused, match="PassportRegistryNoRebinding"):
        rebind(world, key)
    propose(world, proposal(world, key))
    assert pending(world, key) == ALICE.address.lower()


def test_the_two_sides_have_nothing_to_do_with_each_other(world: ContractWorld) -> None:
    key = world.registered()
    propose(world, proposal(world, key))
    propose(world, proposal(world, key, duty=True))
    object_to(world, key)
    world.wait(REBINDING_DELAY_S)
    rebind(world, key, duty=True)
    token = world.token(key)
    assert (token.holder, token.responsible) == (ISSUER_PARTY.address, ALICE.address)


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ((), "ConsortiumTooFewApprovals"),
        (MEMBERS[:1], "ConsortiumTooFewApprovals"),
        ((MEMBERS[0], MEMBERS[0]), "ConsortiumApprovalsNotAscending"),
        ((STRANGER,), "ConsortiumNotAMember"),
    ],
)
def test_fewer_than_k_propose_nothing(
    world: ContractWorld, members: tuple[Party, ...], error: str
) -> None:
    key = world.registered()
    with pytest.raises(Refused) as caught:
        propose(world, proposal(world, key), members=members)
    assert consortium_error(caught.value) == error
    assert pending(world, key) == NOBODY


def consortium_error(refused: Refused) -> str:
    """Return the name of an error of the consortium that the registry passed on."""
    text = str(refused)
    data = bytes.fromhex(text.partition("output: 0x")[2].partition(" ")[0])
    return load_artefact(CONSORTIUM).error_name(data)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"sender": BOB.address}, "PassportRegistryNotThePresent"),
        ({"receiver": ISSUER_PARTY.address}, "PassportRegistryBadRebinding"),
        ({"receiver": NOBODY}, "PassportRegistryBadRebinding"),
        ({"receiver": BOB.address}, "SignedMessagesWrongSignature"),
        ({"proposal": 1}, "SignedMessagesWrongNonce"),
        ({"deadline": 1}, "SignedMessagesExpired"),
    ],
)
def test_proposals_out_of_place_are_refused(
    world: ContractWorld, changes: dict[str, object], error: str
) -> None:
    with pytest.raises(Refused, match=error):
        propose(world, proposal(world, world.registered(), **changes))  # type: ignore[arg-type]


def test_one_proposal_waits_at_a_time(world: ContractWorld) -> None:
    key = world.registered()
    propose(world, proposal(world, key))
    with pytest.raises(Refused, match="PassportRegistryRebindingPending"):
        propose(world, proposal(world, key))


def test_no_delay_is_no_way_round_it(world: ContractWorld) -> None:
    """The delay is that of the deployment, whatever it was."""
    assert world.call(PASSPORT_REGISTRY, "rebindingDelay") == (REBINDING_DELAY_S,)
