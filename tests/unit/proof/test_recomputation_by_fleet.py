"""A statement made under a fleet's curve is recomputed from its bundle alone."""

import numpy as np
import pytest

from battery_passport.credentials.signing import Ed25519Signer
from battery_passport.diagnostics.errors import FigureDiffers
from battery_passport.diagnostics.fleet_capacity.charges import find_charges
from battery_passport.diagnostics.fleet_capacity.constants import NAME
from battery_passport.diagnostics.fleet_capacity.learning import first_belief, learn
from battery_passport.diagnostics.fleet_capacity.rounding import curve_of
from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.statement import statement_claims
from battery_passport.foundation.clock import DAY_MS
from battery_passport.foundation.errors import VerificationFailed
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.recomputation import recompute_bundle
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope, seal_batch
from battery_passport.telemetry.model import Samples
from battery_passport.telemetry.table import assemble_table
from tests.factories.proof import DEVICE, Installation
from tests.factories.telemetry import COLLECTED_AT_MS, SEED, make_claims

CAPACITY_AH = 50.0
RATING = Rating(rated_capacity_ah=60.0, cells_in_series=96, chemistry=Chemistry.NMC)


def sealed_charge(number: int) -> bytes:
    """Return three hours of charging from 30 % on, between rests, of a 50 Ah battery."""
    minutes = np.arange(220, dtype=np.int64)
    charging = (minutes >= 20) & (minutes < 200)
    current_ma = np.where(charging, -10_000, 0).astype(np.int64)
    steps = 0.5 * (current_ma[1:] + current_ma[:-1]) / 60_000
    soc = 0.3 - np.concatenate([[0.0], np.cumsum(steps)]) / CAPACITY_AH
    samples = Samples(
        sampled_at_ms=COLLECTED_AT_MS - (30 - number) * DAY_MS + minutes * 60_000,
        columns={
            "current_ma": current_ma,
            "bms_soc_permyriad": np.rint(10_000 * soc).astype(np.int64),
            "cell_voltage_mean_uv": np.rint(1e6 * (3.4 + 0.7 * soc)).astype(np.int64),
        },
    )
    claims = make_claims(sequence=number, device_id=DEVICE, battery_ref=b"battery-16-bytes")
    return seal_batch(claims=claims, samples=samples, signing_key=SEED)


BATCHES = [sealed_charge(number) for number in range(4)]


@pytest.fixture(scope="module")
def health() -> JsonObject:
    table = assemble_table(decode_batch(open_envelope(batch)) for batch in BATCHES)
    taught = learn([find_charges(table, RATING)] * 5, first_belief(Chemistry.NMC))
    curve = curve_of(taught, "Made Up")
    return statement_claims(estimate_health(table, RATING, method=NAME, curve=curve))


def bundle_with(health: JsonObject) -> tuple[bytes, bytes]:
    installation = Installation(device=Ed25519Signer(SEED))
    installation.add_passport()
    installation.add_statement(BATCHES, health=health)
    return installation.assemble(with_evidence=True), installation.trust().encode()


def test_the_bundle_is_enough(health: JsonObject) -> None:
    bundle, trust = bundle_with(health)
    report = recompute_bundle(bundle, trust)
    assert report.as_json()["agrees"] is True
    assert report.statements[0]["method"] == NAME


def test_another_curve_than_the_digest_names_is_refused(health: JsonObject) -> None:
    parameters = health["parameters"]
    assert isinstance(parameters, dict)
    curve = parameters["curve"]
    assert isinstance(curve, dict)
    bent = {**parameters, "curve": {**curve, "mean": [value + 1 for value in curve["mean"]]}}
    bundle, trust = bundle_with({**health, "parameters": bent})
    with pytest.raises(FigureDiffers, match="digest") as refusal:
        recompute_bundle(bundle, trust)
    assert isinstance(refusal.value, VerificationFailed)
