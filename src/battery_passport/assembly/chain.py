"""The ledger of a home: the embedded development ledger, or what every ledger must offer.

In: the home, the anchor key. Out: an `AnchorLedger` while opened; its address at any time.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from battery_passport.adapters.evm.accounts import address_of
from battery_passport.adapters.evm.anchors import EvmAnchorLedger
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.deployment import ContractSet, contracts_of
from battery_passport.adapters.evm.embedded import (
    DEVELOPMENT_CHAIN_ID,
    ChainPlaces,
    EmbeddedChain,
)
from battery_passport.adapters.evm.engine import find_engine
from battery_passport.adapters.evm.errors import EngineMissing
from battery_passport.adapters.evm.own_contracts import OwnContracts, OwnKeys
from battery_passport.assembly.home import Home
from battery_passport.assembly.keys import InstallationKeys
from battery_passport.assembly.locating import node_modules
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.finality.model import FinalityProof, ValidatorSet
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.ledger.ports import OutgoingTransactions
from battery_passport.proof.trust import DEVELOPMENT_ENGINE, ChainTrust


class HomeLedger(Protocol):
    """Where checkpoints of a home are anchored."""

    @property
    def chain_id(self) -> int: ...

    @property
    def contract(self) -> str:
        """The anchors contract's address."""
        ...

    @property
    def contracts(self) -> ContractSet:
        """The addresses of all contracts."""
        ...

    def trust(self) -> ChainTrust:
        """Return what a reader's trust file says of this ledger."""
        ...

    def validator_sets(self) -> tuple[ValidatorSet, ...]:
        """Return the validator sets that a trust file names. Raises: ChainUnavailable."""
        ...

    def finality_of(self, checkpoint: SignedCheckpoint, /) -> FinalityProof | None:
        """Return what validators agreed on about an anchored checkpoint; None if there are none.

        Raises: ChainUnavailable, ProofNotReady.
        """
        ...

    def opened(self) -> AbstractContextManager[EvmAnchorLedger]:
        """Give the ledger while the block lasts."""
        ...


class DevelopmentLedger:
    """Where checkpoints of this home are anchored."""

    chain_id = DEVELOPMENT_CHAIN_ID

    def __init__(
        self,
        settings: Settings,
        home: Home,
        *,
        keys: InstallationKeys,
        clock: Clock,
        outgoing: OutgoingTransactions | None = None,
    ) -> None:
        """`outgoing` keeps signed transactions until the chain holds them for good."""
        self._outgoing = outgoing
        self._settings = settings
        self._home = home
        self._keys = keys
        self._clock = clock

    @property
    def contract(self) -> str:
        """The anchors contract's address."""
        return self.contracts.anchors.lower()

    @property
    def contracts(self) -> ContractSet:
        """The addresses of all contracts: they follow from the deployer's key."""
        return contracts_of(ChainAccount(self._keys.deployer_key, chain_id=self.chain_id))

    def trust(self) -> ChainTrust:
        """Return what a reader's trust file says of this ledger."""
        return ChainTrust(DEVELOPMENT_ENGINE, self.chain_id, self.contract)

    def validator_sets(self) -> tuple[ValidatorSet, ...]:
        """Return the validator sets that a trust file names: none, one party runs this ledger."""
        return ()

    def finality_of(self, _checkpoint: SignedCheckpoint) -> FinalityProof | None:
        """Return what validators agreed on about an anchored checkpoint: nothing here."""
        return None

    @contextmanager
    def opened(self) -> Iterator[EvmAnchorLedger]:
        """Run the chain while the block lasts.

        Raises: EngineMissing, ChainInUse, JournalDamaged, ChainUnavailable.
        """
        program = find_engine(start=node_modules(self._settings).parent)
        if program is None:
            raise EngineMissing("The chain engine is not installed.")
        places = ChainPlaces(
            state_folder=self._home.chain, address_file=self._home.chain_file, program=program
        )
        chain = EmbeddedChain(places, self._clock)
        try:
            yield EvmAnchorLedger(
                chain,
                self._own_contracts(chain),
                signing_key=self._keys.anchor_key,
                origin=self._keys.log.name,
                gas_price_wei=self._settings.chain_gas_price_wei,
                outgoing=self._outgoing,
            )
        finally:
            chain.close()

    def _own_contracts(self, chain: EmbeddedChain) -> OwnContracts:
        keys = OwnKeys(
            deployer=self._keys.deployer_key,
            member=self._keys.organisation_key,
            anchorer=address_of(self._keys.anchor_key.public_key),
        )
        origin_hash = sha256(self._keys.log.name.encode())
        return OwnContracts(chain, chain, keys, origin_hash=origin_hash, outgoing=self._outgoing)
