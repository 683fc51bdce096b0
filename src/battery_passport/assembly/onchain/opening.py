"""Opens the registry of passports on the chain that the anchoring role holds.

In: the anchoring role and the relay account's key. Out: the registry while a block lasts.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from battery_passport.adapters.evm.accounts import AccountKey
from battery_passport.adapters.evm.anchors import EvmAnchorLedger
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.deployment import ContractSet, are_deployed
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.adapters.evm.sending import Sender
from battery_passport.assembly.anchoring import ChainAnchoring
from battery_passport.foundation.errors import Misconfigured
from battery_passport.ledger.ports import AnchorLedger, OutgoingTransactions


def as_registry_chain(chain: AnchorLedger) -> EvmAnchorLedger:
    """Return the chain as one that has a registry of passports. Raises: Misconfigured."""
    if not isinstance(chain, EvmAnchorLedger):
        raise Misconfigured("This ledger has no registry of passports.")
    return chain


class RegistryDoor:
    """The registry, for one user of this process at a time."""

    def __init__(
        self,
        anchoring: ChainAnchoring,
        contracts: Callable[[], ContractSet],
        *,
        relay: AccountKey,
        gas_price_wei: int,
        outgoing: OutgoingTransactions,
    ) -> None:
        """`relay` carries what others signed; it has no power over anything."""
        self._anchoring = anchoring
        self._contracts = contracts
        self._relay = relay
        self._gas_price_wei = gas_price_wei
        self._outgoing = outgoing
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def opened(self) -> Iterator[EvmPassportRegistry]:
        """Give the registry while nobody else of this process writes to it.

        Raises: RoleTaken, ChainUnavailable, EngineMissing.
        """
        with self._one_at_a_time, self._anchoring.chain() as ledger:
            chain = as_registry_chain(ledger)
            contracts = self._contracts()
            if not are_deployed(chain.node, contracts):
                chain.deploy()
            account = ChainAccount(
                self._relay, chain_id=chain.chain_id, gas_price_wei=self._gas_price_wei
            )
            sender = Sender(chain.node, account, self._outgoing)
            sender.resume()
            yield EvmPassportRegistry(chain.node, contracts, sender)
