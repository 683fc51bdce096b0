"""EIP-712: the digest that is signed, and the form in which a wallet shows what it signs.

In: a message and the contract it is meant for. Out: 32 bytes, or JSON for a wallet.
Source: EIP-712.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import ClassVar

from eth_utils.crypto import keccak

from battery_passport.foundation.strict_json import JsonObject, JsonValue

_DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"

MemberValue = str | int | bool | bytes | tuple[str, ...]
"""Addresses are text (`0x` and 40 digits), `bytes32` are bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """The one contract on the one chain in which a message counts."""

    name: str
    chain_id: int
    contract: str
    version: str = "1"

    @property
    def separator(self) -> bytes:
        """The hash that binds a message to this contract and chain."""
        return keccak(
            keccak(_DOMAIN.encode())
            + keccak(self.name.encode())
            + keccak(self.version.encode())
            + self.chain_id.to_bytes(32, "big")
            + _address_octets(self.contract)
        )


class TypedMessage:
    """A message whose fields stand in the order of the members of its `TYPE`."""

    TYPE: ClassVar[str]

    @property
    def type_name(self) -> str:
        return self.TYPE.partition("(")[0]

    @property
    def members(self) -> tuple[tuple[str, str], ...]:
        """Type and name of each member, in order."""
        return _members_of(self.TYPE)

    @property
    def values(self) -> tuple[MemberValue, ...]:
        """The value of each member, in order: the form that the contract's ABI takes."""
        # Every subclass is a dataclass; a Protocol for that would say no more than this does.
        return tuple(getattr(self, each.name) for each in fields(self))  # type: ignore[arg-type]

    @property
    def struct_hash(self) -> bytes:
        encoded = [
            encode_member(kind, value)
            for (kind, _name), value in zip(self.members, self.values, strict=True)
        ]
        return keccak(keccak(self.TYPE.encode()) + b"".join(encoded))


def digest_of(domain: Domain, message: TypedMessage) -> bytes:
    """Return the 32 bytes that are signed."""
    return keccak(b"\x19\x01" + domain.separator + message.struct_hash)


def typed_data(domain: Domain, message: TypedMessage) -> JsonObject:
    """Return the message as `eth_signTypedData_v4` takes it."""
    values = zip(message.members, message.values, strict=True)
    return {
        "types": {
            "EIP712Domain": _listed(_members_of(_DOMAIN)),
            message.type_name: _listed(message.members),
        },
        "primaryType": message.type_name,
        "domain": {
            "name": domain.name,
            "version": domain.version,
            "chainId": domain.chain_id,
            "verifyingContract": domain.contract,
        },
        "message": {name: _shown(value) for (_kind, name), value in values},
    }


def encode_member(kind: str, value: MemberValue) -> bytes:
    """Return a member as 32 bytes. Raises: ValueError if it does not fit its type."""
    if isinstance(value, tuple):
        return keccak(b"".join(map(_address_octets, value)))
    if isinstance(value, bytes):
        if len(value) != 32:
            raise ValueError(f"A {kind} has 32 bytes, not {len(value)}.")
        return value
    if isinstance(value, str):
        return _address_octets(value)
    bits = 1 if kind == "bool" else int(kind.removeprefix("uint"))
    if not 0 <= int(value) < 1 << bits:
        raise ValueError(f"{value} is not a {kind}.")
    return int(value).to_bytes(32, "big")


def _address_octets(address: str) -> bytes:
    octets = bytes.fromhex(address.removeprefix("0x"))
    if len(octets) != 20:
        raise ValueError(f"An address has 20 bytes: {address}.")
    return octets.rjust(32, b"\0")


def _members_of(type_text: str) -> tuple[tuple[str, str], ...]:
    listed = type_text.partition("(")[2].removesuffix(")").split(",")
    return tuple((kind, name) for kind, name in (each.split(" ") for each in listed))


def _listed(members: Sequence[tuple[str, str]]) -> list[JsonValue]:
    return [{"name": name, "type": kind} for kind, name in members]


def _shown(value: MemberValue) -> JsonValue:
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, tuple):
        return list(value)
    # Wallets in a browser read numbers beyond 2^53 only as text.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
