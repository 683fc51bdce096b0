"""The parts of a bundle and what checking them gives, as frozen values.

In: parsed bundles. Out: values that verification, recomputation and pages hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject, canonical_json
from battery_passport.ledger.finality.model import FinalityProof
from battery_passport.ledger.state_proof import StateProof

BUNDLE_FORMAT = "bp-proof/v1"
RECORD_VERSION = 1
PASSPORT = "passport"
HEALTH_STATEMENT = "health-statement"
FIGURES_STATEMENT = "figures-statement"
CLAIMS_OF: Mapping[str, str] = {HEALTH_STATEMENT: "health", FIGURES_STATEMENT: "figures"}
"""Statements of diagnostics, which name their evidence, and the member that holds their claims.

Whoever may sign health statements may sign statements of figures too.
"""
MEASUREMENT_STATEMENT = "measurement-statement"
PURPOSE_OF: Mapping[str, str] = {
    HEALTH_STATEMENT: HEALTH_STATEMENT,
    FIGURES_STATEMENT: HEALTH_STATEMENT,
    MEASUREMENT_STATEMENT: MEASUREMENT_STATEMENT,
}
"""Every kind of statement, and the purpose that the trust file names a key for it under."""
DEVELOPMENT_LEDGER = "development ledger"
CONSORTIUM_NETWORK = "consortium network"
PUBLIC_BUNDLE_LIMIT_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """What a credential's log entry commits to; opened in bundles only.

    `key` is the battery's 16-byte record key, `cred` the SHA-256 of the issuer-signed JWT.
    """

    type: str
    seq: int
    key: bytes
    cred: bytes

    def as_json(self) -> JsonObject:
        return {
            "v": RECORD_VERSION,
            "type": self.type,
            "seq": self.seq,
            "key": self.key.hex(),
            "cred": self.cred.hex(),
        }

    def encode(self) -> bytes:
        """Return the record bytes, whose SHA-256 is the record digest."""
        return canonical_json(self.as_json())

    @property
    def digest(self) -> bytes:
        return sha256(self.encode())


def record_of(*, kind: str, sequence: int, log_key: bytes, issuer_jwt: str) -> LogRecord:
    """Return the record that a freshly signed credential is logged by."""
    return LogRecord(type=kind, seq=sequence, key=log_key, cred=sha256(issuer_jwt.encode("ascii")))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCredential:
    """A presentation, the record and salt behind its log entry, and the log proof of the entry."""

    credential: str
    record: LogRecord
    salt: bytes
    tlog_proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The ledger that a checkpoint was anchored on, in words, and the checkpoint's signed note.

    `finality` is what the validators of a consortium network agreed on; there is none elsewhere.
    """

    ledger: str
    checkpoint: str
    finality: FinalityProof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedState:
    """An epoch of the state tree as it is logged, and the passport's place in it."""

    proof: StateProof
    salt: bytes
    tlog_proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle whose form was checked and nothing else.

    `device_keys` are 32-byte Ed25519 keys by device id, one or more; `batches` verbatim COSE bytes.
    """

    passport: LoggedCredential
    anchor: Anchor
    issuer_keys: tuple[JsonObject, ...]
    state: LoggedState | None = None
    status: str | None = None
    statements: tuple[LoggedCredential, ...] = ()
    device_keys: Mapping[str, tuple[bytes, ...]] | None = None
    batches: tuple[bytes, ...] | None = None

    @property
    def tlog_proofs(self) -> tuple[str, ...]:
        """The log proofs of the passport, of the statements and of the state, in that order."""
        logged = [each.tlog_proof for each in (self.passport, *self.statements)]
        return (*logged, *([] if self.state is None else [self.state.tlog_proof]))
