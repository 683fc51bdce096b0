"""What is said about a bundle of which every part held: what was checked, what is not shown.

In: the verified parts. Out: remarks with stable names and plain words.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from battery_passport.credentials.status_list import StatusToken
from battery_passport.foundation.clock import format_utc
from battery_passport.ledger.finality.model import FinalAnchor
from battery_passport.ledger.state_tree import StateEpoch
from battery_passport.ledger.tlog_proof import ProvenEntry
from battery_passport.lifecycle.measurement import Measurement
from battery_passport.proof.credential_checks import OpenedCredential
from battery_passport.proof.model import Bundle
from battery_passport.proof.report import Remark

LATEST_NOT_PROVEN = Remark(
    "latest-not-proven",
    "Latest not proven: a newer version may exist; ask the issuer.",
)
STATUS_NOT_CHECKED = Remark(
    "status-not-checked",
    "Status not checked: whether the passport was suspended or revoked is not in this file.",
)
ON_DEVELOPMENT_LEDGER = Remark(
    "development-ledger",
    "Anchored on a development ledger: one party runs it, so it is no outside witness.",
)
NO_WITNESSES = Remark(
    "no-witnesses",
    "No independent witness signed the log: that it shows everyone the same is its own word.",
)

MAY_BE_WITHDRAWN = Remark(
    "measurement-may-be-withdrawn",
    "Whether the inspection body has put its measurement right since is not in this file.",
)

DEMONSTRATION_KEYS = Remark(
    "demonstration-keys",
    "Signed with demonstration keys, which lie in clear: others may have them.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the checks beyond the passport itself have found; None for parts that are not there."""

    proven: ProvenEntry
    final: FinalAnchor | None
    latest: StateEpoch | None
    status: StatusToken | None
    statements: tuple[OpenedCredential, ...]
    batches: int
    measurements: tuple[Measurement, ...] = ()
    demonstration: bool = False


def limits_of(found: Findings) -> tuple[Remark, ...]:
    """Return what the bundle does not show."""
    missing = (
        (found.latest is None, LATEST_NOT_PROVEN),
        (found.status is None, STATUS_NOT_CHECKED),
        (found.final is None, ON_DEVELOPMENT_LEDGER),
        (not found.proven.witnesses, NO_WITNESSES),
        (bool(found.measurements), MAY_BE_WITHDRAWN),
        (found.demonstration, DEMONSTRATION_KEYS),
    )
    return tuple(remark for applies, remark in missing if applies)


def checks_held(bundle: Bundle, passport: OpenedCredential, found: Findings) -> tuple[Remark, ...]:
    """Return what was checked, in the order of a passport's way into the world."""
    version = bundle.passport.record.seq
    checkpoint = found.proven.checkpoint
    always = (
        Remark("issuer-trusted", f"{passport.issuer} is an issuer your trust file names."),
        Remark("credential-signed", "Its signature covers every value shown."),
        Remark("record-matches", f"The log record names exactly this version ({version})."),
        Remark(
            "logged",
            f"The record is entry {found.proven.index} of {checkpoint.head.size} in the signed "
            f"log {checkpoint.origin}.",
        ),
        Remark("anchored", "The anchor concerns exactly that signed log."),
    )
    return (*always, *_further(found))


def _further(found: Findings) -> Iterator[Remark]:
    if found.final is not None:
        yield Remark(
            "final",
            f"Validators with {found.final.signed_power} of {found.final.total_power} votes agreed "
            f"on that anchor in block {found.final.height}, {format_utc(found.final.block_time)}.",
        )
    if found.latest is not None:
        as_of = format_utc(found.latest.as_of)
        yield Remark("latest", f"It is the battery's latest version as of {as_of}.")
    if found.status is not None:
        as_of, until = format_utc(found.status.issued_at), format_utc(found.status.expires_at)
        words = f"Neither suspended nor revoked; status as of {as_of}, to be asked anew by {until}."
        yield Remark("status-good", words)
    if found.proven.witnesses:
        words = f"{len(found.proven.witnesses)} witnesses you trust have seen that log."
        yield Remark("witnessed", words)
    if found.statements:
        words = f"Statements signed, logged and about this battery: {len(found.statements)}."
        yield Remark("statements-hold", words)
    if found.measurements:
        bodies = ", ".join(sorted({each.organisation for each in found.measurements}))
        yield Remark("measured", f"Measured and signed by an inspection body itself: {bodies}.")
    if found.batches:
        words = f"{found.batches} raw batches are exactly those the statements name."
        yield Remark("evidence-complete", words)
