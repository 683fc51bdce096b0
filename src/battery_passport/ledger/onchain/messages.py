"""The messages that organisations and people sign; the contracts check, anybody may carry them.

In: keys, addresses, nonces, deadlines. Out: typed messages for `typed_data.digest_of`.
Deadlines are seconds since 1970; `executor` zero means anybody may carry the transfer out.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.ledger.onchain.typed_data import Domain, TypedMessage

NOBODY = "0x" + "00" * 20
"""The zero address."""

_MOVE = "(bytes32 key,address from,address to,address executor,uint256 nonce,uint256 deadline)"


def registry_domain(chain_id: int, contract: str) -> Domain:
    """Return the domain of a passport registry."""
    return Domain(name="PassportRegistry", chain_id=chain_id, contract=contract)


def consortium_domain(chain_id: int, contract: str) -> Domain:
    """Return the domain of a consortium."""
    return Domain(name="Consortium", chain_id=chain_id, contract=contract)


def anchors_domain(chain_id: int, contract: str) -> Domain:
    """Return the domain of an anchors contract."""
    return Domain(name="CheckpointAnchors", chain_id=chain_id, contract=contract)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchIssue(TypedMessage):
    """The issuer issues the passports under a root. Signed by `issuer`."""

    TYPE: ClassVar[str] = (
        "BatchIssue(address issuer,bytes32 root,bytes32 previousRoot,uint48 size,"
        "uint256 nonce,uint256 deadline)"
    )

    issuer: str
    root: bytes
    previous_root: bytes
    size: int
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLife(TypedMessage):
    """A predecessor's holder agrees to the new passport. Signed by that holder."""

    TYPE: ClassVar[str] = (
        "SecondLife(bytes32 predecessor,bytes32 successor,uint8 status,address operator,"
        "uint256 nonce,uint256 deadline)"
    )

    predecessor: bytes
    successor: bytes
    status: int
    operator: str
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipTransfer(TypedMessage):
    """A battery changes hands. Signed by `sender` and `receiver`."""

    TYPE: ClassVar[str] = f"OwnershipTransfer{_MOVE}"

    key: bytes
    sender: str
    receiver: str
    executor: str = NOBODY
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityTransfer(TypedMessage):
    """Another operator answers for a battery. Signed by `sender` and `receiver`."""

    TYPE: ClassVar[str] = f"ResponsibilityTransfer{_MOVE}"

    key: bytes
    sender: str
    receiver: str
    executor: str = NOBODY
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange(TypedMessage):
    """A battery's status changes. Signed by `holder` and by `actor`."""

    TYPE: ClassVar[str] = (
        "StatusChange(bytes32 key,uint8 from,uint8 to,address holder,address actor,"
        "bool takesResponsibility,bytes32 evidence,uint256 nonce,uint256 deadline)"
    )

    key: bytes
    before: int
    after: int
    holder: str
    actor: str
    takes_responsibility: bool
    evidence: bytes
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation(TypedMessage):
    """What was signed under this nonce shall not count. Signed by `signer`."""

    TYPE: ClassVar[str] = (
        "Cancellation(bytes32 key,address signer,bool responsibility,uint256 nonce,"
        "uint256 deadline)"
    )

    key: bytes
    signer: str
    responsibility: bool
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation(TypedMessage):
    """The issuer withdraws a passport. Signed by its issuer."""

    TYPE: ClassVar[str] = "Revocation(bytes32 key,bytes32 reason,uint256 deadline)"

    key: bytes
    reason: bytes
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebinding(TypedMessage):
    """A lost key's place goes to a new address. Signed by `receiver` and k of n members."""

    TYPE: ClassVar[str] = (
        "Rebinding(bytes32 key,bool responsibility,address from,address to,uint256 proposal,"
        "uint256 deadline)"
    )

    key: bytes
    responsibility: bool
    sender: str
    receiver: str
    proposal: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection(TypedMessage):
    """The old key is not lost. Signed by the old key."""

    TYPE: ClassVar[str] = (
        "Objection(bytes32 key,bool responsibility,uint256 proposal,uint256 deadline)"
    )

    key: bytes
    responsibility: bool
    proposal: int
    deadline: int
