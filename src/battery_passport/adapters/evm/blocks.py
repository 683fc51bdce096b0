"""Blocks as people may read them: which transactions they hold, and what our contracts told there.

In: a node, the contracts' addresses. Out: blocks with transactions and decoded events.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from eth_abi.exceptions import DecodingError
from eth_utils.address import to_checksum_address

from battery_passport.adapters.evm.artefact import (
    CHECKPOINT_ANCHORS,
    CONSORTIUM,
    PASSPORT_REGISTRY,
    load_artefact,
)
from battery_passport.adapters.evm.deployment import ContractSet
from battery_passport.adapters.evm.errors import RpcRefused
from battery_passport.adapters.evm.node import ChainNode, octets, quantity
from battery_passport.foundation.strict_json import JsonObject, JsonValue

MOST_ASKED_FOR = 64
"""Receipts asked for in one block: only transactions that told nothing need one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEvent:
    """What a contract told: its own name and the event's, with the event's members."""

    contract: str
    name: str
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainTransaction:
    """A transaction; `contract` is ours that it went to or made, empty if it is none of ours."""

    transaction_hash: bytes
    sender: str
    contract: str
    is_creation: bool
    succeeded: bool
    events: tuple[ChainEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainBlock:
    """A block; `count` says how many transactions it holds, given here or not."""

    number: int
    at: datetime
    block_hash: bytes
    parent_hash: bytes
    count: int
    transactions: tuple[ChainTransaction, ...] = field(default=())


class BlockReader:
    """Reads blocks from one node."""

    def __init__(self, node: ChainNode, contracts: ContractSet) -> None:
        self._node = node
        self._names = {
            contracts.consortium.lower(): CONSORTIUM,
            contracts.anchors.lower(): CHECKPOINT_ANCHORS,
            contracts.registry.lower(): PASSPORT_REGISTRY,
        }

    def line(self, number: int) -> ChainBlock | None:
        """Return a block without its transactions; None if the node has none of that number."""
        found = self._block(number, whole=False)
        return None if found is None else _block(found)

    def lines(self, *, newest: int, limit: int) -> list[ChainBlock]:
        """Return up to `limit` blocks from `newest` downwards."""
        numbers = range(newest, max(-1, newest - limit), -1)
        return [found for found in map(self.line, numbers) if found is not None]

    def sheet(self, number: int, *, limit: int) -> ChainBlock | None:
        """Return a block with up to `limit` transactions decoded; None if there is none."""
        found = self._block(number, whole=True)
        if found is None:
            return None
        listed = _objects(found["transactions"])[:limit]
        told = self._events(number) if listed else {}
        return _block(found, tuple(self._transactions(listed, told)))

    def _block(self, number: int, *, whole: bool) -> JsonObject | None:
        try:
            found = self._node.request("eth_getBlockByNumber", [hex(number), whole])
        except RpcRefused:
            return None  # nodes of the consortium answer so for what they no longer keep
        return found if isinstance(found, dict) else None

    def _transactions(
        self, listed: Sequence[JsonObject], told: Mapping[bytes, list[ChainEvent]]
    ) -> Iterator[ChainTransaction]:
        asked = 0
        for each in listed:
            transaction_hash = octets(each["hash"])
            events = tuple(told.get(transaction_hash, ()))
            receipt: JsonObject = {}
            if (not events or each.get("to") is None) and asked < MOST_ASKED_FOR:
                asked += 1
                receipt = self._receipt(transaction_hash)
            target = each.get("to") or receipt.get("contractAddress") or ""
            yield ChainTransaction(
                transaction_hash=transaction_hash,
                sender=str(to_checksum_address(str(each["from"]))),
                contract=self._names.get(str(target).lower(), ""),
                is_creation=each.get("to") is None,
                succeeded=quantity(receipt.get("status", "0x1")) == 1,
                events=events,
            )

    def _receipt(self, transaction_hash: bytes) -> JsonObject:
        found = self._node.request("eth_getTransactionReceipt", [f"0x{transaction_hash.hex()}"])
        return found if isinstance(found, dict) else {}

    def _events(self, number: int) -> dict[bytes, list[ChainEvent]]:
        """Return what our contracts told in a block, by transaction."""
        wanted: JsonValue = {
            "address": list(self._names),
            "fromBlock": hex(number),
            "toBlock": hex(number),
        }
        found: dict[bytes, list[ChainEvent]] = {}
        for log in _objects(self._node.request("eth_getLogs", [wanted])):
            event = self._event(log)
            if event is not None:
                found.setdefault(octets(log["transactionHash"]), []).append(event)
        return found

    def _event(self, log: JsonObject) -> ChainEvent | None:
        contract = self._names.get(str(log["address"]).lower(), "")
        topics = [octets(each) for each in _texts(log["topics"])]
        if not contract or not topics:
            return None
        for name, shape in load_artefact(contract).event_shapes.items():
            if shape.topic == topics[0]:
                try:
                    members = shape.read(topics, octets(log["data"]))
                except (DecodingError, ValueError):
                    return None
                return ChainEvent(contract=contract, name=name, members=members)
        return None


def _block(found: JsonObject, transactions: tuple[ChainTransaction, ...] = ()) -> ChainBlock:
    listed = found["transactions"]
    return ChainBlock(
        number=quantity(found["number"]),
        at=datetime.fromtimestamp(quantity(found["timestamp"]), UTC),
        block_hash=octets(found["hash"]),
        parent_hash=octets(found["parentHash"]),
        count=len(listed) if isinstance(listed, list) else 0,
        transactions=transactions,
    )


def _objects(found: JsonValue) -> list[JsonObject]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _texts(found: JsonValue) -> list[str]:
    return [str(each) for each in found] if isinstance(found, list) else []
