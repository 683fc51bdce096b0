"""The anchors of a log as a stranger reads them: from the contract's events, through any node.

In: a node's address, the contract's, the log's origin. Out: sizes and roots in their order.
"""

from contextlib import closing
from urllib.parse import urlsplit

from eth_utils.crypto import keccak

from battery_passport.adapters.evm.node import octets, quantity
from battery_passport.adapters.evm.rpc import READING_METHODS, RpcClient
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.ledger.model import TreeHead

ANCHORED = keccak(b"Anchored(bytes32,uint64,bytes32,bytes32,uint256)")
_BLOCKS_AT_ONCE = 5_000


class AnchorEvents:
    """The events of one log on one contract."""

    def __init__(self, node_url: str, *, contract: str, origin: str) -> None:
        """Raises: InvalidInput if the node's address is not of the form http://host:port."""
        parts = urlsplit(node_url)
        if parts.scheme != "http" or parts.hostname is None or parts.port is None:
            raise InvalidInput(f"{node_url!r} is no address of a node, as in http://host:8545.")
        self._rpc = RpcClient(parts.hostname, parts.port, methods=READING_METHODS)
        self._contract = contract
        self._topics: list[JsonValue] = [
            f"0x{ANCHORED.hex()}",
            f"0x{sha256(origin.encode()).hex()}",
        ]

    def heads(self) -> list[TreeHead]:
        """Return every anchored tree head, the oldest first. Raises: ChainUnavailable."""
        with closing(self._rpc):
            end = quantity(self._rpc.request("eth_blockNumber"))
            found: list[TreeHead] = []
            for first in range(0, end + 1, _BLOCKS_AT_ONCE):
                found += self._between(first, min(first + _BLOCKS_AT_ONCE - 1, end))
        return found

    def _between(self, first: int, last: int) -> list[TreeHead]:
        logs = self._rpc.request("eth_getLogs", [self._filter(first, last)])
        found = logs if isinstance(logs, list) else []
        data = [octets(log["data"]) for log in found if isinstance(log, dict)]
        return [TreeHead(int.from_bytes(each[:32], "big"), each[32:64]) for each in data]

    def _filter(self, first: int, last: int) -> JsonValue:
        return {
            "address": self._contract,
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "topics": self._topics,
        }
