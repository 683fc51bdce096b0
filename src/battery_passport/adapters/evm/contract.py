"""An account on a chain: signs transactions, and knows the contracts it deploys.

In: a key and the chain's id. Out: signed transactions and addresses.
Source: EIP-155 for the signing of transactions.
"""

from typing import Any

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from battery_passport.adapters.evm.accounts import AccountKey, GivenKey, KeptAccount, rlp_list


class ChainAccount:
    """An account that signs transactions, at price zero unless told otherwise."""

    def __init__(
        self, signing_key: bytes | AccountKey, *, chain_id: int, gas_price_wei: int = 0
    ) -> None:
        """`signing_key` is the 32-byte secp256k1 private key, or one that is kept elsewhere."""
        self._account = KeptAccount(
            GivenKey(signing_key) if isinstance(signing_key, bytes) else signing_key
        )
        self._chain_id = chain_id
        self.gas_price_wei = gas_price_wei

    @property
    def address(self) -> str:
        return str(self._account.address)

    def sign(self, *, nonce: int, data: bytes, gas: int, to: str | None = None) -> bytes:
        """Return a signed transaction; without `to` it deploys a contract."""
        fields: dict[str, Any] = {
            "chainId": self._chain_id,
            "nonce": nonce,
            "gas": gas,
            "gasPrice": self.gas_price_wei,
            "value": 0,
            "data": data,
        }
        if to is not None:
            fields["to"] = to
        return bytes(self._account.sign_transaction(fields).raw_transaction)

    def sign_again(self, raw: bytes) -> bytes:
        """Return a transaction that this account signed, at the price that it pays now."""
        nonce, _price, gas, to, _value, data, *_signature = _rlp_members(raw)
        return self.sign(
            nonce=int.from_bytes(nonce, "big"),
            data=data,
            gas=int.from_bytes(gas, "big"),
            to=to_checksum_address(to) if to else None,
        )

    def contract_address(self, nonce: int) -> str:
        """Return the address of the contract that this account deploys with that nonce."""
        return created_address(self.address, nonce)


def created_address(deployer: str, nonce: int) -> str:
    """Return the address of the contract that an account deploys with that nonce."""
    sender = bytes.fromhex(deployer.removeprefix("0x"))
    return str(to_checksum_address(keccak(rlp_list([sender, nonce]))[12:]))


def _rlp_members(encoded: bytes) -> list[bytes]:
    """Return the byte strings of a flat RLP list that this module has written."""
    members: list[bytes] = []
    place, end = _rlp_span(encoded, 0)
    while place < end:
        start, place = _rlp_span(encoded, place)
        members.append(encoded[start:place])
    return members


def _rlp_span(encoded: bytes, place: int) -> tuple[int, int]:
    """Return (first byte, byte behind the last) of what the item there holds."""
    head = encoded[place]
    if head < 0x80:
        return place, place + 1
    length = (head - 0x80) % 0x40  # strings from 0x80, lists from 0xC0
    start = place + 1
    if length > 55:
        length, start = (
            int.from_bytes(encoded[start : start + length - 55], "big"),
            start + length - 55,
        )
    return start, start + length
