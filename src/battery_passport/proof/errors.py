"""What can be wrong with a bundle, a trust file, its evidence or the stored records.

In: a message. Out: exceptions with a stable code and the next step.

    InvalidInput
    ├── UnreadableBundle       not a JSON object, or one that two readers would read differently
    ├── MalformedTrustFile     nothing to check a bundle against
    ├── NothingToProve         no passport, or no health statement, to make a bundle of
    ├── NothingToRecompute     a bundle without a health statement
    └── BundleTooLarge         a public bundle beyond its limit
    VerificationFailed
    ├── MalformedBundle        not to the letter a bundle of this format
    ├── NotTrusted             an issuer, key, log or ledger that the trust file does not name
    ├── RecordMismatch         credential and log record do not belong together
    ├── AnchorMismatch         the anchor is not of the checkpoint that proves the passport
    ├── RequiredPartMissing    the trust file requires what the bundle does not prove
    ├── PassportRevoked        the issuer says that this version does not count any more
    ├── PassportSuspended      the issuer says that it does not count for now
    ├── StatusExpired          the reader insists on the status, and this one is out of date
    ├── EvidenceMismatch       a batch or device key is missing, altered or not the statement's
    └── StoredRecordAltered    the audit found the first record that does not hold
"""

from battery_passport.foundation.errors import InvalidInput, VerificationFailed


class UnreadableBundle(InvalidInput):
    """The file is no JSON object, or one that two readers would read differently."""

    code = "unreadable-bundle"
    remedy = "Ask for the bundle again; it must arrive byte for byte."


class MalformedTrustFile(InvalidInput):
    """The trust file cannot be used, so there is nothing to check a bundle against."""

    code = "malformed-trust-file"
    remedy = "Get the trust file again (`trust export`) from somebody you trust."


class NothingToProve(InvalidInput):
    """There is no credential to make a bundle of."""

    code = "nothing-to-prove"
    remedy = "Issue a passport first (`passport issue`)."


class NothingToRecompute(InvalidInput):
    """The bundle has no figures to compute again."""

    code = "nothing-to-recompute"
    remedy = "Ask for a bundle made with --evidence."


class BundleTooLarge(InvalidInput):
    """A public bundle beyond the size that readers are promised."""

    code = "bundle-too-large"
    remedy = "Shorten the public part of the passport."


class MalformedBundle(VerificationFailed):
    """The bundle is not, to the letter, of the format it claims."""

    code = "malformed-bundle"
    remedy = "The bundle was altered or made by another release: ask for a new one."


class NotTrusted(VerificationFailed):
    """The bundle rests on an issuer, key or ledger that the trust file does not name."""

    code = "not-trusted"
    remedy = "Do not rely on this bundle, or get trust anchors that name its issuer."


class RecordMismatch(VerificationFailed):
    """A credential and the record behind its log entry do not belong together."""

    code = "record-mismatch"
    remedy = "The bundle was put together from parts of others: ask for a new one."


class AnchorMismatch(VerificationFailed):
    """The anchor does not concern the checkpoint that proves the passport."""

    code = "anchor-mismatch"
    remedy = "The bundle was put together from parts of others: ask for a new one."


class RequiredPartMissing(VerificationFailed):
    """The reader's trust file requires a proof that the bundle does not hold."""

    code = "required-part-missing"
    remedy = "Ask for a bundle with that part, or use a trust file that does not require it."


class PassportRevoked(VerificationFailed):
    """The issuer says that this passport version does not count any more."""

    code = "passport-revoked"
    remedy = "Do not rely on it: ask the issuer why it was revoked and for the passport of today."


class PassportSuspended(VerificationFailed):
    """The issuer says that this passport version does not count for now."""

    code = "passport-suspended"
    remedy = "Do not rely on it for now: ask the issuer whether it is in force again."


class StatusExpired(VerificationFailed):
    """The reader's trust file insists on the status, and the time it was given for is over."""

    code = "status-expired"
    remedy = "Ask for a bundle made today."


class EvidenceMismatch(VerificationFailed):
    """A batch or device key is missing, altered, or not one that the statement names."""

    code = "evidence-mismatch"
    remedy = "Ask for the bundle with its evidence again."


class StoredRecordAltered(VerificationFailed):
    """A stored record, the log or its anchors contradict each other."""

    code = "stored-record-altered"
    remedy = "Keep a copy of the store as it is, then restore the record from a backup."

    def __init__(self, message: str, *, at: int | None = None, block: int | None = None) -> None:
        """`at` is the log index, `block` the chain's block that it is about, if it is known."""
        super().__init__(message)
        self.at = at
        self.block = block
