"""Anchoring on an EVM chain: `ledger.ports.AnchorLedger` over the CheckpointAnchors contract.

In: tree heads. Out: anchors read back from the chain, each made once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from battery_passport.adapters.evm.accounts import AccountKey
from battery_passport.adapters.evm.artefact import CHECKPOINT_ANCHORS, load_artefact
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.errors import RpcRefused, TransactionRefused
from battery_passport.adapters.evm.node import ChainNode, octets, quantity
from battery_passport.adapters.evm.sending import Call, Sender
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.ledger.anchoring import NO_ROOT
from battery_passport.ledger.errors import AnchorContradictsLog, ChainUnavailable
from battery_passport.ledger.memory import MemoryOutgoing
from battery_passport.ledger.model import Anchor, AnchorReceipt, TreeHead
from battery_passport.ledger.ports import OutgoingTransactions

_ANCHOR_GAS = 300_000
_BLOCKS_AT_ONCE = 5_000
"""Nodes refuse to look for events over more blocks than some thousands."""
_CONTRADICTIONS = {
    "CheckpointAnchorsSizeNotGrowing",
    "CheckpointAnchorsWrongPreviousRoot",
    "CheckpointAnchorsZeroRoot",
}


class AnchorContract(Protocol):
    """Where the log is anchored."""

    def address(self) -> str | None:
        """Return the contract's address, or None until the log can be anchored in it.

        Raises: WrongContract, ChainUnavailable.
        """
        ...

    def earlier(self) -> str | None:
        """Return the address of the contract before, of the same readings and events, if any."""
        ...

    def deploy(self) -> str:
        """Return the contract's address, after whatever it takes that the log can be anchored.

        Raises: WrongContract, TransactionRefused, ChainUnavailable.
        """
        ...


class EvmAnchorLedger:
    """The anchors of one log on one contract, which goes on with those of a contract before it."""

    def __init__(
        self,
        node: ChainNode,
        contract: AnchorContract,
        *,
        signing_key: bytes | AccountKey,
        origin: str,
        gas_price_wei: int = 0,
        outgoing: OutgoingTransactions | None = None,
    ) -> None:
        """`signing_key` is the anchor account's, `origin` the log's.

        `outgoing` keeps what was signed; without it a crash forgets what was on its way.
        """
        self._node = node
        self._place = contract
        self._account = ChainAccount(
            signing_key, chain_id=node.chain_id, gas_price_wei=gas_price_wei
        )
        self._sender = Sender(node, self._account, outgoing or MemoryOutgoing())
        self._artefact = load_artefact(CHECKPOINT_ANCHORS)
        self.origin_hash = sha256(origin.encode())
        self._contract: str | None = None
        self._earlier: str | None = None
        self._block_time = (b"", 0)

    @property
    def node(self) -> ChainNode:
        """The chain itself, for other contracts on it."""
        return self._node

    @property
    def finality(self) -> str:
        return self._node.finality

    @property
    def chain_id(self) -> int:
        return self._node.chain_id

    def contract_address(self) -> str | None:
        """Return the contract's address, or None if it is not deployed yet.

        Raises: WrongContract, ChainUnavailable.
        """
        if self._contract is None:
            self._contract = self._place.address()
        return self._contract

    def deploy(self) -> str:
        """Return the contract's address after deploying it, if that is not done already.

        It is looked for each time: a chain that was rolled back may have lost it.
        Raises: WrongContract, TransactionRefused, ChainUnavailable.
        """
        self._contract = self._place.address() or self._place.deploy()
        return self._contract

    def latest(self) -> Anchor | None:
        """Return the newest anchor. Raises: ChainUnavailable."""
        number = self._count() - 1
        return self._anchor(number) if number >= 0 else None

    def anchors(self) -> Sequence[Anchor]:
        """Return every anchor of this log's origin, the oldest first. Raises: ChainUnavailable."""
        found: list[Anchor] = []
        previous_root = NO_ROOT
        for number in range(self._count()):
            root, size, anchored_at_s = self._read("anchorAt", self.origin_hash, number)[0]
            found.append(_anchor(number, TreeHead(size, root), previous_root, anchored_at_s))
            previous_root = root
        return found

    def find(self, head: TreeHead) -> Anchor | None:
        """Return the anchor of that size and root. Raises: ChainUnavailable."""
        low, high = 0, self._count()
        while low < high:
            middle = (low + high) // 2
            if self._size(middle) < head.size:
                low = middle + 1
            else:
                high = middle
        if low == self._count():
            return None
        anchor = self._anchor(low)
        return anchor if anchor.head == head else None

    def submit(self, head: TreeHead) -> AnchorReceipt:
        """Anchor a tree head, or return the receipt of the anchor that is already there.

        Raises: as `submit_many`.
        """
        return self.submit_many([head])[0]

    def submit_many(self, heads: Sequence[TreeHead]) -> list[AnchorReceipt]:
        """Anchor tree heads in their order, several in one block; known ones are looked up.

        Raises: ChainUnavailable, after which each is there or not: submit again;
        AnchorContradictsLog, TransactionRefused, WrongContract.
        """
        # First of all the contract: what is sent again would vanish where there is none.
        contract = self.deploy()
        self._sender.resume()
        newest = self.latest()
        size = newest.head.size if newest else 0
        known = [self._known(head) for head in heads if head.size <= size]
        fresh = [head for head in heads if head.size > size]
        return known + (self._submit_fresh(contract, fresh, newest) if fresh else [])

    def receipts(self, *, from_block: int) -> Sequence[AnchorReceipt]:
        """Return the anchors made in that block or later, from the contract's events."""
        if not self._places():
            return []
        end = quantity(self._node.request("eth_blockNumber"))
        logs: list[dict[str, JsonValue]] = []
        for start in range(from_block, end + 1, _BLOCKS_AT_ONCE):
            logs += self._logs(start, min(start + _BLOCKS_AT_ONCE - 1, end))
        return [self._receipt(log) for log in logs]

    def block_hash(self, number: int) -> bytes | None:
        """Return a block's hash, or None if there is no such block. Raises: ChainUnavailable."""
        block = self._node.request("eth_getBlockByNumber", [hex(number), False])
        return octets(block["hash"]) if isinstance(block, dict) else None

    def _submit_fresh(
        self, contract: str, heads: Sequence[TreeHead], newest: Anchor | None
    ) -> list[AnchorReceipt]:
        """Anchor heads of which none is on the chain, each naming the one before."""
        roots = [newest.head.root if newest else NO_ROOT, *(head.root for head in heads)]
        calls = [
            Call(data=self._anchor_call(head, before), gas=_ANCHOR_GAS, to=contract)
            for head, before in zip(heads, roots, strict=False)
        ]
        self._try(contract, calls[0].data)
        sent = self._sender.send(calls)
        logs = self._logs(sent[0].block_number, sent[-1].block_number)
        made = [receipt for receipt in map(self._receipt, logs) if receipt.anchor.head in heads]
        if [each.anchor.head for each in made] != list(heads):
            raise TransactionRefused(f"The chain took {len(made)} of {len(heads)} anchors.")
        return made

    def _anchor_call(self, head: TreeHead, before: bytes) -> bytes:
        return self._artefact.call("anchor", self.origin_hash, head.size, head.root, before)

    def _try(self, contract: str, data: bytes) -> None:
        """Ask the contract whether it would take the call. Raises as `submit` does."""
        call = {"from": self._account.address, "to": contract, "data": f"0x{data.hex()}"}
        try:
            self._node.request("eth_call", [call, "latest"])
        except RpcRefused as error:
            name = self._artefact.error_name(error.revert_data)
            if name in _CONTRADICTIONS:
                raise AnchorContradictsLog(f"The contract refuses the anchor: {name}.") from error
            raise TransactionRefused(
                f"The contract refuses the anchor: {name or error.message}."
            ) from error

    def _known(self, head: TreeHead) -> AnchorReceipt:
        """Return the receipt of an anchor made earlier. Raises: AnchorContradictsLog."""
        anchor = self.find(head)
        if anchor is None:
            raise AnchorContradictsLog(
                f"The chain's anchors are beyond {head.size} entries, but hold no such root."
            )
        end = quantity(self._node.request("eth_blockNumber"))
        for first in range(end - end % _BLOCKS_AT_ONCE, -1, -_BLOCKS_AT_ONCE):
            for log in self._logs(first, min(first + _BLOCKS_AT_ONCE - 1, end)):
                if _event_number(log) == anchor.number:
                    return self._receipt(log)
        raise ChainUnavailable(f"The node does not give the event of anchor {anchor.number}.")

    def _logs(self, first: int, last: int) -> list[dict[str, JsonValue]]:
        topics: list[JsonValue] = [
            f"0x{self._artefact.events['Anchored'].hex()}",
            f"0x{self.origin_hash.hex()}",
        ]
        wanted: JsonValue = {
            "address": list(self._places()),
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "topics": topics,
        }
        found = self._node.request("eth_getLogs", [wanted])
        return [log for log in found if isinstance(log, dict)] if isinstance(found, list) else []

    def _receipt(self, log: dict[str, JsonValue]) -> AnchorReceipt:
        data = octets(log["data"])  # size, root, previous root, anchor number: 32 bytes each
        block_number = quantity(log["blockNumber"])
        head = TreeHead(size=int.from_bytes(data[:32], "big"), root=data[32:64])
        anchored_at_s = self._block_time_s(block_number, octets(log["blockHash"]))
        return AnchorReceipt(
            anchor=_anchor(_event_number(log), head, data[64:96], anchored_at_s),
            transaction_hash=octets(log["transactionHash"]),
            block_number=block_number,
            block_hash=octets(log["blockHash"]),
        )

    def _block_time_s(self, number: int, block_hash: bytes) -> int:
        """Return a block's time; anchors of one block ask the node once."""
        if self._block_time[0] != block_hash:
            block = self._node.request("eth_getBlockByNumber", [hex(number), False])
            if not isinstance(block, dict):
                raise ChainUnavailable(f"The node does not give block {number}.")
            self._block_time = (block_hash, quantity(block["timestamp"]))
        return self._block_time[1]

    def _anchor(self, number: int) -> Anchor:
        root, size, anchored_at_s = self._read("anchorAt", self.origin_hash, number)[0]
        before = self._read("anchorAt", self.origin_hash, number - 1)[0][0] if number else NO_ROOT
        return _anchor(number, TreeHead(size, root), before, anchored_at_s)

    def _size(self, number: int) -> int:
        size: int = self._read("anchorAt", self.origin_hash, number)[0][1]
        return size

    def _places(self) -> tuple[str, ...]:
        """Return where this log's anchors are told, the present contract before the one before."""
        if self._earlier is None:
            self._earlier = self._place.earlier() or ""
        return tuple(filter(None, (self.contract_address(), self._earlier)))

    def _count(self) -> int:
        if not self._places():
            return 0
        number: int = self._read("count", self.origin_hash)[0]
        return number

    def _read(self, function: str, *arguments: object) -> tuple[Any, ...]:
        data = self._artefact.call(function, *arguments)
        call = {"to": self._places()[0], "data": f"0x{data.hex()}"}
        result = octets(self._node.request("eth_call", [call, "latest"]))
        if not result:
            self._contract = None
            self._earlier = None
            raise ChainUnavailable("The contract is gone: the chain was rolled back.")
        return self._artefact.result(function, result)


def _anchor(number: int, head: TreeHead, previous_root: bytes, anchored_at_s: int) -> Anchor:
    return Anchor(
        number=number,
        head=head,
        previous_root=previous_root,
        anchored_at=datetime.fromtimestamp(anchored_at_s, UTC),
    )


def _event_number(log: dict[str, JsonValue]) -> int:
    return int.from_bytes(octets(log["data"])[96:128], "big")
