"""One record's way into the ledger, for readers who may see the record.

In: what the record store and the chain tell of it. Out: frozen values.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from battery_passport.web.explorer.views import CheckpointLine, EpochLine
from battery_passport.web.views import LedgerKind


class RecordKind(StrEnum):
    """What a log entry stands for."""

    VERSION = "version"
    EVENT = "event"
    STATEMENT = "statement"
    FIGURES = "figures"
    MEASUREMENT = "measurement"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class RecordName:
    """Which record of a battery: its number among its kind, or a batch's digest."""

    kind: RecordKind
    number: int = 0
    digest: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """A record with its place in the log, None until it has one."""

    name: RecordName
    at: datetime
    event_type: str = ""
    log_index: int | None = None
    is_newest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordShelf:
    """The records of a battery that a reader may see, the newest of each kind first."""

    versions: tuple[RecordLine, ...]
    events: tuple[RecordLine, ...] = ()
    statements: tuple[RecordLine, ...] = ()
    figures: tuple[RecordLine, ...] = ()
    measurements: tuple[RecordLine, ...] = ()
    batches: tuple[RecordLine, ...] = ()
    batch_count: int = 0
    batch_page: int = 1
    batches_at_once: int = 1

    @property
    def has_older_batches(self) -> bool:
        """Whether there are batches behind this page."""
        return self.batch_page * self.batches_at_once < self.batch_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """Where a record comes from: who made it, from what, and how it was signed."""

    device: str = ""
    device_kind: str = ""
    octets: int = 0
    collected_at: datetime | None = None
    batches: int = 0
    charges: int = 0
    figures: int = 0
    method: str = ""
    recorded_by: str = ""
    issuer: str = ""


class TokenHolder(StrEnum):
    """Who holds a battery in the registry."""

    ORGANISATION = "organisation"
    OWN_KEY = "own-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredToken:
    """What the registry says of a battery; addresses only for whom they may be shown."""

    key: bytes
    status: str
    holder: TokenHolder
    holder_address: str
    responsible_is_own: bool
    successors: int
    revoked: bool


class RegistryState(StrEnum):
    """How far a battery's passport has come on the chain."""

    WAITING = "waiting"
    IN_BATCH = "in-batch"
    REGISTERED = "registered"
    NO_ANSWER = "no-answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnchainView:
    """The battery in the registry of passports, for readers who may see its status."""

    state: RegistryState
    batch: int | None = None
    batch_size: int = 0
    token: RegisteredToken | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWay:
    """One record with all that leads from it to the block.

    `entry` is its leaf in the log; `covering` the checkpoint over it, anchored if one is.
    `block_stands` tells whether the chain still holds the block; None if nobody answers.
    """

    line: RecordLine
    recorded_at: datetime
    digest: bytes
    salt: bytes
    entry: bytes
    log_origin: str
    log_size: int
    beginning: Beginning
    covering: CheckpointLine | None
    epoch: EpochLine | None
    ledger: LedgerKind
    block_stands: bool | None
    onchain: OnchainView | None
