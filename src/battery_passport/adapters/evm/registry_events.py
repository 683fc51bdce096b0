"""The registry's own account of what happened in it, event by event.

In: a node, the registry's address. Out: events in their order.
"""

from collections.abc import Iterator
from typing import cast

from battery_passport.adapters.evm.artefact import PASSPORT_REGISTRY, load_artefact
from battery_passport.adapters.evm.node import ChainNode, octets, quantity
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.ledger.onchain.history import Happening

_BLOCKS_AT_ONCE = 5_000
"""Nodes refuse to look for events over more blocks than some thousands."""


class RegistryEvents:
    """Reads the events of one registry."""

    def __init__(self, node: ChainNode, registry: str) -> None:
        self._node = node
        self._registry = registry
        shapes = load_artefact(PASSPORT_REGISTRY).event_shapes
        self._shapes = {shape.topic: (name, shape) for name, shape in shapes.items()}

    def newest_block(self) -> int:
        """Return the number of the chain's newest block. Raises: ChainUnavailable."""
        return quantity(self._node.request("eth_blockNumber"))

    def between(self, first: int, last: int) -> Iterator[Happening]:
        """Yield the events of those blocks, both counted in. Raises: ChainUnavailable."""
        for start in range(first, last + 1, _BLOCKS_AT_ONCE):
            wanted: JsonValue = {
                "address": self._registry,
                "fromBlock": hex(start),
                "toBlock": hex(min(start + _BLOCKS_AT_ONCE - 1, last)),
            }
            found = self._node.request("eth_getLogs", [wanted])
            for log in found if isinstance(found, list) else []:
                yield from self._read(cast("JsonObject", log))

    def _read(self, log: JsonObject) -> Iterator[Happening]:
        topics = [octets(each) for each in cast("list[JsonValue]", log["topics"])]
        name, shape = self._shapes.get(topics[0] if topics else b"", ("", None))
        if shape is not None:
            members = shape.read(topics, octets(log["data"]))
            yield Happening(name, members, quantity(log["blockNumber"]))
