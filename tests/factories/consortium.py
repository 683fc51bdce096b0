"""A real consortium network for tests: four validators, the contracts, an anchoring client.

In: a folder. Out: a running network; tests skip loudly where the node cannot be had.
"""

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from battery_passport.adapters.evm.accounts import address_of
from battery_passport.adapters.evm.anchors import EvmAnchorLedger
from battery_passport.adapters.evm.consortium.client import ConsortiumChain
from battery_passport.adapters.evm.consortium.contracts import ConsortiumContracts
from battery_passport.adapters.evm.consortium.local import LocalNetwork
from battery_passport.adapters.evm.consortium.model import MEMBERS
from battery_passport.adapters.evm.consortium.program import NodeProgram
from battery_passport.adapters.evm.consortium.proving import FinalityProver
from battery_passport.adapters.evm.deployment import ContractSet
from battery_passport.assembly.local_consortium import NETWORK, running_consortium
from battery_passport.assembly.settings import PREFIX, load_settings
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.finality.model import FinalAnchor, FinalityProof, ValidatorSet
from battery_passport.ledger.finality.verification import check_anchored, verify_finality
from battery_passport.ledger.model import AnchorReceipt
from tests.factories.chain import account_key
from tests.integration.support.homes import TestHome
from tools.consortium_node import node_program
from tools.go_toolchain import NoGo

ORIGIN = "battery-passport/consortium-tests/log"
FURTHER_ORIGINS = tuple(f"battery-passport/consortium-tests/log-{place}" for place in range(8))
"""Logs that a test may anchor from their first entry on."""

BLOCK_INTERVAL_S = 0.3


@functools.cache
def require_node() -> NodeProgram:
    """Return the validators' program, built at first use."""
    try:
        return NodeProgram(node_program())
    except NoGo as error:
        pytest.skip(f"THE CONSORTIUM NETWORK IS NOT TESTED, its node cannot be built: {error}")


@dataclass(frozen=True)
class ConsortiumWorld:
    """A running network with its contracts, and the home whose organisation is a member."""

    home: TestHome
    network: LocalNetwork
    chain: ConsortiumChain
    contracts: ContractSet
    prover: FinalityProver
    first_set: ValidatorSet

    def ledger(
        self, origin: str = ORIGIN, *, chain: ConsortiumChain | None = None
    ) -> EvmAnchorLedger:
        """Return an anchoring client; all of them use one account."""
        node = chain or self.chain
        place = ConsortiumContracts(
            node, self.contracts, anchorer=_ANCHORER, origin_hash=sha256(origin.encode())
        )
        return EvmAnchorLedger(node, place, signing_key=_ANCHOR_KEY, origin=origin)

    def prove(self, receipt: AnchorReceipt) -> FinalityProof:
        """Return the proof of an anchor, once the next block is there."""
        self.network.wait_for_height(receipt.block_number + 1)
        return self.prover.prove(receipt.transaction_hash, receipt.block_number)

    def verify(
        self, proof: FinalityProof, receipt: AnchorReceipt, *more: ValidatorSet
    ) -> FinalAnchor:
        """Return the anchor that a proof shows, which must be that of the receipt."""
        anchor = verify_finality(
            proof,
            network=NETWORK,
            contract=self.contracts.anchors.lower(),
            trusted_sets=(self.first_set, *more),
        )
        head = receipt.anchor.head
        check_anchored(anchor, origin=ORIGIN, size=head.size, root=head.root)
        assert anchor.block_hash == receipt.block_hash
        return anchor


_ANCHOR_KEY = account_key("anchor account of the tests")
_ANCHORER = address_of(_ANCHOR_KEY.public_key)


@contextmanager
def running_world(folder: Path, *, members: int = 4) -> Iterator[ConsortiumWorld]:
    """Run a new network with its contracts while the block lasts."""
    program = require_node()
    home = TestHome(folder / "home", {"anchor_interval_s": "0.5", "anchor_alarm_s": "3"})
    origins = (ORIGIN, *FURTHER_ORIGINS)
    with running_consortium(
        program.path,
        load_settings(home.environment()),
        slugs=[member.slug for member in MEMBERS[:members]],
        block_interval_s=BLOCK_INTERVAL_S,
        further_anchorers=[(sha256(origin.encode()), _ANCHORER) for origin in origins],
    ) as consortium:
        network = consortium.network
        chain = ConsortiumChain([node.ethereum_url for node in network.nodes.values()])
        prover = FinalityProver([node.comet_url for node in network.nodes.values()])
        settings = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in consortium.settings().items()
        }
        yield ConsortiumWorld(
            home=replace(home, settings={**home.settings, **settings}),
            network=network,
            chain=chain,
            contracts=consortium.contracts,
            prover=prover,
            first_set=prover.first_set(),
        )
        chain.close()


def eventually(happened: Callable[[], bool], *, timeout_s: float = 120.0) -> None:
    """Return once something has happened."""
    deadline = time.monotonic() + timeout_s
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
