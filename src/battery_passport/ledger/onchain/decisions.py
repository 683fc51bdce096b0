"""The decisions that k of n member organisations sign.

In: addresses, roles, nonces, deadlines. Out: typed messages for `typed_data.digest_of`.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.ledger.onchain.typed_data import TypedMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange(TypedMessage):
    """Members come and go, and so many must agree from then on."""

    TYPE: ClassVar[str] = (
        "MemberChange(address[] added,address[] removed,uint256 threshold,uint256 nonce,"
        "uint256 deadline)"
    )

    added: tuple[str, ...]
    removed: tuple[str, ...]
    threshold: int
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange(TypedMessage):
    """An account gets or loses a role."""

    TYPE: ClassVar[str] = (
        "RoleChange(bytes32 role,address account,bool granted,uint256 nonce,uint256 deadline)"
    )

    role: bytes
    account: str
    granted: bool
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession(TypedMessage):
    """A contract's successor is recorded in it, once; its domain is that contract's."""

    TYPE: ClassVar[str] = "Succession(address successor,uint256 deadline)"

    successor: str
    deadline: int
