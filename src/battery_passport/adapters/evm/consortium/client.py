"""The consortium's chain over several members' nodes: one that is down is passed over.

In: signed transactions and reading calls. Out: receipts of what the validators agreed on.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from eth_utils.crypto import keccak

from battery_passport.adapters.evm.consortium.model import EVM_CHAIN_ID
from battery_passport.adapters.evm.errors import (
    MethodNotAllowed,
    RpcRefused,
    TransactionRefused,
)
from battery_passport.adapters.evm.node import TransactionReceipt, octets, quantity
from battery_passport.adapters.evm.rpc import CHAIN_METHODS, READING_METHODS, RpcClient
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.ledger.errors import ChainUnavailable

PATIENCE_S = 30.0
"""How long a transaction may take before the caller is told to come back."""

_RESEND_S = 5.0
_PAUSE_S = 0.1
_TIMEOUT_S = 5.0
_THERE_ALREADY = ("already in cache", "already in mempool", "already known", "tx already exists")
_NOT_YET = ("not found",)

_log = logging.getLogger(__name__)
T = TypeVar("T")


class ConsortiumChain:
    """The network as one chain. Safe to use from several threads.

    A block of the network is final once it is there: nothing is ever rolled back.
    """

    finality = "consortium network"
    chain_id = EVM_CHAIN_ID

    def __init__(self, urls: Sequence[str], *, patience_s: float = PATIENCE_S) -> None:
        """`urls` are the Ethereum JSON-RPC addresses of members' nodes, the nearest first."""
        self._urls = tuple(urls)
        self._patience_s = patience_s
        self._idle: dict[str, list[RpcClient]] = {url: [] for url in self._urls}
        self._lock = threading.Lock()
        self._preferred = 0
        self._seen_height = 0

    def close(self) -> None:
        """Drop the connections that nobody uses now."""
        with self._lock:
            idle = [client for clients in self._idle.values() for client in clients]
            for clients in self._idle.values():
                clients.clear()
        for client in idle:
            client.close()

    def request(self, method: str, parameters: Sequence[JsonValue] = ()) -> JsonValue:
        """Return the result of a reading call.

        Raises: MethodNotAllowed, RpcRefused, ChainUnavailable if no node answers.
        """
        if method not in READING_METHODS:
            raise MethodNotAllowed(f"The method {method} may change the chain.")
        return self._ask(lambda node: node.request(method, parameters))

    def commit(self, transactions: Sequence[bytes]) -> list[TransactionReceipt]:
        """Return the receipts of signed transactions once validators agreed on all of them.

        What the chain holds already is not sent twice: a transaction has one hash and one nonce.
        Raises: TransactionRefused, and then those before the refused one are carried out;
        ChainUnavailable, after which they may or may not be carried out.
        """
        hashes = [keccak(each) for each in transactions]
        deadline_s = time.monotonic() + self._patience_s
        while True:
            accepted, refusal = self._send(transactions)
            found = self._await(hashes[:accepted], min(deadline_s, time.monotonic() + _RESEND_S))
            if len(found) == len(hashes):
                return found
            if refusal is not None and len(found) == accepted:
                raise refusal
            if time.monotonic() >= deadline_s:
                raise ChainUnavailable(
                    f"The validators have agreed on {len(found)} of {len(hashes)} transactions; "
                    "the others wait in the nodes."
                )
            # The node may be cut off from the others: the next round asks another one.
            self._prefer_another()

    def _send(self, transactions: Sequence[bytes]) -> tuple[int, TransactionRefused | None]:
        """Hand transactions to a node; return how many it holds, and why not the next one."""
        for place, raw in enumerate(transactions):
            try:
                self._ask(partial(_hand_in, raw=raw))
            except RpcRefused as error:
                return place, TransactionRefused(error.message)
        return len(transactions), None

    def _await(self, hashes: Sequence[bytes], until_s: float) -> list[TransactionReceipt]:
        """Return the receipts that are there by a moment, the first ones of the list."""
        found: list[TransactionReceipt] = []
        while len(found) < len(hashes):
            receipt = self._ask(partial(_receipt, transaction_hash=hashes[len(found)]))
            if receipt is not None:
                found.append(receipt)
            elif time.monotonic() >= until_s:
                break
            else:
                time.sleep(_PAUSE_S)
        return found

    def _ask(self, question: Callable[[RpcClient], T]) -> T:
        """Return the answer of the preferred node, or of the next that is not behind.

        Raises: what the node's answer raises; ChainUnavailable if no node answers.
        """
        last: ChainUnavailable | None = None
        for turn in range(len(self._urls)):
            place = (self._preferred + turn) % len(self._urls)
            try:
                with self._connected(place) as node:
                    # A node that is behind would show a past that this platform has seen pass.
                    if turn and self._height(node) < self._seen_height:
                        continue
                    answer = question(node)
            except ChainUnavailable as error:
                last = error
                continue
            if turn:
                _log.warning("a node does not answer; node %d is asked from now on", place + 1)
                self._preferred = place
            return answer
        raise last or ChainUnavailable("No node of the consortium answers that is not behind.")

    def _height(self, node: RpcClient) -> int:
        return quantity(node.request("eth_blockNumber"))

    def _prefer_another(self) -> None:
        """Ask another node from now on, if one answers and is not behind."""
        for turn in range(1, len(self._urls)):
            place = (self._preferred + turn) % len(self._urls)
            try:
                with self._connected(place) as node:
                    height = self._height(node)
            except (ChainUnavailable, RpcRefused):
                continue
            if height >= self._seen_height:
                self._preferred, self._seen_height = place, height
                return

    @contextmanager
    def _connected(self, place: int) -> Iterator[RpcClient]:
        """Lend a connection to a node; a thread has it for itself."""
        url = self._urls[place]
        with self._lock:
            kept = self._idle[url]
            client = (
                kept.pop()
                if kept
                else RpcClient.of_url(url, timeout_s=_TIMEOUT_S, methods=CHAIN_METHODS)
            )
        try:
            yield client
        finally:
            with self._lock:
                self._idle[url].append(client)


def _hand_in(node: RpcClient, raw: bytes) -> None:
    """Give a node a transaction, unless the chain or the node has it. Raises: RpcRefused."""
    try:
        node.request("eth_sendRawTransaction", [f"0x{raw.hex()}"])
    except RpcRefused as error:
        if any(words in error.message for words in _THERE_ALREADY):
            return
        # Its nonce is used up: by this very transaction, if an earlier answer was lost.
        if _receipt(node, keccak(raw)) is None:
            raise


def _receipt(node: RpcClient, transaction_hash: bytes) -> TransactionReceipt | None:
    """Return what became of a transaction; None while no block holds it.

    These nodes answer with an error, not with null, for what is not there yet.
    """
    try:
        found = node.request("eth_getTransactionReceipt", [f"0x{transaction_hash.hex()}"])
    except RpcRefused as error:
        if any(words in error.message for words in _NOT_YET):
            return None
        raise
    if not isinstance(found, dict):
        return None
    return TransactionReceipt(
        transaction_hash=octets(found["transactionHash"]),
        block_number=quantity(found["blockNumber"]),
        succeeded=quantity(found["status"]) == 1,
        gas_used=quantity(found["gasUsed"]),
    )
