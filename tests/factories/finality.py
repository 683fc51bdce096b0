"""A consortium of made-up validators that really sign: finality proofs of any kind, good or bad.

In: what a test varies. Out: proofs, validator sets, and the parts they are made of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from battery_passport.foundation.digests import sha256
from battery_passport.ledger.finality.headers import header_hash, validators_hash
from battery_passport.ledger.finality.model import (
    Commit,
    FinalityProof,
    PathStep,
    SealedBlock,
    Validator,
    ValidatorSet,
    Vote,
)
from battery_passport.ledger.finality.protobuf import blob_field, fixed_field, number_field
from battery_passport.ledger.finality.transaction import ANCHORED_TOPIC
from battery_passport.ledger.merkle import leaf_hash, node_hash

NETWORK = "battery-passport-made-up"
CONTRACT = "0x" + "5f" * 20
ORIGIN = "battery-passport/made-up/log"
TRANSACTION_HASH = "0x" + "ab" * 32
ROOT = sha256(b"root")
SIZE = 12
HEIGHT = 41
SECONDS = 1_790_000_000


@dataclass(frozen=True, slots=True)
class Validators:
    """A set of validators with their private keys, in the network's order."""

    keys: tuple[Ed25519PrivateKey, ...]
    public: tuple[Validator, ...]

    def trusted_from(self, height: int) -> ValidatorSet:
        return ValidatorSet(height, self.public)


def make_validators(count: int = 4, *, power: int = 1_000, seed: str = "") -> Validators:
    """Return validators of equal power."""
    keys = [Ed25519PrivateKey.from_private_bytes(_key(seed, place)) for place in range(count)]
    keys.sort(key=lambda key: sha256(key.public_key().public_bytes_raw())[:20])
    public = tuple(Validator(key.public_key().public_bytes_raw(), power) for key in keys)
    return Validators(tuple(keys), public)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPlan:
    """What a made-up block says, and who signs it."""

    height: int = HEIGHT
    network: str = NETWORK
    validators: Validators = field(default_factory=make_validators)
    next_validators: Validators | None = None
    data_hash: bytes = bytes(32)
    results_hash: bytes = bytes(32)
    parent: SealedBlock | None = None
    signers: Sequence[int] | None = None
    shows_next: bool = True
    signs_as: dict[str, int | str] = field(default_factory=dict)
    """What the votes say instead of what the block says: `height`, `round`, `network`."""


def make_block(plan: BlockPlan) -> SealedBlock:
    """Return a block that the planned signers have signed."""
    following = plan.next_validators or plan.validators
    header = (
        number_field(1, 11),
        blob_field(1, plan.network.encode()),
        number_field(1, plan.height),
        number_field(1, SECONDS + plan.height) + number_field(2, 123_456_789),
        _parent_field(plan.parent),
        *(blob_field(1, sha256(b"last commit")), blob_field(1, plan.data_hash)),
        blob_field(1, validators_hash(plan.validators.public)),
        blob_field(1, validators_hash(following.public)),
        *(blob_field(1, sha256(b"consensus")), blob_field(1, sha256(b"app"))),
        *(blob_field(1, plan.results_hash), blob_field(1, sha256(b"evidence"))),
        blob_field(1, sha256(b"proposer")[:20]),
    )
    commit = Commit(
        height=plan.height,
        round=0,
        block_hash=header_hash(header),
        parts_total=1,
        parts_hash=sha256(b"parts of %d" % plan.height),
        votes=(),
    )
    signers = range(len(plan.validators.keys)) if plan.signers is None else plan.signers
    votes = tuple(make_vote(commit, plan, place) for place in signers)
    shown = plan.next_validators if plan.shows_next else None
    return SealedBlock(
        header=header,
        commit=replace(commit, votes=votes),
        next_validators=None if shown is None else shown.public,
    )


def make_vote(commit: Commit, plan: BlockPlan, place: int) -> Vote:
    """Return one validator's signature for a block."""
    seconds, nanoseconds = SECONDS + plan.height + 1, 1_000 + place
    parts = number_field(1, commit.parts_total) + blob_field(2, commit.parts_hash)
    message = b"".join(
        (
            number_field(1, 2),
            fixed_field(2, int(plan.signs_as.get("height", commit.height))),
            fixed_field(3, int(plan.signs_as.get("round", commit.round))),
            blob_field(4, blob_field(1, commit.block_hash) + blob_field(2, parts)),
            blob_field(5, number_field(1, seconds) + number_field(2, nanoseconds)),
            blob_field(6, str(plan.signs_as.get("network", plan.network)).encode()),
        )
    )
    # A message of this kind is signed behind its own length, as a field without its tag.
    signature = plan.validators.keys[place].sign(blob_field(1, message)[1:])
    return Vote(place, seconds, nanoseconds, signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPlan:
    """What a made-up proof shows."""

    block: BlockPlan = field(default_factory=BlockPlan)
    sealing: dict[str, object] = field(default_factory=dict)
    changes: tuple[SealedBlock, ...] = ()
    transaction: bytes = b""
    result: bytes = b""
    neighbours: tuple[tuple[bool, bytes, bytes], ...] = ()


def make_proof(plan: ProofPlan | None = None) -> FinalityProof:
    """Return a proof that holds, unless the plan says otherwise."""
    plan = plan or ProofPlan()
    transaction = plan.transaction or make_transaction()
    result = plan.result or make_result()
    path = tuple(PathStep(left, one, other) for left, one, other in plan.neighbours)
    data_hash, results_hash = leaf_hash(sha256(transaction)), leaf_hash(result)
    for step in path:
        data_hash = _above(data_hash, step.transaction, left=step.neighbour_is_left)
        results_hash = _above(results_hash, step.result, left=step.neighbour_is_left)
    block = make_block(replace(plan.block, data_hash=data_hash))
    following = plan.block.next_validators or plan.block.validators
    sealing = BlockPlan(
        height=plan.block.height + 1,
        network=plan.block.network,
        validators=following,
        results_hash=results_hash,
        parent=block,
    )
    last = make_block(replace(sealing, **plan.sealing))  # type: ignore[arg-type]
    return FinalityProof(
        blocks=(*plan.changes, block, last), transaction=transaction, result=result, path=path
    )


def make_transaction(
    *, kind: str = "MsgEthereumTx", ethereum_hash: str = TRANSACTION_HASH
) -> bytes:
    """Return a Cosmos transaction around an Ethereum one."""
    message = blob_field(1, b"the signed Ethereum transaction") + blob_field(
        3, ethereum_hash.encode()
    )
    wrapped = blob_field(1, f"/cosmos.evm.vm.v1.{kind}".encode()) + blob_field(2, message)
    return blob_field(1, blob_field(1, wrapped)) + blob_field(2, b"") + blob_field(3, b"")


def make_result(
    *,
    code: int = 0,
    vm_error: str = "",
    ethereum_hash: str = TRANSACTION_HASH,
    logs: Sequence[bytes] | None = None,
) -> bytes:
    """Return the deterministic part of a transaction's result."""
    events = [make_log()] if logs is None else logs
    response = b"".join(
        (
            blob_field(1, ethereum_hash.encode()),
            *(blob_field(2, each) for each in events),
            blob_field(4, vm_error.encode()) if vm_error else b"",
            number_field(5, 53_000),
        )
    )
    kind = b"/cosmos.evm.vm.v1.MsgEthereumTxResponse"
    wrapped = blob_field(1, kind) + blob_field(2, response)
    data = blob_field(2, blob_field(2, wrapped))
    return number_field(1, code) + data + number_field(5, 300_000) + number_field(6, 53_000)


def make_log(
    *,
    contract: str = CONTRACT,
    topic: str = ANCHORED_TOPIC,
    origin: str = ORIGIN,
    root: bytes = ROOT,
    size: int = SIZE,
) -> bytes:
    """Return an event as the node tells it."""
    data = size.to_bytes(32, "big") + root + bytes(32) + (0).to_bytes(32, "big")
    return b"".join(
        (
            blob_field(1, contract.encode()),
            blob_field(2, topic.encode()),
            blob_field(2, f"0x{sha256(origin.encode()).hex()}".encode()),
            blob_field(3, data),
            number_field(4, HEIGHT),
            blob_field(5, TRANSACTION_HASH.encode()),
        )
    )


def _key(seed: str, place: int) -> bytes:
    return sha256(f"validator {seed} {place}".encode())


def _above(below: bytes, neighbour: bytes, *, left: bool) -> bytes:
    return node_hash(neighbour, below) if left else node_hash(below, neighbour)


def _parent_field(parent: SealedBlock | None) -> bytes:
    if parent is None:
        return b""
    commit = parent.commit
    parts = number_field(1, commit.parts_total) + blob_field(2, commit.parts_hash)
    return blob_field(1, commit.block_hash) + blob_field(2, parts)
