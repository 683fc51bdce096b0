"""A chain as somebody reads it who has no time to wait: any of several nodes, or none.

In: addresses of nodes, the nearest first. Out: a node that answers within a second or two.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from battery_passport.adapters.evm.errors import MethodNotAllowed, RpcRefused
from battery_passport.adapters.evm.node import TransactionReceipt, quantity
from battery_passport.adapters.evm.rpc import READING_METHODS, RpcClient
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.ledger.errors import ChainUnavailable

NODE_TIMEOUT_S = 1.5
"""How long one node has for one answer."""

_ALL_TIMEOUT_S = 3.0
"""How long all nodes together have until one has answered."""


class ReadingNode:
    """Fulfils `node.ChainNode` for those who only read; use it from one thread."""

    def __init__(self, client: RpcClient, *, chain_id: int, finality: str, height: int) -> None:
        self._client = client
        self.chain_id = chain_id
        self.finality = finality
        self.height = height
        """The newest block when the node was chosen."""

    def request(self, method: str, parameters: Sequence[JsonValue] = ()) -> JsonValue:
        """Return the result of a reading call. Raises: RpcRefused, ChainUnavailable."""
        return self._client.request(method, parameters)

    def commit(self, transactions: Sequence[bytes]) -> list[TransactionReceipt]:
        """Refuse: whoever reads sends nothing. Raises: MethodNotAllowed."""
        raise MethodNotAllowed(f"{len(transactions)} transactions were given to a reader.")


@contextmanager
def opened_for_reading(
    urls: Sequence[str], *, chain_id: int, finality: str
) -> Iterator[ReadingNode]:
    """Give the first node that answers while the block lasts. Raises: ChainUnavailable."""
    deadline_s = time.monotonic() + _ALL_TIMEOUT_S
    for url in urls:
        if time.monotonic() > deadline_s:
            break
        client = RpcClient.of_url(url, timeout_s=NODE_TIMEOUT_S, methods=READING_METHODS)
        try:
            height = quantity(client.request("eth_blockNumber"))
        except (ChainUnavailable, RpcRefused):
            client.close()
            continue
        try:
            yield ReadingNode(client, chain_id=chain_id, finality=finality, height=height)
        finally:
            client.close()
        return
    raise ChainUnavailable(f"None of {len(urls)} nodes answers in time.")
