"""Bundles with statements of figures: verified by both verifiers, recomputed, lies refused."""

import copy
from typing import Any

import pytest

from battery_passport.credentials.signing import Ed25519Signer, Es256Signer
from battery_passport.diagnostics.errors import FigureDiffers, UnknownMethod
from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.statement import statement_claims
from battery_passport.diagnostics.stating.claims import figures_claims, find_figures
from battery_passport.foundation.errors import VerificationFailed
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.errors import EvidenceMismatch, NotTrusted
from battery_passport.proof.model import HEALTH_STATEMENT
from battery_passport.proof.recomputation import recompute_bundle
from battery_passport.proof.verification import verify_bundle
from tests.factories.figures import BASIS, sealed_day, table_of
from tests.factories.javascript_verifier import Question, ask_javascript
from tests.factories.proof import Installation, as_bytes, as_document
from tests.factories.telemetry import SEED

BATCHES = [sealed_day(day) for day in range(1, 9)]
TABLE = table_of(BATCHES)
HEALTH = statement_claims(estimate_health(TABLE, BASIS.rating))
FIGURES = figures_claims(find_figures(TABLE, BASIS))


def installation_with(figures: JsonObject, *, batches: list[bytes] = BATCHES) -> Installation:
    installation = Installation(device=Ed25519Signer(SEED))
    installation.add_passport()
    installation.add_statement(BATCHES[:1], health=HEALTH)
    installation.add_statement(BATCHES, health=HEALTH)
    installation.add_figures(batches, figures=figures)
    return installation


INSTALLATION = installation_with(FIGURES)
TRUST = INSTALLATION.trust().encode()
BUNDLE = INSTALLATION.assemble(with_evidence=True)


def with_value(figure: str, name: str, value: Any) -> Any:
    changed: Any = copy.deepcopy(FIGURES)
    changed["figures"][figure]["values"][name] = value
    return changed


def test_health_and_figures_follow_from_the_same_batches() -> None:
    report = recompute_bundle(BUNDLE, TRUST)
    assert [each["format"] for each in report.statements] == ["bp-health/v1", "bp-figures/v1"]
    assert report.batches == len(BATCHES)
    lines = "\n".join(report.lines())
    assert "resistance by step-resistance 1" in lines
    assert "health by usable-capacity 1" in lines


def test_both_verifiers_accept_it_and_count_two_statements() -> None:
    told = verify_bundle(BUNDLE, TRUST).as_json()
    (said,) = ask_javascript({"b": BUNDLE, "t": TRUST}, [Question("b", "t")])
    assert told["statements"] == said["statements"] == 2
    assert told["batches"] == said["batches"] == len(BATCHES)


@pytest.mark.parametrize(
    ("figure", "name", "value"),
    [
        ("resistance", "value_mohm", 60.0),
        ("usage", "fast_charges", 7),
        ("conditions", "deep_discharges", 3),
        ("power", "fade", {"value_percent": 1.0, "low_percent": 0.0, "high_percent": 2.0}),
    ],
)
def test_a_figure_that_does_not_follow_is_named(figure: str, name: str, value: Any) -> None:
    bundle = installation_with(with_value(figure, name, value)).assemble(with_evidence=True)
    with pytest.raises(FigureDiffers, match=f"{figure}.{name}"):
        recompute_bundle(bundle)


def test_an_unknown_version_has_its_own_message() -> None:
    changed: Any = copy.deepcopy(FIGURES)
    changed["figures"]["power"]["version"] = "9"
    with pytest.raises(UnknownMethod, match="pulse-power 9"):
        recompute_bundle(installation_with(changed).assemble(with_evidence=True))


def test_a_missing_or_foreign_batch_is_refused() -> None:
    missing = as_document(BUNDLE)
    del missing["batches"][2]
    with pytest.raises(EvidenceMismatch, match="missing"):
        recompute_bundle(as_bytes(missing), TRUST)
    foreign = installation_with(FIGURES, batches=[*BATCHES, sealed_day(12)])
    with pytest.raises(VerificationFailed):
        recompute_bundle(foreign.assemble(with_evidence=True))


def test_figures_logged_as_health_are_refused_by_both_verifiers() -> None:
    document = as_document(BUNDLE)
    document["statements"][1]["record"]["type"] = HEALTH_STATEMENT
    with pytest.raises(VerificationFailed) as refused:
        verify_bundle(as_bytes(document), TRUST)
    (said,) = ask_javascript({"b": as_bytes(document), "t": TRUST}, [Question("b", "t")])
    assert said["code"] == refused.value.code


def test_only_who_may_state_health_may_state_figures() -> None:
    stranger = installation_with(FIGURES)
    stranger.diagnostics = Es256Signer.generate()
    stranger.add_statement(BATCHES, health=HEALTH)
    stranger.add_figures(BATCHES, figures=FIGURES)
    bundle = stranger.assemble(with_evidence=True)
    with pytest.raises(NotTrusted):
        verify_bundle(bundle, TRUST)
    (said,) = ask_javascript({"b": bundle, "t": TRUST}, [Question("b", "t")])
    assert said["code"] == "not-trusted"
