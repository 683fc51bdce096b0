"""Recomputation: every batch opened and checked, the named methods run again, figures compared.

In: a bundle with evidence, and the reader's trust file if there is one. Out: a report; or the first
batch or figure that does not hold, raised. Without trust the origin is not checked, and said so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from battery_passport.diagnostics.errors import MalformedStatement
from battery_passport.diagnostics.statement import compare_with_statement
from battery_passport.diagnostics.stating.comparing import compare_with_figures
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.bundle import parse_bundle
from battery_passport.proof.errors import EvidenceMismatch, MalformedBundle, NothingToRecompute
from battery_passport.proof.evidence_checks import check_evidence
from battery_passport.proof.model import CLAIMS_OF, FIGURES_STATEMENT, Bundle
from battery_passport.proof.statement import named_evidence, stated_claims
from battery_passport.proof.trust import parse_trust
from battery_passport.proof.verification import check_bundle, open_credentials
from battery_passport.proof.wording import checking
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope, verify_with_one_of
from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.table import assemble_table


@dataclass(frozen=True, slots=True, kw_only=True)
class RecomputationReport:
    """Figures that were computed again and agreed."""

    origin_checked: bool
    subject: str
    batches: int
    samples: int
    statements: tuple[JsonObject, ...]

    def as_json(self) -> JsonObject:
        """Return the report for programs."""
        return {
            "agrees": True,
            "origin_checked": self.origin_checked,
            "battery": self.subject,
            "batches": self.batches,
            "samples": self.samples,
            "statements": list(self.statements),
        }

    def lines(self) -> list[str]:
        """Return the report for people."""
        origin = (
            "The file and its issuers were checked against your trust file."
            if self.origin_checked
            else "Origin not checked: without --trust nothing tells who made this file."
        )
        counted = f"{self.batches} batches with {self.samples} samples"
        return [
            f"AGREES: the figures of {len(self.statements)} statement(s) follow from {counted}.",
            *(f"  {line}" for claims in self.statements for line in _figures_of(claims)),
            f"Battery: {self.subject}",
            f"  note: {origin}",
        ]


def recompute_bundle(bundle: bytes, trust: bytes | None = None) -> RecomputationReport:
    """Return that every statement of a bundle follows from the batches in it.

    Raises: NothingToRecompute for a bundle without a statement; VerificationFailed if a batch is
    missing, altered or not signed by its device, if a figure differs, or (with `trust`) if the
    bundle does not verify; UnknownMethod for a method this release does not have.
    """
    trusted = None if trust is None else parse_trust(trust)
    parsed = parse_bundle(bundle)
    if not any(logged.record.type in CLAIMS_OF for logged in parsed.statements):
        raise NothingToRecompute("The bundle holds no statement of health or of figures.")
    if trusted is not None:
        check_bundle(parsed, trusted)
    passport, *statements = open_credentials(parsed)
    payloads = [statement.payload for statement in statements]
    check_evidence(parsed, payloads)
    decoded = _decode_batches(parsed)
    kinds = [logged.record.type for logged in parsed.statements]
    stated = [pair for pair in zip(payloads, kinds, strict=True) if pair[1] in CLAIMS_OF]
    for payload, kind in stated:
        _compare(payload, kind, decoded)
    return RecomputationReport(
        origin_checked=trusted is not None,
        subject=passport.subject,
        batches=len(decoded),
        samples=sum(len(batch.sampled_at_ms) for batch in decoded.values()),
        statements=tuple(stated_claims(payload, kind) for payload, kind in stated),
    )


def _figures_of(claims: JsonObject) -> Iterator[str]:
    """Yield each figure with the method that gave it."""
    figures = claims.get("figures")
    for name, each in (figures if isinstance(figures, Mapping) else {"health": claims}).items():
        if isinstance(each, Mapping):
            yield f"{str(name).replace('_', ' ')} by {each.get('method')} {each.get('version')}"


def _decode_batches(bundle: Bundle) -> Mapping[bytes, DecodedBatch]:
    """Return the batches by digest, each signed by the device it names, all of one battery."""
    if bundle.batches is None or bundle.device_keys is None:
        raise EvidenceMismatch("The bundle holds none of the batches its statements name.")
    decoded: dict[bytes, DecodedBatch] = {}
    for place, octets in enumerate(bundle.batches):
        with checking(f"Batch {place}"):
            batch = _decode(octets, bundle.device_keys)
        decoded[batch.digest] = batch
    references = {batch.claims.battery_ref for batch in decoded.values()}
    if len(references) > 1:
        raise EvidenceMismatch(f"The batches are of {len(references)} batteries, expected one.")
    return decoded


def _decode(octets: bytes, device_keys: Mapping[str, tuple[bytes, ...]]) -> DecodedBatch:
    envelope = open_envelope(octets)
    device = str(envelope.claims.device_id)
    if device not in device_keys:
        raise EvidenceMismatch(f"it is of device {device}, whose key the statement does not name.")
    verify_with_one_of(envelope, device_keys[device])
    return decode_batch(envelope)


def _compare(payload: JsonObject, kind: str, decoded: Mapping[bytes, DecodedBatch]) -> None:
    evidence, claims = named_evidence(payload, kind).batches, stated_claims(payload, kind)
    table = assemble_table(decoded[digest] for digest in evidence)
    try:
        if kind == FIGURES_STATEMENT:
            compare_with_figures(claims, evidence, table)
        else:
            compare_with_statement(claims, table)
    except MalformedStatement as error:
        raise MalformedBundle(f"A {kind}: {error.message}") from error
