"""A JSON-RPC client that makes only the calls in its table.

In: method and parameters. Out: the result; a node's error or silence raises.
"""

import http.client
import itertools
import json
from collections.abc import Sequence
from typing import Self
from urllib.parse import urlsplit

from battery_passport.adapters.evm.errors import MethodNotAllowed, RpcRefused
from battery_passport.foundation.encoding import MalformedEncoding, hex_decode
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.ledger.errors import ChainUnavailable

READING_METHODS = frozenset(
    {
        "eth_blockNumber",
        "eth_call",
        "eth_chainId",
        "eth_getBlockByNumber",
        "eth_getCode",
        "eth_getLogs",
        "eth_getTransactionCount",
        "eth_getTransactionReceipt",
    }
)
"""What every engine answers without changing anything."""

CHAIN_METHODS = READING_METHODS | {"eth_sendRawTransaction"}
"""All that may be asked of a consortium's node."""

DEVELOPMENT_METHODS = frozenset(
    {
        "anvil_dropAllTransactions",
        "anvil_dumpState",
        "anvil_loadState",
        "evm_mine",
        "txpool_status",
    }
)
"""What the supervisor of the embedded chain needs besides; nothing that acts for others."""

DEFAULT_TIMEOUT_S = 10.0
_MAX_ANSWER_BYTES = 512 * 1024 * 1024


class RpcClient:
    """One kept-alive connection to a node; use it from one thread at a time."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        methods: frozenset[str] = CHAIN_METHODS,
    ) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
        self._path = "/"
        self._methods = methods
        self._numbers = itertools.count(1)

    @classmethod
    def of_url(
        cls, url: str, *, timeout_s: float = DEFAULT_TIMEOUT_S, methods: frozenset[str]
    ) -> Self:
        """Return a client of the node at an http or https address."""
        parts = urlsplit(url)
        client = cls(parts.hostname or "", parts.port or 0, timeout_s=timeout_s, methods=methods)
        if parts.scheme == "https":
            client._connection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port, timeout=timeout_s
            )
        client._path = parts.path or "/"
        return client

    def request(self, method: str, parameters: Sequence[JsonValue] = ()) -> JsonValue:
        """Return the result of one call.

        Raises: MethodNotAllowed; RpcRefused with the node's words; ChainUnavailable.
        """
        if method not in self._methods:
            raise MethodNotAllowed(f"The method {method} is not one that this client calls.")
        number = next(self._numbers)
        body = {"jsonrpc": "2.0", "id": number, "method": method, "params": list(parameters)}
        answer = self._exchange(json.dumps(body).encode())
        if not isinstance(answer, dict) or answer.get("id") != number:
            self.close()
            raise ChainUnavailable(f"The node's answer to {method} makes no sense.")
        if "error" in answer:
            raise _refusal(method, answer["error"])
        result: JsonValue = answer.get("result")
        return result

    def close(self) -> None:
        """Drop the connection; the next call makes a new one."""
        self._connection.close()

    def _exchange(self, body: bytes) -> object:
        """Send one request; whatever breaks on the way, its fate is unknown."""
        try:
            self._connection.request("POST", self._path, body, {"Content-Type": "application/json"})
            octets = self._connection.getresponse().read(_MAX_ANSWER_BYTES)
            answer: object = json.loads(octets)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise ChainUnavailable(f"The chain does not answer: {error!r}.") from error
        return answer


def _refusal(method: str, error: object) -> RpcRefused:
    members = error if isinstance(error, dict) else {}
    try:
        revert_data = hex_decode(str(members.get("data", "")).removeprefix("0x"))
    except MalformedEncoding:
        revert_data = b""
    message = str(members.get("message", error))[:300]
    return RpcRefused(f"The node refused {method}: {message}.", revert_data=revert_data)
