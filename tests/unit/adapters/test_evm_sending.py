"""Sending: each transaction is carried out once, whatever is lost on the way."""

from collections.abc import Sequence

import pytest
from eth_utils.crypto import keccak

from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.errors import TransactionRefused
from battery_passport.adapters.evm.node import TransactionReceipt
from battery_passport.adapters.evm.sending import (
    DEEPEST_ROLL_BACK_BLOCKS,
    MOST_AT_ONCE,
    Call,
    Sender,
)
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.ledger.memory import MemoryOutgoing

KEY = b"\x07" * 32
CHAIN_ID = 31_900


class Blocks:
    """A chain of one account that takes what follows its nonce, and fails as it is told."""

    chain_id = CHAIN_ID
    finality = "memory only"

    def __init__(self) -> None:
        self.blocks: list[list[bytes]] = []
        self.down = False
        self.lose_answers = 0
        self.swallow = False
        self.refuse = False

    @property
    def carried_out(self) -> list[bytes]:
        return [raw for block in self.blocks for raw in block]

    def request(self, method: str, parameters: Sequence[JsonValue] = ()) -> JsonValue:
        assert (method, len(parameters)) == ("eth_getTransactionCount", 2)
        self._answer()
        return hex(len(self.carried_out))

    def commit(self, transactions: Sequence[bytes]) -> list[TransactionReceipt]:
        self._answer()
        if self.refuse:
            raise TransactionRefused("The pool is closed.")
        if self.swallow:
            raise ChainUnavailable("The request was lost.")
        self.blocks.append(list(transactions))
        if self.lose_answers:
            self.lose_answers -= 1
            raise ChainUnavailable("The answer was lost.")
        return [
            TransactionReceipt(keccak(raw), len(self.blocks), succeeded=True, gas_used=1)
            for raw in transactions
        ]

    def _answer(self) -> None:
        if self.down:
            raise ChainUnavailable("The chain is away.")


def account(price_wei: int = 0) -> ChainAccount:
    return ChainAccount(KEY, chain_id=CHAIN_ID, gas_price_wei=price_wei)


def call(number: int) -> Call:
    return Call(data=b"%d" % number, gas=21_000, to=account().address)


def test_calls_are_carried_out_in_order_and_in_bounded_blocks() -> None:
    chain, outgoing = Blocks(), MemoryOutgoing()
    sender = Sender(chain, account(), outgoing)
    receipts = sender.send([call(number) for number in range(250)])
    assert [len(block) for block in chain.blocks] == [MOST_AT_ONCE, MOST_AT_ONCE, 50]
    assert len(receipts) == 250
    kept = outgoing.from_nonce(account().address, CHAIN_ID, 0)
    assert [each.raw for each in kept] == chain.carried_out


def test_what_could_not_be_sent_is_sent_later_by_another_process() -> None:
    chain, outgoing = Blocks(), MemoryOutgoing()
    Sender(chain, account(), outgoing).send([call(0)])
    chain.swallow = True
    with pytest.raises(ChainUnavailable):
        Sender(chain, account(), outgoing).send([call(1), call(2)])
    chain.swallow = False
    assert Sender(chain, account(), outgoing).resume() == 2
    assert [raw for block in chain.blocks[1:] for raw in block] == [
        account().sign(nonce=n, data=b"%d" % n, gas=21_000, to=account().address) for n in (1, 2)
    ]


def test_an_answer_that_was_lost_sends_nothing_twice() -> None:
    chain, outgoing = Blocks(), MemoryOutgoing()
    chain.lose_answers = 1
    with pytest.raises(ChainUnavailable):
        Sender(chain, account(), outgoing).send([call(0)])
    assert Sender(chain, account(), outgoing).resume() == 0
    assert len(chain.carried_out) == 1


def test_what_a_roll_back_took_is_sent_again_byte_for_byte() -> None:
    chain, outgoing = Blocks(), MemoryOutgoing()
    sender = Sender(chain, account(), outgoing)
    for number in range(6):
        sender.send([call(number)])
    before = chain.carried_out
    del chain.blocks[2:]
    assert sender.resume() == 4
    assert chain.carried_out == before
    sender.send([call(6)])
    assert len(chain.carried_out) == 7


def test_a_refused_transaction_is_forgotten() -> None:
    chain, outgoing = Blocks(), MemoryOutgoing()
    sender = Sender(chain, account(), outgoing)
    chain.refuse = True
    with pytest.raises(TransactionRefused):
        sender.send([call(0)])
    chain.refuse = False
    assert sender.resume() == 0
    sender.send([call(1)])
    assert len(chain.carried_out) == 1


def test_a_stuck_transaction_is_sent_at_the_price_now_set() -> None:
    chain, outgoing = Blocks(), MemoryOutgoing()
    cheap = Sender(chain, account(), outgoing)
    cheap.send([call(0), call(1)])
    chain.blocks.clear()  # nobody took them at that price
    assert Sender(chain, account(price_wei=7), outgoing).resume() == 2
    expected = [
        account(price_wei=7).sign(nonce=n, data=b"%d" % n, gas=21_000, to=account().address)
        for n in range(2)
    ]
    assert chain.carried_out == expected


def test_old_transactions_are_not_kept_for_ever() -> None:
    chain, outgoing = Blocks(), MemoryOutgoing()
    sender = Sender(chain, account(), outgoing)
    for number in range(300):
        sender.send([call(number)])
    kept = outgoing.from_nonce(account().address, CHAIN_ID, 0)
    assert DEEPEST_ROLL_BACK_BLOCKS <= len(kept) <= 2 * DEEPEST_ROLL_BACK_BLOCKS
