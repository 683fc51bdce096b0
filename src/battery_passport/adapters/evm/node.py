"""What anchoring needs of a chain, whatever engine runs it.

In: signed transactions and reading calls. Out: receipts and results.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from battery_passport.foundation.strict_json import JsonValue


@dataclass(frozen=True, slots=True)
class TransactionReceipt:
    """What became of a transaction."""

    transaction_hash: bytes
    block_number: int
    succeeded: bool
    gas_used: int


class ChainNode(Protocol):
    """A chain that takes signed transactions."""

    @property
    def chain_id(self) -> int: ...

    @property
    def finality(self) -> str:
        """What a block here is worth, in words for the reader."""
        ...

    def request(self, method: str, parameters: Sequence[JsonValue] = ()) -> JsonValue:
        """Return the result of a reading call. Raises: RpcRefused, ChainUnavailable."""
        ...

    def commit(self, transactions: Sequence[bytes]) -> list[TransactionReceipt]:
        """Return the receipts of signed transactions once they are durable, in one block.

        Raises: TransactionRefused if the node will not take them; ChainUnavailable, after which
        they may or may not have been carried out.
        """
        ...


class AddressBook(Protocol):
    """Remembers the addresses of contracts that this installation deployed."""

    def address_of(self, name: str) -> str | None: ...

    def remember_address(self, name: str, address: str) -> None:
        """Keep an address durably, in place of any earlier one of that name."""
        ...


def quantity(value: JsonValue) -> int:
    """Return the number that a node's hexadecimal text stands for."""
    return int(str(value), 16)


def octets(value: JsonValue) -> bytes:
    """Return the bytes that a node's hexadecimal text stands for."""
    return bytes.fromhex(str(value).removeprefix("0x"))
