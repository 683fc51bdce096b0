"""What the chain says: passports, batches and waiting re-bindings as frozen values.

In: what a contract's reading functions give. Out: values.
"""

from dataclasses import dataclass
from datetime import datetime

from battery_passport.ledger.onchain.statuses import StatusCode


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenState:
    """A registered passport.

    `nonce` is what the holder's next message must bear, `responsible_nonce` the responsible
    operator's. `revoked` warns readers and holds nobody back.
    """

    key: bytes
    holder: str
    nonce: int
    status: StatusCode
    revoked: bool
    successors: int
    responsible: str
    responsible_nonce: int
    batch: int
    predecessors: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerProgress:
    """How many batches an issuer has issued, and the root of its newest (zero if none)."""

    count: int
    newest_root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRebinding:
    """A proposal that waits for its delay; `next_proposal` is the number of the one to follow."""

    receiver: str | None
    ready_at: datetime | None
    next_proposal: int
