"""Sends an account's transactions so that each is carried out once, whatever is lost on the way.

In: calls. Out: receipts. A transaction is kept durably before it is sent; what the chain does not
hold afterwards (an answer lost, a crash, a roll-back) is sent again byte for byte, in its order.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eth_utils.crypto import keccak

from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.errors import TransactionRefused
from battery_passport.adapters.evm.node import ChainNode, TransactionReceipt, quantity
from battery_passport.ledger.model import OutgoingTransaction
from battery_passport.ledger.ports import OutgoingTransactions

MOST_AT_ONCE = 100
"""Transactions handed to a node together: well within what one block and one pool take."""

DEEPEST_ROLL_BACK_BLOCKS = 128
"""Transactions in blocks older than this are no longer kept; issue anew is safe, only slower."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a transaction does; without `to` it deploys a contract."""

    data: bytes
    gas: int
    to: str | None = None


class Sender:
    """The one sender of an account; another process that sends for it would break the order."""

    def __init__(
        self, node: ChainNode, account: ChainAccount, outgoing: OutgoingTransactions
    ) -> None:
        self._node = node
        self._account = account
        self._outgoing = outgoing
        self._forgotten_at_block = 0

    @property
    def address(self) -> str:
        """The account's address."""
        return self._account.address

    def next_nonce(self) -> int:
        """Return the number of the account's transactions that the chain holds."""
        address = self._account.address
        return quantity(self._node.request("eth_getTransactionCount", [address, "latest"]))

    def resume(self) -> int:
        """Send again what was signed and is in no block; return how many those were.

        Raises: ChainUnavailable, and then the rest is sent by the next call.
        """
        nonce = self.next_nonce()
        waiting = list(self._waiting(nonce))
        for group in _groups(waiting):
            try:
                self._commit(group)
            except TransactionRefused as refused:
                # Signed for a chain that has gone another way: no node will ever take it.
                _log.warning("a transaction kept for sending is forgotten: %s", refused.message)
                first = self.next_nonce()
                self._outgoing.forget(self._account.address, self._node.chain_id, from_nonce=first)
                break
        if waiting:
            _log.warning("%d transactions that the chain had lost were sent again", len(waiting))
        return len(waiting)

    def send(self, calls: Sequence[Call]) -> list[TransactionReceipt]:
        """Return the receipts of calls, carried out in their order behind all that waited.

        Raises: TransactionRefused, ChainUnavailable, after which `resume` settles what became
        of them.
        """
        self.resume()
        nonce = self.next_nonce()
        signed = [self._signed(call, nonce + place) for place, call in enumerate(calls)]
        self._outgoing.keep(signed)
        receipts: list[TransactionReceipt] = []
        for group in _groups(signed):
            try:
                receipts += self._commit(group)
            except TransactionRefused:
                self._outgoing.forget(
                    self._account.address, self._node.chain_id, from_nonce=group[0].nonce
                )
                raise
        if receipts:
            self._forget_old(receipts[-1].block_number)
        return receipts

    def _commit(self, group: Sequence[OutgoingTransaction]) -> list[TransactionReceipt]:
        receipts = self._node.commit([each.raw for each in group])
        self._outgoing.note_blocks(
            [(receipt.transaction_hash, receipt.block_number) for receipt in receipts]
        )
        return receipts

    def _waiting(self, nonce: int) -> Iterator[OutgoingTransaction]:
        """Yield what follows the chain's nonce without a gap, each at the present price."""
        kept = self._outgoing.from_nonce(self._account.address, self._node.chain_id, nonce)
        for each in kept:
            if each.nonce > nonce:
                return  # a gap: these can never be carried out as they are
            if each.nonce == nonce:
                yield each if self._pays(each) else self._dearer(each)
                nonce += 1

    def _pays(self, kept: OutgoingTransaction) -> bool:
        return kept.gas_price_wei >= self._account.gas_price_wei

    def _dearer(self, kept: OutgoingTransaction) -> OutgoingTransaction:
        """Return the same transaction at the price now set; only one of the two can be mined."""
        raw = self._account.sign_again(kept.raw)
        dearer = self._kept(raw, kept.nonce)
        self._outgoing.keep([dearer])
        return dearer

    def _signed(self, call: Call, nonce: int) -> OutgoingTransaction:
        raw = self._account.sign(nonce=nonce, data=call.data, gas=call.gas, to=call.to)
        return self._kept(raw, nonce)

    def _kept(self, raw: bytes, nonce: int) -> OutgoingTransaction:
        return OutgoingTransaction(
            transaction_hash=keccak(raw),
            account=self._account.address,
            chain_id=self._node.chain_id,
            nonce=nonce,
            gas_price_wei=self._account.gas_price_wei,
            raw=raw,
        )

    def _forget_old(self, newest_block: int) -> None:
        """Forget what is too deep to be rolled back; not each time, because it costs a write."""
        if newest_block - self._forgotten_at_block < DEEPEST_ROLL_BACK_BLOCKS:
            return
        self._forgotten_at_block = newest_block
        below_block = newest_block - DEEPEST_ROLL_BACK_BLOCKS
        self._outgoing.forget_settled(
            self._account.address, self._node.chain_id, below_block=below_block
        )


def _groups(
    transactions: Sequence[OutgoingTransaction],
) -> Iterator[Sequence[OutgoingTransaction]]:
    for start in range(0, len(transactions), MOST_AT_ONCE):
        yield transactions[start : start + MOST_AT_ONCE]
