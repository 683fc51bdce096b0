"""Passports are issued by batch root and registered from it, by their issuer's word alone.

In: batches and leaves, right and wrong. Out: tokens that are the issuer's, or refusals.
"""

from dataclasses import replace

import pytest

from battery_passport.adapters.evm.artefact import CONSORTIUM, PASSPORT_REGISTRY
from battery_passport.ledger.onchain.batch_tree import batch_tree, root_of
from battery_passport.ledger.onchain.decisions import RoleChange
from battery_passport.ledger.onchain.messages import BatchIssue
from battery_passport.ledger.onchain.roles import ISSUER
from battery_passport.ledger.onchain.statuses import StatusCode
from battery_passport.ledger.onchain.typed_data import Domain
from tests.factories.contracts import (
    ISSUER_PARTY,
    OTHER_ISSUER,
    STRANGER,
    ContractWorld,
    Party,
    Refused,
)

ROOT = b"\x77" * 32


def send(world: ContractWorld, message: BatchIssue, signer: Party = ISSUER_PARTY) -> None:
    signature = signer.sign(world.registry, message)
    world.call(PASSPORT_REGISTRY, "issueBatch", message.values, signature, sender=STRANGER)


def test_batches_are_chained_by_issuer(world: ContractWorld) -> None:
    first = world.batch_message(ROOT, size=1_000)
    send(world, first)
    assert world.events(PASSPORT_REGISTRY) == [
        (
            "PassportIssued",
            {
                "batch": 0, "issuer": ISSUER_PARTY.address.lower(), "root": ROOT,
                "previousRoot": bytes(32), "size": 1_000, "nonce": 0,
            },
        )
    ]  # fmt: skip
    send(world, world.batch_message(b"\x66" * 32, issuer=OTHER_ISSUER), OTHER_ISSUER)
    second = world.batch_message(b"\x88" * 32)
    assert (second.previous_root, second.nonce) == (ROOT, 1)
    send(world, second)
    assert world.call(PASSPORT_REGISTRY, "batchCount") == (3,)
    kept = world.call(PASSPORT_REGISTRY, "batchAt", 2)[0]
    assert kept == (second.root, ISSUER_PARTY.address.lower(), 1, world.now_s)
    assert world.call(PASSPORT_REGISTRY, "issuedBy", ISSUER_PARTY.address) == ((2, 2),)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"nonce": 0}, "SignedMessagesWrongNonce"),
        ({"nonce": 2}, "SignedMessagesWrongNonce"),
        ({"previous_root": bytes(32)}, "PassportRegistryWrongPreviousRoot"),
        ({"size": 0}, "PassportRegistryEmptyBatch"),
        ({"root": bytes(32)}, "PassportRegistryEmptyBatch"),
        ({"deadline": 1}, "SignedMessagesExpired"),
        ({"issuer": STRANGER.address, "nonce": 0, "previous_root": bytes(32)}, "RoleMissing"),
    ],
)
def test_batches_out_of_order_are_refused(
    world: ContractWorld, changes: dict[str, int | bytes | str], error: str
) -> None:
    send(world, world.batch_message(ROOT))
    message = replace(world.batch_message(b"\x88" * 32), **changes)  # type: ignore[arg-type]
    with pytest.raises(Refused, match=error):
        send(world, message, STRANGER if message.issuer == STRANGER.address else ISSUER_PARTY)
    assert world.call(PASSPORT_REGISTRY, "batchCount") == (1,)


def test_only_the_issuer_s_own_signature_issues(world: ContractWorld) -> None:
    message = world.batch_message(ROOT)
    with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
        send(world, message, OTHER_ISSUER)
    good = ISSUER_PARTY.sign(world.registry, message)
    for changed in (
        replace(message, root=b"\x78" * 32),
        replace(message, size=2),
        replace(message, deadline=message.deadline + 1),
    ):
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            world.call(PASSPORT_REGISTRY, "issueBatch", changed.values, good)
    mine = world.registry
    for domain in (
        Domain(name=mine.name, chain_id=1, contract=mine.contract),
        Domain(name=mine.name, chain_id=mine.chain_id, contract=STRANGER.address),
    ):
        elsewhere = ISSUER_PARTY.sign(domain, message)
        with pytest.raises(Refused, match="SignedMessagesWrongSignature"):
            world.call(PASSPORT_REGISTRY, "issueBatch", message.values, elsewhere)


def test_an_issuer_without_its_role_issues_no_more(world: ContractWorld) -> None:
    leaf = world.leaf()
    batch = world.issue([leaf])
    take = RoleChange(
        role=ISSUER, account=ISSUER_PARTY.address, granted=False, nonce=0, deadline=world.deadline
    )
    world.call(CONSORTIUM, "changeRole", take.values, world.approvals(world.consortium, take))
    with pytest.raises(Refused, match="PassportRegistryRoleMissing"):
        send(world, world.batch_message(ROOT))
    world.register(batch, leaf)
    assert world.token(leaf.key).holder == ISSUER_PARTY.address


def test_each_passport_of_a_batch_is_registered_from_its_root(world: ContractWorld) -> None:
    for size in (1, 2, 3, 5, 8, 13):
        leaves = [world.leaf() for _ in range(size)]
        tree = batch_tree([each.leaf_hash for each in leaves])
        batch = world.issue(leaves)
        for index, leaf in enumerate(leaves):
            assert world.call(PASSPORT_REGISTRY, "leafHash", leaf.values) == (leaf.leaf_hash,)
            assert root_of(leaf.leaf_hash, tree.proof(index)) == tree.root
            world.register(batch, leaf, tree.proof(index))
            ((name, event),) = world.events(PASSPORT_REGISTRY)
            assert (name, event["key"], event["batch"]) == ("Registered", leaf.key, batch)
            token = world.token(leaf.key)
            assert token.holder == token.responsible == ISSUER_PARTY.address
            assert (token.status, token.batch) == (StatusCode.ORIGINAL, batch)


def test_nothing_is_registered_that_is_not_in_its_batch(world: ContractWorld) -> None:
    leaves = [world.leaf(), world.leaf()]
    tree = batch_tree([each.leaf_hash for each in leaves])
    batch, proof = world.issue(leaves), tree.proof(0)
    for wrong in (
        replace(leaves[0], key=b"\x01" * 32),
        replace(leaves[0], commitment=b"\x01" * 32),
        replace(leaves[0], evidence=b"\x01" * 32),
        replace(leaves[0], status=StatusCode.REUSED),
        replace(leaves[0], predecessors=(b"\x01" * 32,)),
    ):
        with pytest.raises(Refused, match="PassportRegistryNotInBatch"):
            world.register(batch, wrong, proof)
    for wrong_proof in ((), tree.proof(1), (*proof, ROOT)):
        with pytest.raises(Refused, match="PassportRegistryNotInBatch"):
            world.register(batch, leaves[0], wrong_proof)
    with pytest.raises(Refused, match="PassportRegistryNoSuchBatch"):
        world.register(batch + 1, leaves[0], proof)
    with pytest.raises(Refused, match="PassportRegistryNoSuchBatch"):
        world.call(PASSPORT_REGISTRY, "batchAt", batch + 1)
    other = world.issue([world.leaf()])
    with pytest.raises(Refused, match="PassportRegistryNotInBatch"):
        world.register(other, leaves[0], proof)


def test_a_key_is_registered_once(world: ContractWorld) -> None:
    leaf = world.leaf()
    batch = world.issue([leaf])
    world.register(batch, leaf)
    again = world.issue([leaf], issuer=OTHER_ISSUER)
    for number in (batch, again):
        with pytest.raises(Refused, match="PassportRegistryKeyTaken"):
            world.register(number, leaf)
    zero = world.leaf(key=bytes(32))
    with pytest.raises(Refused, match="PassportRegistryKeyTaken"):
        world.register(world.issue([zero]), zero)


@pytest.mark.parametrize(
    ("status", "predecessors"),
    [
        (StatusCode.NONE, ()),
        (StatusCode.WASTE, ()),
        (StatusCode.RECYCLED, ()),
        (StatusCode.REPURPOSED, ()),
        (StatusCode.REUSED, ()),
        (StatusCode.REMANUFACTURED, ()),
        (StatusCode.ORIGINAL, (b"\x01" * 32,)),
        (StatusCode.WASTE, (b"\x01" * 32,)),
    ],
)
def test_no_battery_begins_otherwise(
    world: ContractWorld, status: StatusCode, predecessors: tuple[bytes, ...]
) -> None:
    leaf = world.leaf(status=status, predecessors=predecessors)
    batch = world.issue([leaf])
    consents = [(world.deadline, b"")] * len(predecessors)
    with pytest.raises(Refused, match="PassportRegistryBadBeginning"):
        world.register(batch, leaf, (), consents)


def test_an_inner_node_passes_for_no_leaf(world: ContractWorld) -> None:
    """A leaf is hashed twice; a pair of hashes given as a leaf leads nowhere."""
    leaves = [world.leaf() for _ in range(4)]
    tree = batch_tree([each.leaf_hash for each in leaves])
    batch = world.issue(leaves)
    left, right = tree.levels[1]
    forged = replace(leaves[0], key=left, commitment=right)
    with pytest.raises(Refused, match="PassportRegistryNotInBatch"):
        world.register(batch, forged, ())
