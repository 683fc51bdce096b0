"""Trust files and proof bundles.

In: requests of verbs. Out: an installation's keys for others; the offline proof of a passport.
"""

from collections.abc import Collection, Iterator, Sequence

from battery_passport.access.policy.reading import PROOF
from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.assembly.anchoring import CHAIN_PATIENCE_S
from battery_passport.assembly.auditing import log_trust
from battery_passport.assembly.authorizing import sections_of_audience
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.identity import organisation_did
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.health import state_all
from battery_passport.assembly.operations.passports import newest_version
from battery_passport.assembly.proof_sources import (
    SqlCredentialSource,
    SqlEvidenceSource,
    SqlFurtherProofs,
    SqlProofLog,
)
from battery_passport.assembly.requests import Asked
from battery_passport.assembly.stating_measurements import inspection_trust
from battery_passport.assembly.statuses import StatusPublisher
from battery_passport.credentials.jwk import PublicKey
from battery_passport.credentials.signing import Signer
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.checkpoint import parse_checkpoint_text
from battery_passport.ledger.tlog_proof import parse_tlog_proof
from battery_passport.passport.disclosure import SECTIONS, parse_audience
from battery_passport.proof.assembling import BundleAssembler
from battery_passport.proof.bundle import parse_bundle
from battery_passport.proof.errors import NothingToProve
from battery_passport.proof.model import HEALTH_STATEMENT, PASSPORT
from battery_passport.proof.trust import TrustedKey, TrustFile
from battery_passport.registry.model import Battery


def export_trust(installation: Installation, _request: JsonObject) -> JsonObject:
    """Return this installation's trust file."""
    return {
        "content": trust_file(installation).encode().decode(),
        "origin": installation.keys.log.name,
        "insecure_keys": installation.keys.insecure,
    }


def trust_file(installation: Installation) -> TrustFile:
    """Return the keys, log and chain by which others check what is issued here."""
    keys = installation.keys
    return TrustFile(
        keys=trusted_keys(installation),
        log=log_trust(installation),
        chain=installation.chain.trust(),
        validator_sets=installation.chain.validator_sets(),
        demonstration=keys.insecure,
    )


def trusted_keys(installation: Installation) -> tuple[TrustedKey, ...]:
    """Return the keys that passports and statements here are signed with, and were."""
    keys, did = installation.keys, organisation_did(installation.base_url, DEFAULT_ORGANISATION)
    with installation.database.read() as connection:
        of_bodies = inspection_trust(installation, connection)
    return (
        *_trusted(PASSPORT, did, keys.issuer, keys.retired["issuer"]),
        *_trusted(HEALTH_STATEMENT, did, keys.diagnostics, keys.retired["diagnostics"]),
        *of_bodies,
    )


def make_bundle(installation: Installation, request: JsonObject) -> JsonObject:
    """Return the proof bundle of a battery's newest version, anchored now.

    Raises: NoPassport, NothingToProve, NotAnchoredYet, NotCosignedYet, ChainUnavailable, RoleTaken.
    """
    asked = Asked(request)
    audience = parse_audience(asked.optional_text("audience") or "public")
    with_evidence = asked.flag("evidence")
    with installation.database.read() as connection:
        battery, passport = newest_version(connection, asked.text("battery"))
    if with_evidence:
        state_all(installation, battery)
        _refuse_without_estimate(installation, battery)
    installation.pipeline.settle(timeout_s=CHAIN_PATIENCE_S)
    if installation.states.cover(battery.log_key) is not None:
        installation.pipeline.settle(timeout_s=CHAIN_PATIENCE_S)
    installation.anchoring.anchor_now()
    installation.cosigning.ask_all()
    sections = sections_of_audience(audience, battery, action=PROOF)
    octets = assemble_bundle(installation, battery, sections=sections, with_evidence=with_evidence)
    bundle = parse_bundle(octets)
    checkpoint = parse_tlog_proof(bundle.passport.tlog_proof.encode())
    return {
        "content": octets.decode(),
        "battery": str(battery.identifier),
        "version": passport.sequence,
        "audience": audience.value,
        "log_index": checkpoint.index,
        "log_size": parse_checkpoint_text(checkpoint.note.text).head.size,
        "anchored_on": bundle.anchor.ledger,
    }


def _refuse_without_estimate(installation: Installation, battery: Battery) -> None:
    """Return if a health statement names evidence to put in. Raises: NothingToProve."""
    with installation.database.read() as connection:
        if CredentialStore(connection).latest(HEALTH_STATEMENT, battery.battery_id) is None:
            raise NothingToProve(
                "There is no health statement of this battery, so there is no evidence to put in.",
                remedy="Bring measurements in with `ingest`; `diagnose` then says what they are "
                "good for. Without --evidence the proof file can be made now.",
            )


def assemble_bundle(
    installation: Installation,
    battery: Battery,
    *,
    sections: Collection[str] = (),
    with_evidence: bool = False,
    with_estimate: bool = False,
) -> bytes:
    """Return a bundle under what is anchored already.

    What an inspection body measured goes where the estimate may be seen: to readers of point 4.
    Raises: NotAnchoredYet, NothingToProve.
    """
    with installation.database.read() as connection:
        assembler = BundleAssembler(
            SqlCredentialSource(connection),
            SqlProofLog(
                connection,
                installation.pipeline.log_of,
                witnesses=installation.settings.witnesses,
            ),
            evidence=SqlEvidenceSource(connection, installation.evidence.of(connection)),
            trust=trust_file(installation),
            further=SqlFurtherProofs(
                connection,
                publisher=StatusPublisher(installation.keys, installation.base_url),
                moment=installation.clock.now(),
                finality_of=installation.chain.finality_of,
            ),
        )
        return assembler.assemble(
            battery.battery_id,
            sections=sections,
            with_evidence=with_evidence,
            with_measurement=with_evidence or with_estimate or SECTIONS[4] in sections,
        )


def _trusted(
    purpose: str, did: str, signer: Signer, retired: Sequence[PublicKey]
) -> Iterator[TrustedKey]:
    """Yield the key of today, then those that what is older was signed with, the newest first."""
    present = signer.public_key
    yield TrustedKey(purpose=purpose, did=did, key=present)
    for key in reversed(retired):
        if key != present:  # a change that a crash interrupted has said farewell to the present
            yield TrustedKey(purpose=purpose, did=did, key=key)
