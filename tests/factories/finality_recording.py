"""Records proofs of a real network for the unit tests: a program of its own.

In: the validators' node. Out: tests/unit/ledger/finality/recorded.json.
"""

import json
import sys
import tempfile
from pathlib import Path

from battery_passport.adapters.evm.artefact import CHECKPOINT_ANCHORS, load_artefact
from battery_passport.adapters.evm.consortium.model import EVM_CHAIN_ID
from battery_passport.adapters.evm.consortium.staking import Member, deciding_keys
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.node import quantity
from battery_passport.assembly.local_consortium import NETWORK
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.model import AnchorReceipt
from tests.factories.chain import account_key, make_head
from tests.factories.consortium import (
    ORIGIN,
    ConsortiumWorld,
    eventually,
    running_world,
)

TARGET = Path(__file__).parents[1] / "unit" / "ledger" / "finality" / "recorded.json"


def main() -> int:
    """Make a network, a few anchors, a failed one and a change of the set; write them down."""
    with tempfile.TemporaryDirectory() as folder, running_world(Path(folder)) as world:
        ledger = world.ledger()
        alone = ledger.submit(make_head(5))
        *_, among = ledger.submit_many([make_head(size) for size in (6, 7, 8)])
        proofs = {
            "alone": _told(world, alone),
            "among others": _told(world, among),
            "failed": _failed(world),
        }
        _let_a_fifth_join(world)
        proofs["after a change"] = _told(world, ledger.submit(make_head(9)))
        document = {
            "network": NETWORK,
            "origin": ORIGIN,
            "contract": world.contracts.anchors.lower(),
            "set": world.first_set.as_json(),
            "proofs": proofs,
        }
    TARGET.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0


def _told(world: ConsortiumWorld, receipt: AnchorReceipt) -> JsonObject:
    head = receipt.anchor.head
    proof = world.prove(receipt).as_json()
    return {"size": head.size, "root": head.root.hex(), "proof": proof}


def _failed(world: ConsortiumWorld) -> JsonObject:
    """Return the proof that the network agreed on a transaction that the contract refused."""
    account = ChainAccount(account_key("anchor account of the tests"), chain_id=EVM_CHAIN_ID)
    origin_hash = sha256(ORIGIN.encode())
    call = load_artefact(CHECKPOINT_ANCHORS).call("anchor", origin_hash, 1, bytes(32), bytes(32))
    asked = world.chain.request("eth_getTransactionCount", [account.address, "latest"])
    raw = account.sign(nonce=quantity(asked), data=call, gas=300_000, to=world.contracts.anchors)
    receipt = world.chain.commit([raw])[0]
    world.network.wait_for_height(receipt.block_number + 1)
    return {"proof": world.prover.prove(receipt.transaction_hash, receipt.block_number).as_json()}


def _let_a_fifth_join(world: ConsortiumWorld) -> None:
    network = world.network
    givers = list(network.nodes.values())
    newcomer = network.add_node("newcomer")
    network.start("newcomer")
    for giver in givers:
        Member(network.program, giver, network=NETWORK, through=givers[0]).give(newcomer, 225)
    joining = Member(network.program, newcomer, network=NETWORK, through=givers[0])
    joining.declare(900)
    eventually(lambda: joining.key() in deciding_keys(givers[0]))
    network.wait_for_height(network.height(givers[0].slug) + 2, givers[0].slug)


if __name__ == "__main__":
    sys.exit(main())
