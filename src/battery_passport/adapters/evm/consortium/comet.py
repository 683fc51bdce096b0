"""A reader of one validator's CometBFT RPC.

In: a validator's address. Out: its answers; it is asked only what is in the table.
"""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from battery_passport.adapters.evm.errors import MethodNotAllowed
from battery_passport.ledger.errors import ChainUnavailable

READING = frozenset({"block", "block_results", "commit", "net_info", "status", "validators"})
_TIMEOUT_S = 10.0
_MAX_ANSWER_BYTES = 64 * 1024 * 1024


class CometReader:
    """Asks one node; use it from one thread at a time."""

    def __init__(self, url: str, *, timeout_s: float = _TIMEOUT_S) -> None:
        """`url` is http://host:port of the node's CometBFT RPC."""
        self.url = url
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=timeout_s)
        self._prefix = parts.path.rstrip("/")

    def ask(self, question: str, parameters: Mapping[str, int] | None = None) -> Any:
        """Return the node's answer. Raises: MethodNotAllowed, ChainUnavailable."""
        if question not in READING:
            raise MethodNotAllowed(f"The question {question} is not one that this client asks.")
        query = f"?{urlencode(parameters)}" if parameters else ""
        try:
            self._connection.request("GET", f"{self._prefix}/{question}{query}")
            octets = self._connection.getresponse().read(_MAX_ANSWER_BYTES)
            document = json.loads(octets)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise ChainUnavailable(f"The validator does not answer: {error!r}.") from error
        if not isinstance(document, dict) or "result" not in document:
            raise ChainUnavailable(f"The validator has no answer to {question}{query}.")
        return document["result"]

    def height(self) -> int:
        """Return the newest height. Raises: ChainUnavailable."""
        return int(self.ask("status")["sync_info"]["latest_block_height"])

    def close(self) -> None:
        """Drop the connection; the next question makes a new one."""
        self._connection.close()
