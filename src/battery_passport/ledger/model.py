"""Values of the log: tree heads, checkpoints, anchors and how far anchoring lags.

In: sizes, roots and times. Out: frozen values that other stages hold and pass on.
"""

from dataclasses import dataclass
from datetime import datetime

from battery_passport.ledger.merkle import EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The number of entries in a log and the root of the tree over them."""

    size: int
    root: bytes


EMPTY_TREE = TreeHead(size=0, root=EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A tree head that the log has signed: `note` is the signed text, byte for byte."""

    head: TreeHead
    note: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Anchor:
    """One root on the chain, chained to the one before; `number` counts from 0."""

    number: int
    head: TreeHead
    previous_root: bytes
    anchored_at: datetime


@dataclass(frozen=True, slots=True)
class AnchorReceipt:
    """An anchor together with the transaction and the block that put it on the chain."""

    anchor: Anchor
    transaction_hash: bytes
    block_number: int
    block_hash: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingTransaction:
    """A transaction that was signed here, and is kept until the chain holds it for good."""

    transaction_hash: bytes
    account: str
    chain_id: int
    nonce: int
    gas_price_wei: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class AnchorLag:
    """How far the chain lags behind the log: what a person sees on the status page."""

    waiting: int
    oldest_age_s: float
