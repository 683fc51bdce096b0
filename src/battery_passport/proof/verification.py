"""Offline verification of a bundle against a reader's own trust file.

In: the bytes of two files. Out: a report; or the first thing that does not hold, raised.
Imports no database, chain or array library, and opens no socket (tested).
"""

from datetime import datetime

from battery_passport.credentials.status_list import StatusToken
from battery_passport.lifecycle.measurement import Measurement
from battery_passport.proof.anchor_part import check_anchor
from battery_passport.proof.bundle import parse_bundle
from battery_passport.proof.credential_checks import (
    OpenedCredential,
    check_different,
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
from battery_passport.proof.log_checks import check_logged, check_required_parts
from battery_passport.proof.measurement import read_measurement
from battery_passport.proof.model import (
    HEALTH_STATEMENT,
    MEASUREMENT_STATEMENT,
    PASSPORT,
    PURPOSE_OF,
    Bundle,
)
from battery_passport.proof.remarks import Findings, checks_held, limits_of
from battery_passport.proof.report import VerificationReport
from battery_passport.proof.state_part import check_latest, check_state_logged
from battery_passport.proof.status_part import check_fresh, check_status, open_status
from battery_passport.proof.trust import TrustFile, parse_trust
from battery_passport.proof.wording import checking

PASSPORT_PART = "The passport"
STATEMENT_PART = "A statement"


def verify_bundle(
    bundle: bytes, trust: bytes, *, now: datetime | None = None
) -> VerificationReport:
    """Return what a bundle proves to a reader with these trust anchors.

    `now` is only asked where the trust file insists on a status that is not out of date.
    Raises: MalformedTrustFile or UnreadableBundle if there is nothing to check, else the subclass
    of VerificationFailed that names the first thing that does not hold.
    """
    trusted = parse_trust(trust)
    return check_bundle(parse_bundle(bundle), trusted, now=now)


def check_bundle(
    bundle: Bundle, trust: TrustFile, *, now: datetime | None = None
) -> VerificationReport:
    """Return what a parsed bundle proves to a reader with these trust anchors.

    The order of the checks is that of docs/reference/proof-bundle.md.
    Raises: VerificationFailed.
    """
    check_issuer_keys_trusted(read_issuer_keys(bundle).values(), trust)
    passport, *statements = open_credentials(bundle)
    check_issuer(passport, kind=PASSPORT, trust=trust, part=PASSPORT_PART)
    for logged, statement in zip(bundle.statements, statements, strict=True):
        purpose = PURPOSE_OF[logged.record.type]
        check_issuer(statement, kind=purpose, trust=trust, part=STATEMENT_PART)
    proven = check_logged(bundle.passport, trust=trust, part=PASSPORT_PART)
    for logged in bundle.statements:
        check_logged(logged, trust=trust, part=STATEMENT_PART)
    if bundle.state is not None:
        check_state_logged(bundle.state, trust)
    final = check_anchor(bundle, proven.checkpoint, trust)
    latest = None if bundle.state is None else check_latest(bundle.state, bundle.passport.record)
    status = _check_status(bundle, passport, trust, now)
    check_required_parts(bundle, trust)
    measurements = _read_measurements(bundle, statements)
    batches = check_evidence(bundle, [statement.payload for statement in statements])
    found = Findings(
        proven=proven,
        final=final,
        latest=latest,
        status=status,
        statements=tuple(statements),
        measurements=measurements,
        batches=batches,
        demonstration=trust.demonstration,
    )
    return _report(bundle, passport, found)


def open_credentials(bundle: Bundle) -> list[OpenedCredential]:
    """Return the passport and the statements, signed by keys of the bundle, about one battery.

    Nobody has vouched for these keys yet.
    Raises: VerificationFailed.
    """
    keys = read_issuer_keys(bundle)
    passport = open_credential(bundle.passport, kind=PASSPORT, keys=keys, part=PASSPORT_PART)
    opened = [passport]
    for logged in bundle.statements:
        kind = logged.record.type if logged.record.type in PURPOSE_OF else HEALTH_STATEMENT
        statement = open_credential(logged, kind=kind, keys=keys, part=STATEMENT_PART)
        check_same_battery((bundle.passport.record, passport), (logged.record, statement))
        opened.append(statement)
    check_different([each.record for each in bundle.statements])
    used = [each.key for each in opened]
    if bundle.status is not None:
        used.append(open_status(bundle.status, keys).key)
    check_issuer_keys_used(keys, used)
    return opened


def _read_measurements(
    bundle: Bundle, statements: list[OpenedCredential]
) -> tuple[Measurement, ...]:
    """Return what inspection bodies measured. Raises: MalformedBundle."""
    found = []
    for logged, statement in zip(bundle.statements, statements, strict=True):
        if logged.record.type == MEASUREMENT_STATEMENT:
            with checking(STATEMENT_PART):
                found.append(read_measurement(statement.payload))
    return tuple(found)


def _check_status(
    bundle: Bundle, passport: OpenedCredential, trust: TrustFile, now: datetime | None
) -> StatusToken | None:
    if bundle.status is None:
        return None
    status = open_status(bundle.status, read_issuer_keys(bundle))
    check_status(status, passport, trust)
    check_fresh(status, now, trust)
    return status


def _report(bundle: Bundle, passport: OpenedCredential, found: Findings) -> VerificationReport:
    checkpoint = found.proven.checkpoint
    return VerificationReport(
        as_of=passport.as_of,
        issuer=passport.issuer,
        subject=passport.subject,
        sequence=bundle.passport.record.seq,
        log_origin=checkpoint.origin,
        log_index=found.proven.index,
        log_size=checkpoint.head.size,
        latest_as_of=None if found.latest is None else found.latest.as_of,
        status_as_of=None if found.status is None else found.status.issued_at,
        status_until=None if found.status is None else found.status.expires_at,
        final_at=None if found.final is None else found.final.block_time,
        sections=tuple(sorted(passport.sections)),
        checks=checks_held(bundle, passport, found),
        limits=limits_of(found),
        passport=passport.payload,
        statements=tuple(statement.payload for statement in found.statements),
        measurements=found.measurements,
        batches=found.batches,
    )
