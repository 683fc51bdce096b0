"""The consortium on real validators: deaths, outages, a wiped disk, comers and leavers.

In: a network of four, then five, then four others. Out: every anchor made once, each with a proof
that stays valid. The tests build on one another: a network is dear, and its past is the point.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from battery_passport.adapters.evm.consortium.client import ConsortiumChain
from battery_passport.adapters.evm.consortium.staking import Member, deciding_keys
from battery_passport.adapters.evm.errors import RpcRefused
from battery_passport.assembly.local_consortium import NETWORK
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import canonical_json, parse_json
from battery_passport.ledger.anchoring import check_anchors
from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.ledger.finality.model import FinalAnchor, ValidatorSet, read_finality
from battery_passport.ledger.finality.verification import verify_change
from battery_passport.ledger.model import AnchorReceipt
from battery_passport.proof.trust import CONSORTIUM_ENGINE, ChainTrust, TrustFile
from tests.factories.chain import make_head
from tests.factories.consortium import (
    ConsortiumWorld,
    eventually,
    running_world,
)
from tests.factories.javascript_verifier import ask_javascript_about_finality
from tests.factories.proof import issued_installation

pytestmark = [
    pytest.mark.integration,
    pytest.mark.xdist_group("consortium"),
    pytest.mark.timeout(600),
]

HEIGHTS = 50
LARGEST_PROOF_BYTES = 25_000
QUORUM = 3
NEWCOMER = "association-of-recyclers"


@dataclass
class Past:
    """What the network was made to do so far."""

    world: ConsortiumWorld
    receipts: list[AnchorReceipt] = field(default_factory=list)
    proofs: dict[int, bytes] = field(default_factory=dict)

    def anchor(self, count: int, *, chain: ConsortiumChain | None = None) -> list[AnchorReceipt]:
        """Make anchors one by one, each in a block of its own."""
        ledger = self.world.ledger(chain=chain)
        first = self.receipts[-1].anchor.head.size + 1 if self.receipts else 1
        made = [ledger.submit(make_head(size)) for size in range(first, first + count)]
        self.receipts += made
        return made

    def prove(self, *receipts: AnchorReceipt) -> None:
        """Keep the proofs of anchors as bytes, as a bundle would."""
        for receipt in receipts:
            proof = self.world.prove(receipt)
            octets = canonical_json(proof.as_json())
            assert len(octets) < LARGEST_PROOF_BYTES
            self.proofs[receipt.anchor.number] = octets

    def check_proofs(self, *more: ValidatorSet) -> list[FinalAnchor]:
        """Check every proof that was ever kept, offline."""
        return [
            self.world.verify(read_finality(parse_json(octets)), self.receipts[number], *more)
            for number, octets in self.proofs.items()
        ]

    def check_proofs_twice(self) -> None:
        """Check every proof with both verifiers: they must see the same anchors."""
        ours = [
            {
                "height": each.height,
                "signed": each.signed_power,
                "power": each.total_power,
                "size": each.size,
                "originHash": each.origin_hash.hex(),
                "root": each.root.hex(),
                "at": format_utc(each.block_time),
            }
            for each in self.check_proofs()
        ]
        texts = [octets.decode() for octets in self.proofs.values()]
        assert ask_javascript_about_finality(self.trust().encode(), texts) == ours

    def trust(self) -> TrustFile:
        """Return what a reader trusts who knows the validators of the beginning."""
        contract = self.world.contracts.anchors.lower()
        return issued_installation().trust(
            chain=ChainTrust(CONSORTIUM_ENGINE, self.world.chain.chain_id, contract, NETWORK),
            validator_sets=(self.world.first_set,),
        )


@pytest.fixture(scope="module")
def past(consortium: ConsortiumWorld) -> Past:
    return Past(consortium)


def head_hash(past: Past, slug: str, height: int) -> object:
    chain = ConsortiumChain([past.world.network.nodes[slug].ethereum_url])
    block = chain.request("eth_getBlockByNumber", [hex(height), False])
    chain.close()
    assert isinstance(block, dict), height
    return block["hash"]


def check_one_history(past: Past) -> None:
    """Check that all running nodes have the same newest block, and each anchor once."""
    network = past.world.network
    height = max(network.height(slug) for slug in network.running_slugs())
    network.wait_for_height(height)
    assert len({head_hash(past, slug, height) for slug in network.running_slugs()}) == 1
    anchors = past.world.ledger().anchors()
    assert list(anchors) == [each.anchor for each in past.receipts]
    roots = {each.anchor.head.size: each.anchor.head.root for each in past.receipts}
    check_anchors(anchors, roots.get)


def test_anchors_are_final_and_proven(past: Past) -> None:
    made = past.anchor(12)
    past.prove(*made)
    assert past.world.ledger().finality == "consortium network"
    assert len({each.block_number for each in made}) == len(made)
    past.check_proofs()
    check_one_history(past)


def test_many_anchors_in_one_block_are_proven_each(past: Past) -> None:
    first = past.receipts[-1].anchor.head.size + 1
    heads = [make_head(size) for size in range(first, first + 7)]
    made = list(past.world.ledger().submit_many(heads))
    past.receipts += made
    blocks = [each.block_number for each in made]
    assert len(set(blocks)) < len(blocks)
    past.prove(*made)
    past.check_proofs()


def test_only_listed_accounts_deploy(past: Past) -> None:
    from_chain = past.world.chain
    stranger = "0x" + "77" * 20
    code = "0x600a600c600039600a6000f3602a60005260206000f3"
    with pytest.raises(RpcRefused, match=r"(?i)permission|denied|not allowed|authori"):
        from_chain.request("eth_call", [{"from": stranger, "data": code}, "latest"])


def test_one_validator_killed_and_anchors_go_on(past: Past) -> None:
    # The first node is the one that the client asks: it must turn to another by itself.
    past.world.network.kill("city")
    past.prove(*past.anchor(5))
    past.check_proofs()
    weakest = read_finality(parse_json(past.proofs[len(past.receipts) - 1]))
    assert len(weakest.blocks[0].commit.votes) == QUORUM


def test_two_killed_and_nothing_is_anchored_until_they_are_back(past: Past) -> None:
    network = past.world.network
    network.kill("operator" if "operator" in network.nodes else "association")
    waiting = make_head(past.receipts[-1].anchor.head.size + 1)
    impatient = ConsortiumChain(
        [node.ethereum_url for node in network.nodes.values()], patience_s=4
    )
    stopped_at = max(network.height(slug) for slug in network.running_slugs())
    with pytest.raises(ChainUnavailable):
        past.world.ledger(chain=impatient).submit(waiting)
    impatient.close()
    assert max(network.height(slug) for slug in network.running_slugs()) <= stopped_at + 1
    # What is final can be read, and proven, meanwhile.
    assert past.world.ledger().find(past.receipts[0].anchor.head) == past.receipts[0].anchor
    past.check_proofs()
    for slug in network.nodes:
        network.start(slug)
    # The platform comes back with the same head: the transaction that waited counts, or a new one.
    past.receipts.append(past.world.ledger().submit(waiting))
    past.prove(past.receipts[-1])
    network.wait_for_height(past.receipts[-1].block_number + 1)
    check_one_history(past)
    past.check_proofs()


def test_lost_answers_and_several_senders_make_no_duplicates(past: Past) -> None:
    head = make_head(past.receipts[-1].anchor.head.size + 1)
    ledgers = [past.world.ledger() for _ in range(3)]
    start = threading.Barrier(len(ledgers))

    def submit(place: int) -> AnchorReceipt:
        start.wait()
        return ledgers[place].submit(head)

    with ThreadPoolExecutor(len(ledgers)) as pool:
        receipts = list(pool.map(submit, range(len(ledgers))))
    assert len(set(receipts)) == 1
    past.receipts.append(receipts[0])
    check_one_history(past)


def test_a_validator_with_a_wiped_disk_comes_back(past: Past) -> None:
    network = past.world.network
    network.stop("institute")
    network.wipe("institute")
    past.prove(*past.anchor(3))
    network.start("institute")
    height = past.receipts[-1].block_number
    network.wait_for_height(height, "institute")
    own = Member(
        network.program,
        network.nodes["institute"],
        network=NETWORK,
        through=network.nodes["city"],
    )
    assert own.key() in deciding_keys(network.nodes["city"])
    check_one_history(past)

    def votes_again() -> bool:
        receipt = past.anchor(1)[0]
        return len(past.world.prove(receipt).blocks[0].commit.votes) == len(network.nodes)

    eventually(votes_again)


def test_a_fifth_joins_and_one_leaves_and_proofs_follow(past: Past) -> None:
    network = past.world.network
    givers = list(network.nodes.values())
    newcomer = network.add_node(NEWCOMER)
    network.start(NEWCOMER)
    through = network.nodes["city"]
    for giver in givers:
        Member(network.program, giver, network=NETWORK, through=through).give(newcomer, 225)
    network.wait_for_height(network.height("city"), NEWCOMER)
    joining = Member(network.program, newcomer, network=NETWORK, through=through)
    joining.declare(900)
    eventually(lambda: joining.key() in deciding_keys(through))
    past.anchor(1)
    eventually(lambda: past.world.prove(past.anchor(1)[0]).blocks[0].next_validators is not None)
    joined = past.anchor(3)
    past.prove(*joined)
    assert (
        past.world.verify(
            read_finality(parse_json(past.proofs[joined[-1].anchor.number])), joined[-1]
        ).total_power
        == 4_900
    )

    leaving = Member(network.program, network.nodes["institute"], network=NETWORK, through=through)
    leaving.leave(1_000)
    eventually(lambda: leaving.key() not in deciding_keys(through))
    network.wait_for_height(network.height("city") + 3)
    network.stop("institute")
    past.prove(*past.anchor(3))
    final = past.receipts[-1]
    proof = read_finality(parse_json(past.proofs[final.anchor.number]))
    assert past.world.verify(proof, final).total_power == 3_900
    assert len(proof.blocks) >= 3
    check_one_history(past)
    past.check_proofs()


def test_the_changes_are_proven_one_from_the_other(past: Past) -> None:
    sets = [past.world.first_set]
    for block in past.world.prover.changes(after=sets[0]):
        sets.append(verify_change(block, network=NETWORK, trusted_sets=sets))
    assert sets[0].total_power == 4_000
    assert sets[-1].total_power == 3_900
    assert len(sets) >= 2
    # Every proof made so far holds under the newer trust file too.
    past.check_proofs(*sets[1:])


def test_proofs_of_fifty_heights_hold_offline(past: Past) -> None:
    heights = {each.block_number for each in past.receipts}
    if len(heights) < HEIGHTS:
        past.anchor(HEIGHTS - len(heights))
    past.prove(*past.receipts)
    past.check_proofs_twice()
    assert len({past.receipts[number].block_number for number in past.proofs}) >= HEIGHTS


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_proofs_of_a_thousand_heights_hold_offline(tmp_path: Path) -> None:
    with running_world(tmp_path) as world:
        past = Past(world)
        for _ in range(100):
            past.prove(*past.anchor(10))
        assert len({each.block_number for each in past.receipts}) == len(past.proofs) == 1_000
        past.check_proofs_twice()
