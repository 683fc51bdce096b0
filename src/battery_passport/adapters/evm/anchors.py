"""Anchoring on an EVM chain: `ledger.ports.AnchorLedger` over the CheckpointAnchors contract.

In: tree heads. Out: anchors read back from the chain, each made once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from battery_passport.adapters.evm.contract import CHECKPOINT_ANCHORS, ChainAccount, load_artefact
from battery_passport.adapters.evm.errors import RpcRefused, TransactionRefused, WrongContract
from battery_passport.adapters.evm.node import AddressBook, ChainNode, octets, quantity
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.anchoring import NO_ROOT
from battery_passport.ledger.errors import AnchorContradictsLog, ChainUnavailable
from battery_passport.ledger.model import Anchor, AnchorReceipt, TreeHead

_ANCHOR_GAS = 300_000
_DEPLOY_GAS = 3_000_000
_CONTRADICTIONS = {
    "CheckpointAnchorsSizeNotGrowing",
    "CheckpointAnchorsWrongPreviousRoot",
    "CheckpointAnchorsZeroRoot",
}


class EvmAnchorLedger:
    """The anchors of one log on one contract; deploys the contract at first use if need be."""

    def __init__(
        self, node: ChainNode, addresses: AddressBook, *, signing_key: bytes, origin: str
    ) -> None:
        """`signing_key` is the anchor account's, `origin` the log's."""
        self._node = node
        self._addresses = addresses
        self._account = ChainAccount(signing_key, chain_id=node.chain_id)
        self._artefact = load_artefact(CHECKPOINT_ANCHORS)
        self.origin_hash = sha256(origin.encode())
        self._book_name = f"{CHECKPOINT_ANCHORS}/{self.origin_hash.hex()}"
        self._contract: str | None = None

    @property
    def finality(self) -> str:
        return self._node.finality

    @property
    def chain_id(self) -> int:
        return self._node.chain_id

    @property
    def account_address(self) -> str:
        """The address of the account that anchors."""
        return self._account.address

    def contract_address(self) -> str | None:
        """Return the contract's address, or None if it is not deployed yet.

        Raises: WrongContract, ChainUnavailable.
        """
        if self._contract is None:
            address = self._addresses.address_of(self._book_name)
            if address is not None and self._is_deployed(address):
                self._contract = address
        return self._contract

    def deploy(self) -> str:
        """Return the contract's address after deploying it, if that is not done already.

        Raises: WrongContract, TransactionRefused, ChainUnavailable.
        """
        known = self.contract_address()
        if known is not None:
            return known
        nonce = self._nonce()
        # Remembered first: a crash after the deployment finds it, one before it finds no code.
        address = self._account.contract_address(nonce)
        self._addresses.remember_address(self._book_name, address)
        creation = self._artefact.creation(
            self._account.address, self.origin_hash, self._account.address
        )
        self._node.commit([self._account.sign(nonce=nonce, data=creation, gas=_DEPLOY_GAS)])
        if not self._is_deployed(address):
            raise TransactionRefused(f"No contract came to be at {address}.")
        self._contract = address
        return address

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

        Raises: ChainUnavailable, after which the anchor is there or not: submit again;
        AnchorContradictsLog, TransactionRefused, WrongContract.
        """
        contract = self.deploy()
        known = self.find(head)
        if known is not None:
            return self._receipt_of(contract, known)
        newest = self.latest()
        data = self._artefact.call(
            "anchor",
            self.origin_hash,
            head.size,
            head.root,
            newest.head.root if newest else NO_ROOT,
        )
        self._try(contract, data)
        transaction = self._account.sign(
            nonce=self._nonce(), data=data, gas=_ANCHOR_GAS, to=contract
        )
        receipt = self._node.commit([transaction])[0]
        anchor = self.find(head)
        if anchor is None or not receipt.succeeded:
            raise TransactionRefused(f"The chain did not anchor {head.size} entries.")
        return AnchorReceipt(
            anchor=anchor,
            transaction_hash=receipt.transaction_hash,
            block_number=receipt.block_number,
        )

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

    def _receipt_of(self, contract: str, anchor: Anchor) -> AnchorReceipt:
        """Return the receipt of an anchor made earlier, from the contract's events."""
        topic = self._artefact.events["Anchored"]
        from_chain = self._node.request(
            "eth_getLogs",
            [
                {
                    "address": contract,
                    "fromBlock": "0x0",
                    "toBlock": "latest",
                    "topics": [f"0x{topic.hex()}", f"0x{self.origin_hash.hex()}"],
                }
            ],
        )
        logs = from_chain if isinstance(from_chain, list) else []
        for log in logs:
            # size, root, previous root, anchor number: 32 bytes each
            if int.from_bytes(octets(log["data"])[96:128], "big") == anchor.number:
                return AnchorReceipt(
                    anchor=anchor,
                    transaction_hash=octets(log["transactionHash"]),
                    block_number=quantity(log["blockNumber"]),
                )
        raise ChainUnavailable(f"The node does not give the event of anchor {anchor.number}.")

    def _anchor(self, number: int) -> Anchor:
        root, size, anchored_at_s = self._read("anchorAt", self.origin_hash, number)[0]
        before = self._read("anchorAt", self.origin_hash, number - 1)[0][0] if number else NO_ROOT
        return _anchor(number, TreeHead(size, root), before, anchored_at_s)

    def _size(self, number: int) -> int:
        size: int = self._read("anchorAt", self.origin_hash, number)[0][1]
        return size

    def _count(self) -> int:
        if self.contract_address() is None:
            return 0
        number: int = self._read("count", self.origin_hash)[0]
        return number

    def _read(self, function: str, *arguments: object) -> tuple[Any, ...]:
        data = self._artefact.call(function, *arguments)
        call = {"to": self.contract_address(), "data": f"0x{data.hex()}"}
        return self._artefact.result(
            function, octets(self._node.request("eth_call", [call, "latest"]))
        )

    def _is_deployed(self, address: str) -> bool:
        code = octets(self._node.request("eth_getCode", [address, "latest"]))
        if code and code != self._artefact.deployed_code:
            raise WrongContract(f"The code at {address} is not {CHECKPOINT_ANCHORS}.")
        return bool(code)

    def _nonce(self) -> int:
        """Return the account's next nonce; one process alone sends for it."""
        return quantity(
            self._node.request("eth_getTransactionCount", [self._account.address, "latest"])
        )


def _anchor(number: int, head: TreeHead, previous_root: bytes, anchored_at_s: int) -> Anchor:
    return Anchor(
        number=number,
        head=head,
        previous_root=previous_root,
        anchored_at=datetime.fromtimestamp(anchored_at_s, UTC),
    )
