"""What the ledger's pages may know: values handed over by the ports.

In: what the record store and the chain tell, gathered by the assembly. Out: frozen values.
Nothing here says which battery a leaf, a key or a transaction is of.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from battery_passport.web.views import LedgerKind


@dataclass(frozen=True, slots=True)
class ProperName:
    """A name that is written one way in each language."""

    english: str
    korean: str

    def in_language(self, code: str) -> str:
        """Return the name for readers of a language."""
        return self.korean if code == "ko" else self.english


class OwnAccount(StrEnum):
    """Accounts of this installation."""

    ORGANISATION = "organisation"
    ANCHORER = "anchorer"
    CARRIER = "carrier"
    DEPLOYER = "deployer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An address on the chain, with what this installation knows of it."""

    address: str
    own: OwnAccount | None = None
    name: ProperName | None = None


class LedgerRole(StrEnum):
    """What the consortium lets an account do."""

    ISSUER = "issuer"
    RESPONSIBLE_OPERATOR = "responsible-operator"
    PERMITTED_OPERATOR = "permitted-operator"
    WASTE_OPERATOR = "waste-operator"
    RECYCLER = "recycler"
    ANCHORER = "anchorer"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOrganisation:
    """A member of the consortium, or an account that it lets do something."""

    account: Account
    is_member: bool
    roles: tuple[LedgerRole, ...]


class Presence(StrEnum):
    """How a validator was seen last."""

    VOTES = "votes"
    ANSWERS = "answers"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatorLine:
    """A validator; `seen_block` is the newest block it voted for, as far as was looked."""

    address: str
    name: ProperName | None
    power: int
    share_percent: float
    presence: Presence
    seen_block: int | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLine:
    """A block of the chain."""

    number: int
    at: datetime
    block_hash: bytes
    transactions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFace:
    """The chain as it answers now. `stalled_since` is set when its validators have stopped."""

    height: int
    block_at: datetime
    chain_id: int
    network: str
    threshold: int
    organisations: tuple[LedgerOrganisation, ...]
    validators: tuple[ValidatorLine, ...]
    blocks: tuple[BlockLine, ...]
    contracts: Mapping[str, str]
    stalled_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorLine:
    """Where a checkpoint is recorded on the chain, as this installation noted it."""

    number: int
    size: int
    root: bytes
    anchored_at: datetime
    signed_at: datetime
    block: int | None
    block_hash: bytes | None
    transaction_hash: bytes | None

    @property
    def took_s(self) -> float:
        """Seconds from the signature to the block."""
        return max(0.0, (self.anchored_at - self.signed_at).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointLine:
    """The log's signed size and root."""

    size: int
    root: bytes
    signed_at: datetime
    cosignatures: int
    anchor: AnchorLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature under a checkpoint; `at` is when a witness saw it."""

    name: str
    is_witness: bool
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSheet:
    """One checkpoint whole: its note byte for byte, who signed it, its neighbours."""

    line: CheckpointLine
    note: str
    signatures: tuple[Signature, ...]
    witnesses_required: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What a contract told in a transaction: its name and the event's, members as plain values."""

    contract: str
    event: str
    members: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionView:
    """A transaction; `contract` is empty if it went to none of ours."""

    transaction_hash: bytes
    sender: Account
    contract: str
    is_creation: bool
    succeeded: bool
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSheet:
    """One block whole, with what is known of the accounts and roles that its happenings name."""

    line: BlockLine
    parent_hash: bytes
    newest: int
    transactions: tuple[TransactionView, ...]
    own_origin_hash: bytes
    accounts: Mapping[str, Account]
    roles: Mapping[bytes, LedgerRole]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochLine:
    """A state epoch: which version of every passport was the latest then, under one root."""

    number: int
    as_of: datetime
    size: int
    root: bytes
    log_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far the chain lags: checkpoints that wait, and since when the oldest does."""

    waiting: int = 0
    since: datetime | None = None
    age_s: float = 0.0
    delayed: bool = False
    contradicted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How far the audit in the background has come; `found` once it found anything wrong."""

    checked: int = 0
    size: int = 0
    rounds: int = 0
    finished_at: datetime | None = None
    found: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessLine:
    """A witness and how far it has followed."""

    name: str
    size: int
    answered_at: datetime | None
    failing_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOverview:
    """The ledger at a glance; `chain` is None while no node answers."""

    kind: LedgerKind
    asked_at: datetime
    log_origin: str
    log_size: int
    checkpoint_count: int
    anchor_count: int
    checkpoints: tuple[CheckpointLine, ...]
    anchors: tuple[AnchorLine, ...]
    lag: Lag
    epochs: tuple[EpochLine, ...]
    watch: Watch
    witnesses_required: int
    witnesses: tuple[WitnessLine, ...]
    chain: ChainFace | None = None
    demonstration_keys: bool = field(default=False)
