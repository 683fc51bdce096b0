"""Ownership and responsibility move by both signatures, and stay by any one that is wrong.

In: transfers, signed in every wrong way. Out: each refused by its own error.
"""

from dataclasses import replace

import pytest

from battery_passport.adapters.evm.artefact import PASSPORT_REGISTRY
from battery_passport.ledger.onchain.messages import (
    NOBODY,
    Cancellation,
    OwnershipTransfer,
    ResponsibilityTransfer,
)
from battery_passport.ledger.onchain.typed_data import Domain
from tests.factories.contracts import (
    ALICE,
    BOB,
    ISSUER_PARTY,
    OTHER_ISSUER,
    PRODUCER_ORGANISATION,
    STRANGER,
    ContractWorld,
    Party,
    Refused,
)

FUNCTIONS = {OwnershipTransfer: "transfer", ResponsibilityTransfer: "transferResponsibility"}
TAKER = {OwnershipTransfer: ALICE, ResponsibilityTransfer: PRODUCER_ORGANISATION}
KINDS = (OwnershipTransfer, ResponsibilityTransfer)
Move = OwnershipTransfer | ResponsibilityTransfer


def move(world: ContractWorld, key: bytes, kind: type[Move], **changes: object) -> Move:
    token = world.token(key)
    owned = kind is OwnershipTransfer
    message = kind(
        key=key,
        sender=token.holder if owned else token.responsible,
        receiver=TAKER[kind].address,
        nonce=token.nonce if owned else token.responsible_nonce,
        deadline=world.deadline,
    )
    return replace(message, **changes)  # type: ignore[arg-type]


def carry(
    world: ContractWorld,
    message: Move,
    giving: bytes | Party = ISSUER_PARTY,
    taking: bytes | Party | None = None,
    sender: Party = STRANGER,
) -> None:
    taking = TAKER[type(message)] if taking is None else taking
    signatures = [
        each.sign(world.registry, message) if isinstance(each, Party) else each
        for each in (giving, taking)
    ]
    function = FUNCTIONS[type(message)]
    world.call(PASSPORT_REGISTRY, function, message.values, *signatures, sender=sender)


def test_ownership_moves_and_responsibility_stays(world: ContractWorld) -> None:
    key = world.registered()
    carry(world, move(world, key, OwnershipTransfer))
    assert world.events(PASSPORT_REGISTRY) == [
        (
            "Transferred",
            {"key": key, "from": ISSUER_PARTY.address.lower(), "to": ALICE.address.lower()},
        )
    ]
    token = world.token(key)
    assert (token.holder, token.nonce) == (ALICE.address, 1)
    assert (token.responsible, token.responsible_nonce) == (ISSUER_PARTY.address, 0)
    carry(world, move(world, key, OwnershipTransfer, receiver=BOB.address), ALICE, BOB)
    assert world.token(key).holder == BOB.address


def test_responsibility_moves_and_ownership_stays(world: ContractWorld) -> None:
    key = world.registered()
    carry(world, move(world, key, ResponsibilityTransfer))
    ((name, _),) = world.events(PASSPORT_REGISTRY)
    assert name == "ResponsibilityTransferred"
    token = world.token(key)
    assert (token.responsible, token.responsible_nonce) == (PRODUCER_ORGANISATION.address, 1)
    assert (token.holder, token.nonce) == (ISSUER_PARTY.address, 0)


def test_responsibility_goes_to_responsible_operators_only(world: ContractWorld) -> None:
    key = world.registered()
    message = move(world, key, ResponsibilityTransfer, receiver=ALICE.address)
    with pytest.raises(Refused, match="PassportRegistryRoleMissing"):
        carry(world, message, ISSUER_PARTY, ALICE)


@pytest.mark.parametrize("kind", KINDS)
def test_each_side_must_sign(world: ContractWorld, kind: type[Move]) -> None:
    key = world.registered()
    message, taker = move(world, key, kind), TAKER[kind]
    giving, taking = ISSUER_PARTY.sign(world.registry, message), taker.sign(world.registry, message)
    for wrong in (
        (b"", taking), (giving, b""), (giving, giving), (taking, taking), (taking, giving),
        (STRANGER.sign(world.registry, message), taking),
        (giving, STRANGER.sign(world.registry, message)),
    ):  # fmt: skip
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            carry(world, message, *wrong)
    carry(world, message, giving, taking)


@pytest.mark.parametrize("kind", KINDS)
def test_every_member_is_signed(world: ContractWorld, kind: type[Move]) -> None:
    key, other = world.registered(), world.registered()
    message, taker = move(world, key, kind), TAKER[kind]
    giving, taking = ISSUER_PARTY.sign(world.registry, message), taker.sign(world.registry, message)
    for changed in (
        replace(message, key=other),
        replace(message, receiver=OTHER_ISSUER.address),
        replace(message, executor=STRANGER.address),
        replace(message, deadline=message.deadline + 1),
    ):
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            carry(world, changed, giving, taking)


@pytest.mark.parametrize("kind", KINDS)
def test_the_other_kind_of_message_is_none(world: ContractWorld, kind: type[Move]) -> None:
    """The two have the same members: only the type keeps a sale from being a duty."""
    key = world.registered()
    message = move(world, key, kind, receiver=PRODUCER_ORGANISATION.address)
    twin = ResponsibilityTransfer if kind is OwnershipTransfer else OwnershipTransfer
    other = move(world, key, twin, receiver=PRODUCER_ORGANISATION.address)
    assert other.values == message.values
    giving = ISSUER_PARTY.sign(world.registry, other)
    taking = PRODUCER_ORGANISATION.sign(world.registry, other)
    with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
        carry(world, message, giving, taking)


@pytest.mark.parametrize("kind", KINDS)
def test_a_transfer_is_carried_out_once(world: ContractWorld, kind: type[Move]) -> None:
    key = world.registered()
    there = move(world, key, kind)
    carry(world, there)
    with pytest.raises(Refused, match="PassportRegistryNotThePresent"):
        carry(world, there)
    back = move(world, key, kind, receiver=OTHER_ISSUER.address)
    carry(world, back, TAKER[kind], OTHER_ISSUER)
    again = move(world, key, kind, nonce=0)
    with pytest.raises(Refused, match="SignedMessagesWrongNonce"):
        carry(world, again, OTHER_ISSUER, TAKER[kind])
    early = move(world, key, kind, nonce=3)
    with pytest.raises(Refused, match="SignedMessagesWrongNonce"):
        carry(world, early, OTHER_ISSUER, TAKER[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_deadlines_end(world: ContractWorld, kind: type[Move]) -> None:
    key = world.registered()
    late = move(world, key, kind, deadline=world.now_s - 1)
    with pytest.raises(Refused, match="SignedMessagesExpired"):
        carry(world, late)
    carry(world, move(world, key, kind, deadline=world.now_s))


@pytest.mark.parametrize("kind", KINDS)
def test_sides_differ_and_giver_is_the_present_one(world: ContractWorld, kind: type[Move]) -> None:
    key = world.registered(issuer=OTHER_ISSUER)
    same = move(world, key, kind, receiver=OTHER_ISSUER.address)
    with pytest.raises(Refused, match="PassportRegistrySameSides"):
        carry(world, same, OTHER_ISSUER, OTHER_ISSUER)
    foreign = move(world, key, kind, sender=ISSUER_PARTY.address)
    with pytest.raises(Refused, match="PassportRegistryNotThePresent"):
        carry(world, foreign, ISSUER_PARTY)


def test_nobody_can_be_given_a_battery(world: ContractWorld) -> None:
    key = world.registered()
    with pytest.raises(Refused, match="PassportRegistrySameSides"):
        carry(world, move(world, key, OwnershipTransfer, receiver=NOBODY), ISSUER_PARTY, b"")


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_counts_in_one_registry_on_one_chain(
    world: ContractWorld, kind: type[Move]
) -> None:
    key = world.registered()
    message, mine = move(world, key, kind), world.registry
    for domain in (
        Domain(name=mine.name, chain_id=1, contract=mine.contract),
        Domain(name=mine.name, chain_id=mine.chain_id, contract=STRANGER.address),
        Domain(name="Consortium", chain_id=mine.chain_id, contract=mine.contract),
        Domain(name=mine.name, chain_id=mine.chain_id, contract=mine.contract, version="2"),
    ):
        giving, taking = ISSUER_PARTY.sign(domain, message), TAKER[kind].sign(domain, message)
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            carry(world, message, giving, taking)


@pytest.mark.parametrize("kind", KINDS)
def test_a_named_executor_alone_carries_it_out(world: ContractWorld, kind: type[Move]) -> None:
    key = world.registered()
    message = move(world, key, kind, executor=BOB.address)
    for sender in (STRANGER, ISSUER_PARTY, TAKER[kind]):
        with pytest.raises(Refused, match="PassportRegistryWrongExecutor"):
            carry(world, message, sender=sender)
    carry(world, message, sender=BOB)


def test_what_is_not_registered_does_not_move(world: ContractWorld) -> None:
    key = world.registered()
    unknown = replace(move(world, key, OwnershipTransfer), key=b"\x09" * 32)
    with pytest.raises(Refused, match="PassportRegistryUnknown"):
        carry(world, unknown)


def cancellation(world: ContractWorld, battery: bytes, **changes: object) -> Cancellation:
    message = Cancellation(
        key=battery,
        signer=ISSUER_PARTY.address,
        responsibility=False,
        nonce=0,
        deadline=world.deadline,
    )
    return replace(message, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_a_signer_withdraws_its_word(world: ContractWorld, kind: type[Move]) -> None:
    key = world.registered()
    duty = kind is ResponsibilityTransfer
    message = move(world, key, kind)
    word = cancellation(world, key, responsibility=duty)
    world.call(PASSPORT_REGISTRY, "cancel", word.values, ISSUER_PARTY.sign(world.registry, word))
    assert [name for name, _ in world.events(PASSPORT_REGISTRY)] == ["Cancelled"]
    token = world.token(key)
    assert (token.nonce, token.responsible_nonce) == ((0, 1) if duty else (1, 0))
    with pytest.raises(Refused, match="SignedMessagesWrongNonce"):
        carry(world, message)
    carry(world, move(world, key, kind))


@pytest.mark.parametrize(
    ("changes", "signer", "error"),
    [
        ({}, STRANGER, "SignedMessagesWrongSignature"),
        ({"signer": STRANGER.address}, STRANGER, "PassportRegistryNotThePresent"),
        ({"nonce": 1}, ISSUER_PARTY, "SignedMessagesWrongNonce"),
        ({"deadline": 1}, ISSUER_PARTY, "SignedMessagesExpired"),
        ({"key": b"\x09" * 32}, ISSUER_PARTY, "PassportRegistryUnknown"),
    ],
)
def test_nobody_else_withdraws_it(
    world: ContractWorld, changes: dict[str, object], signer: Party, error: str
) -> None:
    key = world.registered()
    word = cancellation(world, key, **changes)
    with pytest.raises(Refused, match=error):
        world.call(PASSPORT_REGISTRY, "cancel", word.values, signer.sign(world.registry, word))


def test_the_responsible_operator_holds_no_owner_back(world: ContractWorld) -> None:
    """Whatever it withdraws, what the owner signed goes on counting."""
    key = world.registered()
    carry(world, move(world, key, OwnershipTransfer))
    sale = move(world, key, OwnershipTransfer, receiver=BOB.address)
    word = cancellation(world, key, responsibility=True)
    signature = ISSUER_PARTY.sign(world.registry, word)
    world.call(PASSPORT_REGISTRY, "cancel", word.values, signature)
    mine = cancellation(world, key, nonce=1)
    signature = ISSUER_PARTY.sign(world.registry, mine)
    with pytest.raises(Refused, match="PassportRegistryNotThePresent"):
        world.call(PASSPORT_REGISTRY, "cancel", mine.values, signature)
    carry(world, sale, ALICE, BOB)


# What a smart account answers to `isValidSignature`, whatever it is asked: its code returns
# the four bytes of EIP-1271 for yes, or others.
def smart_account(world: ContractWorld, answer: str) -> str:
    body = bytes.fromhex(f"63{answer}60e01b5f5260205ff3")
    creation = bytes.fromhex(f"60{len(body):02x}8060095f395ff3") + body
    return str(world.evm.deploy(STRANGER.address, creation))


def test_smart_accounts_answer_for_themselves(world: ContractWorld) -> None:
    key = world.registered()
    for answer, accepted in (("00000000", False), ("1626ba7e", True)):
        account = smart_account(world, answer)
        message = move(world, key, OwnershipTransfer, receiver=account)
        if accepted:
            carry(world, message, ISSUER_PARTY, b"")
            assert world.token(key).holder.lower() == account.lower()
        else:
            with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
                carry(world, message, ISSUER_PARTY, b"")
