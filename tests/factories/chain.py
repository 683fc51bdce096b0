"""An embedded development ledger for tests, and anchors to put on it.

In: a folder. Out: a running chain and its client; tests skip where no engine is installed.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from battery_passport.adapters.evm.accounts import address_of
from battery_passport.adapters.evm.anchors import EvmAnchorLedger
from battery_passport.adapters.evm.embedded import BLOCKS_PER_DUMP, ChainPlaces, EmbeddedChain
from battery_passport.adapters.evm.engine import find_engine
from battery_passport.adapters.evm.own_contracts import OwnContracts, OwnKeys
from battery_passport.adapters.keystore.software import SoftwareKey
from battery_passport.credentials.keystore import KeyKind
from battery_passport.foundation.clock import Clock, FixedClock
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.model import TreeHead
from tests.factories.ledger import MOMENT, ORIGIN

ANCHOR_KEY = hashlib.sha256(b"anchor account of the tests").digest()


def account_key(name: str) -> SoftwareKey:
    """Return the same account's key for the same name."""
    return SoftwareKey.of(KeyKind.SECP256K1, hashlib.sha256(name.encode()).digest())


OWN_KEYS = OwnKeys(
    deployer=account_key("deployer of the tests"),
    member=account_key("member of the tests"),
    anchorer=address_of(account_key("anchor account of the tests").public_key),
)


def require_engine() -> Path:
    engine = find_engine()
    if engine is None:
        pytest.skip("the chain engine (anvil) is not in node_modules: run `make setup`")
    return engine


def make_head(size: int) -> TreeHead:
    return TreeHead(size=size, root=hashlib.sha256(b"root %d" % size).digest())


@dataclass
class ChainWorld:
    """An embedded chain and its anchoring client."""

    chain: EmbeddedChain
    ledger: EvmAnchorLedger
    folder: Path
    contracts: OwnContracts

    @property
    def journal(self) -> Path:
        return self.folder / "chain" / "journal"


def make_chain(
    folder: Path, *, blocks_per_dump: int = BLOCKS_PER_DUMP, clock: Clock | None = None
) -> ChainWorld:
    places = ChainPlaces(
        state_folder=folder / "chain",
        address_file=folder / "run" / "chain.json",
        program=require_engine(),
    )
    chain = EmbeddedChain(places, clock or FixedClock(MOMENT), blocks_per_dump=blocks_per_dump)
    contracts = own_contracts(chain, ORIGIN)
    ledger = EvmAnchorLedger(chain, contracts, signing_key=ANCHOR_KEY, origin=ORIGIN)
    return ChainWorld(chain=chain, ledger=ledger, folder=folder, contracts=contracts)


def own_contracts(chain: EmbeddedChain, origin: str) -> OwnContracts:
    return OwnContracts(chain, chain, OWN_KEYS, origin_hash=sha256(origin.encode()))
