"""The reference page's table of gas is what the contracts use on the embedded ledger.

In: each act once, by parties that have acted before. Out: the receipts' figures, as on the page.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from battery_passport.adapters.evm.artefact import (
    CHECKPOINT_ANCHORS,
    CONSORTIUM,
    PASSPORT_REGISTRY,
    load_artefact,
)
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.deployment import Founding, deploy_contracts
from battery_passport.adapters.evm.embedded import EmbeddedChain
from battery_passport.adapters.evm.node import octets
from battery_passport.ledger.memory import MemoryOutgoing
from battery_passport.ledger.onchain.batch_tree import batch_tree
from battery_passport.ledger.onchain.decisions import RoleChange
from battery_passport.ledger.onchain.messages import OwnershipTransfer, StatusChange
from battery_passport.ledger.onchain.roles import ISSUER
from battery_passport.ledger.onchain.statuses import StatusCode
from tests.factories.chain import OWN_KEYS, make_chain
from tests.factories.contracts import (
    ALICE,
    ANCHORER,
    BOB,
    ISSUER_PARTY,
    MEMBERS,
    NAMES,
    ORIGIN_HASH,
    REBINDING_DELAY_S,
    RELAYER,
    ROLES,
    WASTE_OP,
    ContractWorld,
    Party,
)
from tests.factories.ledger import MOMENT

pytestmark = pytest.mark.integration

DEPTH = 10
WRITING = {"issueBatch", "register", "transfer", "setStatus", "anchor", "changeRole"}


class ChainContracts(ContractWorld):
    """The same world on the embedded ledger: each act is a transaction with a receipt."""

    def __init__(self, chain: EmbeddedChain) -> None:
        super().__init__(chain_id=chain.chain_id)
        self.now_s = int(MOMENT.timestamp())
        self.chain = chain
        self.sent: dict[str, int] = {}
        outgoing = MemoryOutgoing()
        founding = Founding(
            members=[each.address for each in MEMBERS],
            threshold=2,
            roles=[(role, party.address) for role, party in ROLES],
            rebinding_delay_s=REBINDING_DELAY_S,
        )
        deployer = ChainAccount(OWN_KEYS.deployer, chain_id=chain.chain_id)
        found = deploy_contracts(chain, deployer, founding, outgoing=outgoing)
        places = (found.consortium, found.anchors, found.registry)
        self.addresses = dict(zip(NAMES, places, strict=True))
        hashes = [
            each.transaction_hash
            for each in outgoing.from_nonce(deployer.address, chain.chain_id, 0)
        ]
        for name, each in zip(NAMES, hashes, strict=True):
            receipt = chain.request("eth_getTransactionReceipt", [f"0x{each.hex()}"])
            assert isinstance(receipt, dict)
            self.gas[f"deploy {name}"] = int(str(receipt["gasUsed"]), 16)

    def call(
        self, name: str, function: str, *arguments: object, sender: Party = RELAYER, at: str = ""
    ) -> tuple[Any, ...]:
        assert not at
        artefact, to = load_artefact(name), self.addresses[name]
        data = artefact.call(function, *arguments)
        call = {"from": sender.address, "to": to, "data": f"0x{data.hex()}"}
        answer = octets(self.chain.request("eth_call", [call, "latest"]))
        if function in WRITING:
            account = ChainAccount(sender.key.secret, chain_id=self.chain_id)
            nonce = self.sent.get(sender.name, 0)
            raw = account.sign(nonce=nonce, data=data, gas=1_000_000, to=to)
            (receipt,) = self.chain.commit([raw])
            assert receipt.succeeded
            self.sent[sender.name] = nonce + 1
            self.gas[function] = receipt.gas_used
        return artefact.result(function, answer)


def measured(world: ContractWorld) -> dict[str, int]:
    """Return the gas of each act; whoever acts has acted before."""
    found = {f"deploy `{name}`": world.gas[f"deploy {name}"] for name in NAMES}
    world.registered()
    leaves = [world.leaf() for _ in range(1 << DEPTH)]
    batch = world.issue(leaves)
    found["issue a batch of any size"] = world.gas["issueBatch"]
    tree = batch_tree([each.leaf_hash for each in leaves])
    world.register(batch, leaves[0], tree.proof(0))
    found["register one of 1,024"] = world.gas["register"]
    key, holder = leaves[0].key, ISSUER_PARTY
    for receiver in (ALICE, BOB):
        move = OwnershipTransfer(
            key=key, sender=holder.address, receiver=receiver.address,
            nonce=world.token(key).nonce, deadline=world.deadline,
        )  # fmt: skip
        signatures = [each.sign(world.registry, move) for each in (holder, receiver)]
        world.call(PASSPORT_REGISTRY, "transfer", move.values, *signatures)
        holder = receiver
    found["transfer ownership"] = world.gas["transfer"]
    change = StatusChange(
        key=key, before=StatusCode.ORIGINAL, after=StatusCode.WASTE, holder=holder.address,
        actor=WASTE_OP.address, takes_responsibility=False, evidence=b"\x0e" * 32,
        nonce=world.token(key).nonce, deadline=world.deadline,
    )  # fmt: skip
    signatures = [each.sign(world.registry, change) for each in (holder, WASTE_OP)]
    world.call(PASSPORT_REGISTRY, "setStatus", change.values, *signatures)
    found["set status"] = world.gas["setStatus"]
    before = bytes(32)
    for size in (1, 2):
        root = bytes([size]) * 32
        world.call(CHECKPOINT_ANCHORS, "anchor", ORIGIN_HASH, size, root, before, sender=ANCHORER)
        before = root
    found["anchor (2nd)"] = world.gas["anchor"]
    give = RoleChange(
        role=ISSUER, account=ALICE.address, granted=True, nonce=0, deadline=world.deadline
    )
    approvals = world.approvals(world.consortium, give)
    world.call(CONSORTIUM, "changeRole", give.values, approvals)
    found["give a role, 2 of 3"] = world.gas["changeRole"]
    return found


def test_the_page_s_figures_are_those_measured(tmp_path: Path, repository: Path) -> None:
    chain = make_chain(tmp_path).chain
    page = (repository / "docs/reference/contract.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+?) \| ([\d,]{6,}) \|", page, re.MULTILINE)
    assert {name: int(gas.replace(",", "")) for name, gas in rows} == measured(
        ChainContracts(chain)
    )
    chain.close()
