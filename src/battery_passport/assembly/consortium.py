"""The consortium's network as the ledger of a home: anchors, validator sets, finality proofs.

In: settings, keys, what is noted of anchors. Out: an `AnchorLedger` while opened; proofs.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

from battery_passport.adapters.evm.accounts import address_of
from battery_passport.adapters.evm.anchors import EvmAnchorLedger
from battery_passport.adapters.evm.consortium.client import ConsortiumChain
from battery_passport.adapters.evm.consortium.contracts import ConsortiumContracts
from battery_passport.adapters.evm.consortium.errors import ProofNotReady
from battery_passport.adapters.evm.consortium.model import EVM_CHAIN_ID
from battery_passport.adapters.evm.consortium.proving import FinalityProver
from battery_passport.adapters.evm.deployment import ContractSet, contracts_of_address
from battery_passport.adapters.evm.journal import write_durably
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.log import NotedAnchor, SqlCheckpointStore
from battery_passport.adapters.sql.outgoing import SqlOutgoing
from battery_passport.assembly.home import Home
from battery_passport.assembly.keys import InstallationKeys
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import canonical_json, parse_json, parse_json_object
from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.ledger.finality.model import (
    FinalityProof,
    ValidatorSet,
    read_finality,
    read_validator_set,
)
from battery_passport.ledger.finality.verification import verify_change
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.proof.trust import CONSORTIUM_ENGINE, ChainTrust

_NEXT_BLOCK_S = 15.0
_PAUSE_S = 0.3


class ConsortiumLedger:
    """Where checkpoints of this home are anchored: a network that several organisations run."""

    chain_id = EVM_CHAIN_ID

    def __init__(
        self,
        settings: Settings,
        home: Home,
        *,
        keys: InstallationKeys,
        database: Database,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._home = home
        self._keys = keys
        self._database = database
        self._outgoing = SqlOutgoing(database, clock)
        self._prover = FinalityProver(settings.chain.comet_urls)

    @property
    def contract(self) -> str:
        """The anchors contract's address."""
        return self.contracts.anchors.lower()

    @property
    def contracts(self) -> ContractSet:
        """The addresses of all contracts: they follow from the deployer's."""
        own = address_of(self._keys.deployer_key.public_key)
        return contracts_of_address(self._settings.chain.deployer or own)

    def trust(self) -> ChainTrust:
        """Return what a reader's trust file says of this ledger."""
        network = self._settings.chain.network
        return ChainTrust(CONSORTIUM_ENGINE, self.chain_id, self.contract, network)

    def validator_sets(self) -> tuple[ValidatorSet, ...]:
        """Return the sets that a trust file names: the genesis set, and each one that followed.

        The first is believed as the nodes tell it, and kept; each later one is proven from it.
        Raises: ChainUnavailable if no node answers and none is kept.
        """
        kept = self._kept_sets()
        try:
            sets = kept or [self._prover.first_set()]
            for block in self._prover.changes(after=sets[-1]):
                network = self._settings.chain.network
                sets.append(verify_change(block, network=network, trusted_sets=sets))
        except ChainUnavailable:
            if not kept:
                raise
            return tuple(kept)
        if len(sets) > len(self._kept_sets()):
            document = [each.as_json() for each in sets]
            write_durably(self._home.validator_sets, json.dumps(document, indent=2).encode())
        return tuple(sets)

    def finality_of(self, checkpoint: SignedCheckpoint) -> FinalityProof | None:
        """Return what validators agreed on about an anchored checkpoint; None if it is not.

        Raises: ChainUnavailable, ProofNotReady.
        """
        noted = self._noted(checkpoint)
        if noted is None or noted.transaction_hash is None or noted.block_number is None:
            return None
        file = self._home.chain / f"finality-{noted.transaction_hash.hex()}.json"
        if file.exists():
            return read_finality(parse_json_object(file.read_bytes()))
        proof = self._proven(noted.transaction_hash, noted.block_number)
        write_durably(file, canonical_json(proof.as_json()))
        return proof

    @contextmanager
    def opened(self) -> Iterator[EvmAnchorLedger]:
        """Give the network while the block lasts. Raises: ChainUnavailable at the first time."""
        if not self._home.validator_sets.exists():
            self.validator_sets()
        chain = ConsortiumChain(self._settings.chain.rpc_urls)
        origin_hash = sha256(self._keys.log.name.encode())
        anchorer = address_of(self._keys.anchor_key.public_key)
        try:
            yield EvmAnchorLedger(
                chain,
                ConsortiumContracts(
                    chain, self.contracts, anchorer=anchorer, origin_hash=origin_hash
                ),
                signing_key=self._keys.anchor_key,
                origin=self._keys.log.name,
                gas_price_wei=self._settings.chain_gas_price_wei,
                outgoing=self._outgoing,
            )
        finally:
            chain.close()

    def _proven(self, transaction_hash: bytes, block_number: int) -> FinalityProof:
        """Return the proof; the block that seals it comes about a second after the anchor's."""
        known = self.validator_sets()
        deadline_s = time.monotonic() + _NEXT_BLOCK_S
        while True:
            try:
                return self._prover.prove(transaction_hash, block_number, known=known)
            except ProofNotReady:
                if time.monotonic() > deadline_s:
                    raise
                time.sleep(_PAUSE_S)

    def _noted(self, checkpoint: SignedCheckpoint) -> NotedAnchor | None:
        size = checkpoint.head.size
        with self._database.read() as connection:
            found = SqlCheckpointStore(connection).anchored_beyond(size - 1, limit=1)
        return found[0] if found and found[0].checkpoint.head == checkpoint.head else None

    def _kept_sets(self) -> list[ValidatorSet]:
        file = self._home.validator_sets
        if not file.exists():
            return []
        document = parse_json(file.read_bytes())
        return [read_validator_set(each) for each in document] if isinstance(document, list) else []
