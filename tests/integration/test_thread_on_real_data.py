"""The whole thread on real data: from a file to a proof that somebody else checks.

The label's state of health is read here and nowhere in the product.
"""

import json
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from battery_passport.foundation.errors import Conflict, InvalidInput, VerificationFailed
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.proof.recomputation import recompute_bundle
from battery_passport.proof.verification import verify_bundle
from tests.factories.installation import ingest_ev10, installed, run

pytestmark = pytest.mark.integration

RATING: dict[str, JsonValue] = {"rated_capacity_ah": 100, "cells_in_series": 84, "chemistry": "NCM"}


@pytest.fixture(scope="module")
def proofs(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[JsonObject, bytes, bytes, bytes]:
    """Estimate, public bundle, bundle with evidence, trust file of EV10's vehicle 3."""
    with installed(tmp_path_factory.mktemp("home")) as installation:
        alias = ingest_ev10(installation, shared, 3, **RATING)
        estimate = run(installation, "diagnose", battery=alias)
        run(installation, "passport-issue", battery=alias)
        public = run(installation, "bundle", battery=alias)
        evidence = run(installation, "bundle", battery=alias, evidence=True)
        trust = run(installation, "trust-export")
    octets = [str(each["content"]).encode() for each in (public, evidence, trust)]
    return estimate, octets[0], octets[1], octets[2]


Proofs = tuple[JsonObject, bytes, bytes, bytes]


def test_the_reference_lies_within_an_interval_worth_having(proofs: Proofs, shared: Path) -> None:
    labels = json.loads((shared / "data" / "ev10" / "labels.json").read_text())
    reference = next(100 * car["soh"] for car in labels if car["vehicle"] == 3)
    health = proofs[0]["state_of_health"]
    assert isinstance(health, dict)
    low, high = float(str(health["low_percent"])), float(str(health["high_percent"]))
    assert low <= reference <= high
    assert high - low <= 20


def test_the_bundle_verifies_with_trust_anchors_and_tells_what_it_cannot_show(
    proofs: Proofs,
) -> None:
    _estimate, public, evidence, trust = proofs
    assert len(public) <= 65_536
    report = verify_bundle(public, trust)
    limits = {limit.name for limit in report.limits}
    assert limits >= {"demonstration-keys", "no-witnesses"}
    assert not limits & {"latest-not-proven", "status-not-checked"}
    assert verify_bundle(evidence, trust).batches > 0


def test_the_figures_follow_from_the_evidence_inside(proofs: Proofs) -> None:
    _estimate, _public, evidence, trust = proofs
    report = recompute_bundle(evidence, trust)
    assert report.as_json()["agrees"] is True
    assert [each["format"] for each in report.statements] == ["bp-health/v1", "bp-figures/v1"]


@pytest.mark.parametrize("with_trust", [True, False])
@pytest.mark.parametrize("change", ["alter", "remove"])
def test_a_batch_altered_or_missing_is_noticed(
    proofs: Proofs, change: str, *, with_trust: bool
) -> None:
    document = json.loads(proofs[2])
    batch = bytearray(b64decode(document["batches"][0]))
    batch[len(batch) // 2] ^= 1
    rest = document["batches"][1:]
    document["batches"] = rest if change == "remove" else [b64encode(batch).decode(), *rest]
    with pytest.raises(VerificationFailed):
        recompute_bundle(json.dumps(document).encode(), proofs[3] if with_trust else None)


def test_a_bundle_forged_by_another_installation_is_refused(
    proofs: Proofs, shared: Path, tmp_path: Path
) -> None:
    with installed(tmp_path / "forger") as forger:
        alias = ingest_ev10(forger, shared, 3, **RATING)
        run(forger, "passport-issue", battery=alias)
        forged = str(run(forger, "bundle", battery=alias, evidence=True)["content"]).encode()
        own_trust = str(run(forger, "trust-export")["content"]).encode()
    assert verify_bundle(forged, own_trust).batches > 0
    with pytest.raises(VerificationFailed):
        verify_bundle(forged, proofs[3])


def test_without_a_rated_capacity_there_are_ampere_hours_and_a_reason(
    shared: Path, tmp_path: Path
) -> None:
    path = shared / "data" / "packfault" / "car2.parquet"
    with installed(tmp_path / "home") as installation:
        run(
            installation,
            "ingest",
            paths=[str(path)],
            battery="car2",
            mapping="packfault-car2",
            chemistry="NMC",
        )
        estimate = run(installation, "diagnose", battery="car2")
        run(installation, "passport-issue", battery="car2")
        evidence = str(run(installation, "bundle", battery="car2", evidence=True)["content"])
        trust = str(run(installation, "trust-export")["content"])
    health, capacity = estimate["state_of_health"], estimate["capacity"]
    assert isinstance(health, dict)
    assert isinstance(capacity, dict)
    assert health["value_percent"] is None
    assert "rated capacity" in str(health["reason"])
    assert 90 < float(str(capacity["value_ah"])) < 160
    assert recompute_bundle(evidence.encode(), trust.encode()).as_json()["agrees"] is True


def test_ingesting_twice_changes_nothing(shared: Path, tmp_path: Path) -> None:
    path = str(shared / "data" / "ev10" / "vehicle_10.parquet")
    with installed(tmp_path / "home") as installation:
        first = run(installation, "ingest", paths=[path], battery="car", mapping="ev10")
        again = run(installation, "ingest", paths=[path], battery="car", mapping="ev10")
        assert first["stored"] == first["batches"] == again["duplicates"]
        assert (again["stored"], again["quarantined"]) == (0, 0)
        assert run(installation, "audit")["intact"] is True


def test_registering_again_with_other_values_changes_nothing(tmp_path: Path) -> None:
    with installed(tmp_path / "home") as installation:
        given: dict[str, JsonValue] = {"battery": "car", "rated_capacity_ah": 100.0}
        first = run(installation, "battery-add", **given)
        assert run(installation, "battery-add", **given) == {**first, "new": False}
        with pytest.raises(Conflict, match="rated_capacity_ah"):
            run(installation, "battery-add", battery="car", rated_capacity_ah=90.0)
        assert run(installation, "battery-add", battery="car")["battery"] == first["battery"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("broken.parquet", b"PAR1 not really"), ("empty.csv", b""), ("words.csv", b"a,b\nx,y\n")],
)
def test_a_file_that_cannot_be_read_leaves_nothing_behind(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with installed(tmp_path / "home") as installation:
        with pytest.raises(InvalidInput):
            run(
                installation,
                "ingest",
                paths=[str(tmp_path / name)],
                battery="car",
                mapping="ev10",
            )
        with pytest.raises(Exception, match="No battery is registered"):
            run(installation, "diagnose", battery="car")
