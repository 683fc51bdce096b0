"""Recomputation: figures that follow from the batches agree, all others are refused by name."""

import base64
import copy
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from battery_passport.credentials.signing import Ed25519Signer
from battery_passport.diagnostics.errors import FigureDiffers, UnknownMethod
from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.statement import statement_claims
from battery_passport.foundation.clock import DAY_MS
from battery_passport.foundation.errors import VerificationFailed
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.errors import (
    EvidenceMismatch,
    MalformedBundle,
    MalformedTrustFile,
    NothingToRecompute,
    NotTrusted,
    UnreadableBundle,
)
from battery_passport.proof.recomputation import recompute_bundle
from battery_passport.registry.model import Rating
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope, seal_batch
from battery_passport.telemetry.errors import WrongSignature
from battery_passport.telemetry.model import Samples
from battery_passport.telemetry.table import assemble_table
from tests.factories.javascript_verifier import Question, ask_javascript
from tests.factories.proof import DEVICE, Installation, as_bytes, as_document
from tests.factories.telemetry import COLLECTED_AT_MS, SEED, make_claims, make_encoded

RATING = Rating(rated_capacity_ah=60.0, cells_in_series=96)


def drive_and_charge(number: int) -> Samples:
    """Return two hours of driving and two of charging, 35 Ah each, of a 50 Ah battery."""
    minutes = np.arange(240, dtype=np.int64)
    current_ma = np.where(minutes < 120, 17_500, -17_500).astype(np.int64)
    moved_ah = np.concatenate([[0], np.cumsum(current_ma[:-1]) / 60_000])
    return Samples(
        sampled_at_ms=COLLECTED_AT_MS - (30 - number) * DAY_MS + minutes * 60_000,
        columns={
            "current_ma": current_ma,
            "bms_soc_permyriad": np.round(9_000 - moved_ah * 200).astype(np.int64),
        },
    )


def sealed(
    number: int, *, battery_ref: bytes = b"battery-16-bytes", signing_key: bytes = SEED
) -> bytes:
    claims = make_claims(sequence=number, device_id=DEVICE, battery_ref=battery_ref)
    return seal_batch(claims=claims, samples=drive_and_charge(number), signing_key=signing_key)


BATCHES = [sealed(number) for number in range(8)]


def claims_of(batches: Iterable[bytes]) -> JsonObject:
    """Return what the statement of these batches says."""
    table = assemble_table(decode_batch(open_envelope(batch)) for batch in batches)
    return statement_claims(estimate_health(table, RATING))


HEALTH = claims_of(BATCHES)


def installation_with(
    health: JsonObject, batches: list[bytes], *, former_device_keys: tuple[bytes, ...] = ()
) -> Installation:
    installation = Installation(device=Ed25519Signer(SEED), former_device_keys=former_device_keys)
    installation.add_passport()
    installation.add_statement(batches, health=health)
    return installation


INSTALLATION = installation_with(HEALTH, BATCHES)
TRUST = INSTALLATION.trust().encode()
DOCUMENT = as_document(INSTALLATION.assemble(with_evidence=True))


def document() -> dict[str, Any]:
    return copy.deepcopy(DOCUMENT)


def test_figures_agree_and_the_origin_is_checked_against_the_trust_file() -> None:
    report = recompute_bundle(as_bytes(DOCUMENT), TRUST)
    assert report.origin_checked
    assert (report.batches, report.samples) == (8, 8 * 240)
    assert report.statements[0]["capacity"] == HEALTH["capacity"]
    assert report.as_json()["agrees"] is True
    assert "origin not checked" not in "\n".join(report.lines()).lower()


def test_without_trust_the_figures_agree_and_the_origin_is_said_to_be_unchecked() -> None:
    report = recompute_bundle(as_bytes(DOCUMENT))
    assert not report.origin_checked
    assert "origin not checked" in "\n".join(report.lines()).lower()


@pytest.mark.parametrize("trust", [None, TRUST])
def test_missing_batch_is_refused(trust: bytes | None) -> None:
    altered = document()
    del altered["batches"][3]
    with pytest.raises(EvidenceMismatch, match="missing"):
        recompute_bundle(as_bytes(altered), trust)


@pytest.mark.parametrize("trust", [None, TRUST])
def test_bundle_stripped_of_all_batches_is_refused(trust: bytes | None) -> None:
    altered = document()
    del altered["batches"], altered["deviceKeys"]
    with pytest.raises(EvidenceMismatch, match="none of the batches"):
        recompute_bundle(as_bytes(altered), trust)


@pytest.mark.parametrize("trust", [None, TRUST])
@pytest.mark.parametrize("place", [0, 40, 200, -1])
def test_altered_batch_is_refused(trust: bytes | None, place: int) -> None:
    altered = document()
    octets = bytearray(base64.b64decode(altered["batches"][5]))
    octets[place] ^= 1
    altered["batches"][5] = base64.b64encode(octets).decode()
    with pytest.raises(EvidenceMismatch, match="Batch 5 "):
        recompute_bundle(as_bytes(altered), trust)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("capacity", {"value_ah": 55.0, "low_ah": 50.0, "high_ah": 60.0}),
        ("charges", 9),
    ],
)
def test_stated_figure_that_does_not_follow_is_refused(name: str, value: Any) -> None:
    installation = installation_with({**HEALTH, name: value}, BATCHES)
    bundle = installation.assemble(with_evidence=True)
    with pytest.raises(FigureDiffers, match=name):
        recompute_bundle(bundle, installation.trust().encode())


def test_figures_of_more_batches_than_are_there_are_refused() -> None:
    installation = installation_with(HEALTH, BATCHES[:-1])
    with pytest.raises(VerificationFailed):
        recompute_bundle(installation.assemble(with_evidence=True))


def test_unknown_method_is_unusable_and_claims_of_no_kind_are_refused() -> None:
    newer = installation_with({**HEALTH, "version": "99"}, BATCHES)
    with pytest.raises(UnknownMethod):
        recompute_bundle(newer.assemble(with_evidence=True))
    other = installation_with({"hello": "world"}, BATCHES)
    with pytest.raises(MalformedBundle):
        recompute_bundle(other.assemble(with_evidence=True))


def test_batch_signed_by_another_device_is_refused() -> None:
    installation = installation_with(HEALTH, BATCHES)
    installation.device = Ed25519Signer.generate()
    installation.add_statement(BATCHES, health=HEALTH)
    with pytest.raises(WrongSignature):
        recompute_bundle(installation.assemble(with_evidence=True))


def test_batch_of_a_device_that_is_not_named_is_refused() -> None:
    stranger = [make_encoded(claims=make_claims(sequence=1), samples=drive_and_charge(1))]
    installation = installation_with(HEALTH, stranger)
    with pytest.raises(EvidenceMismatch, match="does not name"):
        recompute_bundle(installation.assemble(with_evidence=True))


def test_batches_of_two_batteries_are_refused() -> None:
    mixed = [*BATCHES[:-1], sealed(7, battery_ref=b"another-16-bytes")]
    installation = installation_with(claims_of(mixed), mixed)
    with pytest.raises(EvidenceMismatch, match="2 batteries"):
        recompute_bundle(installation.assemble(with_evidence=True))


def test_bytes_that_are_no_batch_are_refused() -> None:
    installation = installation_with(HEALTH, [b"no batch"])
    with pytest.raises(VerificationFailed, match="Batch 0"):
        recompute_bundle(installation.assemble(with_evidence=True))


def test_bundle_of_another_installation_is_refused_with_trust_only() -> None:
    other = installation_with(HEALTH, BATCHES).assemble(with_evidence=True)
    assert not recompute_bundle(other).origin_checked
    with pytest.raises(NotTrusted):
        recompute_bundle(other, TRUST)


def test_bundle_without_statement_has_nothing_to_recompute() -> None:
    with pytest.raises(NothingToRecompute):
        recompute_bundle(INSTALLATION.assemble(), TRUST)


def test_unusable_files_are_told_apart() -> None:
    with pytest.raises(MalformedTrustFile):
        recompute_bundle(as_bytes(DOCUMENT), b"{}")
    with pytest.raises(UnreadableBundle):
        recompute_bundle(b"", TRUST)


FORMER = Ed25519Signer(bytes(31) + b"f")


@pytest.fixture(scope="module")
def renewed() -> tuple[bytes, bytes]:
    """A bundle over batches of a device that renewed its key between them; its trust file."""
    former = [sealed(number, signing_key=bytes(31) + b"f") for number in range(4)]
    batches = [*former, *BATCHES[4:]]
    installation = installation_with(
        claims_of(batches), batches, former_device_keys=(FORMER.public_key.coordinates,)
    )
    return installation.assemble(with_evidence=True), installation.trust().encode()


def test_figures_agree_over_a_device_that_renewed_its_key(renewed: tuple[bytes, bytes]) -> None:
    bundle, trust = renewed
    assert recompute_bundle(bundle, trust).as_json()["agrees"] is True
    files = {"bundle": bundle, "trust": trust}
    (told,) = ask_javascript(files, [Question("bundle", "trust")])
    assert "code" not in told


def test_each_key_of_a_device_must_be_there_once(renewed: tuple[bytes, bytes]) -> None:
    bundle, trust = renewed
    keys = as_document(bundle)["deviceKeys"]
    assert [each["device"] for each in keys] == [str(DEVICE)] * 2
    for altered in (keys[:1], [*keys, keys[0]], [keys[0], keys[0]]):
        changed = as_bytes({**as_document(bundle), "deviceKeys": altered})
        with pytest.raises((EvidenceMismatch, MalformedBundle)):
            recompute_bundle(changed, trust)
        (told,) = ask_javascript({"b": changed, "t": trust}, [Question("b", "t")])
        assert told["code"] in {"evidence-mismatch", "malformed-bundle"}
