"""Offline verification of a bundle against a reader's own trust file.

In: the bytes of two files. Out: a report; or the first thing that does not hold, raised.
Imports no database, chain or array library, and opens no socket (tested).
"""

from battery_passport.ledger.tlog_proof import ProvenEntry
from battery_passport.proof.bundle import parse_bundle
from battery_passport.proof.credential_checks import (
    OpenedCredential,
    check_issuer,
    check_same_battery,
    open_credential,
)
from battery_passport.proof.evidence_checks import check_evidence
from battery_passport.proof.issuer_keys import (
    check_issuer_keys_trusted,
    check_issuer_keys_used,
    read_issuer_keys,
)
from battery_passport.proof.log_checks import check_anchor, check_logged, check_required_parts
from battery_passport.proof.model import HEALTH_STATEMENT, PASSPORT, Bundle
from battery_passport.proof.report import (
    LATEST_NOT_PROVEN,
    NO_WITNESSES,
    ON_DEVELOPMENT_LEDGER,
    STATUS_NOT_CHECKED,
    Remark,
    VerificationReport,
)
from battery_passport.proof.trust import TrustFile, parse_trust

PASSPORT_PART = "The passport"
STATEMENT_PART = "A health statement"


def verify_bundle(bundle: bytes, trust: bytes) -> VerificationReport:
    """Return what a bundle proves to a reader with these trust anchors.

    Raises: MalformedTrustFile or UnreadableBundle if there is nothing to check, else the subclass
    of VerificationFailed that names the first thing that does not hold.
    """
    trusted = parse_trust(trust)
    return check_bundle(parse_bundle(bundle), trusted)


def check_bundle(bundle: Bundle, trust: TrustFile) -> VerificationReport:
    """Return what a parsed bundle proves to a reader with these trust anchors.

    Raises: VerificationFailed.
    """
    keys = read_issuer_keys(bundle)
    check_issuer_keys_trusted(keys.values(), trust)
    passport, *statements = open_credentials(bundle)
    check_issuer(passport, kind=PASSPORT, trust=trust, part=PASSPORT_PART)
    for statement in statements:
        check_issuer(statement, kind=HEALTH_STATEMENT, trust=trust, part=STATEMENT_PART)
    proven = check_logged(bundle.passport, trust=trust, part=PASSPORT_PART)
    for logged in bundle.statements:
        check_logged(logged, trust=trust, part=STATEMENT_PART)
    check_anchor(bundle, trust)
    check_required_parts(trust)
    batches = check_evidence(bundle, [statement.payload for statement in statements])
    return _report(bundle, (passport, *statements), proven, batches)


def open_credentials(bundle: Bundle) -> list[OpenedCredential]:
    """Return the passport and the statements, signed by keys of the bundle, about one battery.

    Nobody has vouched for these keys yet.
    Raises: VerificationFailed.
    """
    keys = read_issuer_keys(bundle)
    passport = open_credential(bundle.passport, kind=PASSPORT, keys=keys, part=PASSPORT_PART)
    opened = [passport]
    for logged in bundle.statements:
        statement = open_credential(logged, kind=HEALTH_STATEMENT, keys=keys, part=STATEMENT_PART)
        check_same_battery((bundle.passport.record, passport), (logged.record, statement))
        opened.append(statement)
    check_issuer_keys_used(keys, [each.key for each in opened])
    return opened


def _report(
    bundle: Bundle,
    opened: tuple[OpenedCredential, ...],
    proven: ProvenEntry,
    batches: int,
) -> VerificationReport:
    passport, *statements = opened
    head = proven.checkpoint.head
    return VerificationReport(
        as_of=passport.as_of,
        issuer=passport.issuer,
        subject=passport.subject,
        sequence=bundle.passport.record.seq,
        log_origin=proven.checkpoint.origin,
        log_index=proven.index,
        log_size=head.size,
        sections=tuple(sorted(passport.sections)),
        checks=tuple(_checks(bundle, opened, proven, batches)),
        limits=_limits(proven),
        passport=passport.payload,
        statements=tuple(statement.payload for statement in statements),
        batches=batches,
    )


def _limits(proven: ProvenEntry) -> tuple[Remark, ...]:
    always = (LATEST_NOT_PROVEN, STATUS_NOT_CHECKED, ON_DEVELOPMENT_LEDGER)
    return always if proven.witnesses else (*always, NO_WITNESSES)


def _checks(
    bundle: Bundle, opened: tuple[OpenedCredential, ...], proven: ProvenEntry, batches: int
) -> list[Remark]:
    passport, *statements = opened
    version = bundle.passport.record.seq
    size, origin = proven.checkpoint.head.size, proven.checkpoint.origin
    found = [
        Remark("issuer-trusted", f"{passport.issuer} is an issuer your trust file names."),
        Remark("credential-signed", "Its signature covers every value shown."),
        Remark(
            "record-matches",
            f"The log record names exactly this version ({version}).",
        ),
        Remark(
            "logged",
            f"The record is entry {proven.index} of {size} in the signed log {origin}.",
        ),
        Remark("anchored", "The anchor concerns exactly that signed log."),
    ]
    if proven.witnesses:
        words = f"{len(proven.witnesses)} witnesses you trust have seen that log."
        found.append(Remark("witnessed", words))
    if statements:
        words = f"Health statements signed, logged and about this battery: {len(statements)}."
        found.append(Remark("statements-hold", words))
    if batches:
        words = f"{batches} raw batches are exactly those the statements name."
        found.append(Remark("evidence-complete", words))
    return found
