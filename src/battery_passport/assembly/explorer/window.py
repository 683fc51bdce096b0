"""A window onto the chain for pages: it shows what is there, or says at once that nobody answers.

In: an installation. Out: a node to read from, for as long as a page needs it.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from battery_passport.adapters.evm.blocks import BlockReader
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.errors import RpcRefused
from battery_passport.adapters.evm.reading import ReadingNode, opened_for_reading
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.adapters.evm.sending import Sender
from battery_passport.assembly.chain_settings import CONSORTIUM
from battery_passport.assembly.installation import Installation
from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.ledger.memory import MemoryOutgoing
from battery_passport.web.views import LedgerKind

_CLOSED_FOR_S = 5.0
"""How long nobody is asked after nobody has answered."""

_FINALITY = {
    LedgerKind.DEVELOPMENT: "development ledger",
    LedgerKind.CONSORTIUM: "consortium network",
}


def ledger_kind(installation: Installation) -> LedgerKind:
    """Return which ledger an installation anchors on."""
    is_consortium = installation.settings.chain.engine == CONSORTIUM
    return LedgerKind.CONSORTIUM if is_consortium else LedgerKind.DEVELOPMENT


class ChainWindow:
    """Opens the chain for one reader at a time and page; it never waits for the anchorer."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self.kind = ledger_kind(installation)
        self._closed_until_s = 0.0

    @contextmanager
    def opened(self) -> Iterator[ReadingNode]:
        """Give a node while the block lasts.

        Raises: ChainUnavailable, at once if nobody answered a moment ago.
        """
        if time.monotonic() < self._closed_until_s:
            raise ChainUnavailable("The chain did not answer a moment ago.")
        try:
            with opened_for_reading(
                self._urls(),
                chain_id=self._installation.chain.chain_id,
                finality=_FINALITY[self.kind],
            ) as node:
                yield node
        except ChainUnavailable:
            self._closed_until_s = time.monotonic() + _CLOSED_FOR_S
            raise

    def blocks(self, node: ReadingNode) -> BlockReader:
        """Return a reader of blocks."""
        return BlockReader(node, self._installation.chain.contracts)

    def registry(self, node: ReadingNode) -> EvmPassportRegistry:
        """Return the registry of passports, for reading alone."""
        relay = ChainAccount(self._installation.keys.relay_key, chain_id=node.chain_id)
        sender = Sender(node, relay, MemoryOutgoing())
        return EvmPassportRegistry(node, self._installation.chain.contracts, sender)

    def stands(self, number: int, block_hash: bytes) -> bool | None:
        """Return whether the chain holds that very block; None if nobody answers."""
        try:
            with self.opened() as node:
                found = self.blocks(node).line(number)
        except (ChainUnavailable, RpcRefused):
            return None
        return found is not None and found.block_hash == block_hash

    def _urls(self) -> Sequence[str]:
        if self.kind is LedgerKind.CONSORTIUM:
            return self._installation.settings.chain.rpc_urls
        try:
            told = json.loads(self._installation.home.chain_file.read_text("utf-8"))
            return [str(told["url"])]
        except (OSError, ValueError, KeyError, TypeError):
            return []
