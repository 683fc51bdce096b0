"""Accounts on a chain whose private keys stay where they are kept.

In: a key that signs digests. Out: its address, signed transactions, signatures with a recovery bit.
Source: EIP-155 (transactions); EIP-2098 and the Yellow Paper, appendix F (recovery)
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from eth_keys.datatypes import PrivateKey, PublicKey, Signature
from eth_keys.exceptions import BadSignature
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError

from battery_passport.adapters.evm.errors import AccountKeyWrong

_SCALAR_BYTES = 32
_LEGACY_V = 27
_SHORT = 55
_SIGNATURE_BYTES = 65
_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


class AccountKey(Protocol):
    """A secp256k1 key: `credentials.keystore.SigningKey` of that kind fulfils it."""

    @property
    def public_key(self) -> bytes:
        """The point as x ‖ y."""

    def sign(self, message: bytes) -> bytes:
        """Return r ‖ s with the lower s over a digest of 32 bytes."""


class GivenKey:
    """A secp256k1 key whose 32 secret bytes are at hand: an `AccountKey`."""

    def __init__(self, secret: bytes) -> None:
        self._key = PrivateKey(secret)

    @property
    def public_key(self) -> bytes:
        return bytes(self._key.public_key.to_bytes())

    def sign(self, message: bytes) -> bytes:
        """Return r ‖ s with the lower s, the same each time."""
        return bytes(self._key.sign_msg_hash(message).to_bytes()[:-1])


def address_of(public_key: bytes) -> str:
    """Return the address of a point x ‖ y, with its checksum."""
    return str(to_checksum_address(keccak(public_key)[-20:]))


def sign_digest(key: AccountKey, digest: bytes) -> bytes:
    """Return r ‖ s ‖ v over a digest, v 27 or 28, as contracts expect it.

    Raises: AccountKeyWrong if the key signed something else.
    """
    signature = key.sign(digest)
    return signature + bytes([_LEGACY_V + _recovery_bit(key.public_key, signature, digest)])


def signer_of(digest: bytes, signature: bytes) -> str | None:
    """Return the address whose key made r ‖ s ‖ v over a digest; None if nobody's did.

    The upper s and other values of v are nobody's, as the contracts have it.
    """
    if len(signature) != _SIGNATURE_BYTES or signature[-1] - _LEGACY_V not in (0, 1):
        return None
    if int.from_bytes(signature[_SCALAR_BYTES : 2 * _SCALAR_BYTES], "big") > _HALF_ORDER:
        return None
    try:
        given = Signature(signature[:-1] + bytes([signature[-1] - _LEGACY_V]))
        key = given.recover_public_key_from_msg_hash(digest)
    except (BadSignature, ValidationError):
        return None
    return address_of(key.to_bytes())


class SignedTransaction(NamedTuple):
    """A transaction as it is sent."""

    raw_transaction: bytes


class KeptAccount:
    """Signs legacy transactions with a key that is kept elsewhere."""

    def __init__(self, key: AccountKey) -> None:
        self._key = key
        self.address = address_of(key.public_key)

    def sign_transaction(self, fields: Mapping[str, int | bytes | str]) -> SignedTransaction:
        """Return a signed transaction, as an account of eth-account does.

        `fields` are nonce, gasPrice, gas, to, value, data, chainId.
        Raises: AccountKeyWrong, and what the keystore raises.
        """
        names = ("nonce", "gasPrice", "gas", "to", "value", "data")
        members = [_octets(fields.get(name, b"")) for name in names]
        chain_id = int(fields["chainId"])
        digest = keccak(rlp_list([*members, chain_id, 0, 0]))
        signature = self._key.sign(digest)
        bit = _recovery_bit(self._key.public_key, signature, digest)
        r, s = signature[:_SCALAR_BYTES], signature[_SCALAR_BYTES:]
        v = 35 + 2 * chain_id + bit
        return SignedTransaction(
            rlp_list([*members, v, int.from_bytes(r, "big"), int.from_bytes(s, "big")])
        )


def _octets(value: int | bytes | str) -> int | bytes:
    return bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else value


def rlp_list(items: Sequence[int | bytes]) -> bytes:
    """Return the RLP of a flat list of numbers and byte strings."""
    body = b"".join(_rlp_item(item) for item in items)
    return _rlp_head(len(body), 0xC0) + body


def _rlp_item(item: int | bytes) -> bytes:
    octets = item.to_bytes((item.bit_length() + 7) // 8, "big") if isinstance(item, int) else item
    if len(octets) == 1 and octets[0] < 0x80:
        return octets
    return _rlp_head(len(octets), 0x80) + octets


def _rlp_head(length: int, base: int) -> bytes:
    if length <= _SHORT:
        return bytes([base + length])
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([base + _SHORT + len(size)]) + size


def _recovery_bit(public_key: bytes, signature: bytes, digest: bytes) -> int:
    expected = PublicKey(public_key)
    for bit in (0, 1):
        candidate = Signature(signature + bytes([bit]))
        try:
            if candidate.recover_public_key_from_msg_hash(digest) == expected:
                return bit
        except BadSignature:
            continue
    raise AccountKeyWrong(f"The key of {address_of(public_key)} signed something else.")
