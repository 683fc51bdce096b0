"""Methods by name and version, and the evidence an estimate rests on."""

import numpy as np
import pytest

from battery_passport.diagnostics.errors import UnknownMethod
from battery_passport.diagnostics.evidence import only_batches
from battery_passport.diagnostics.health import METHODS, NEWEST, estimate_health, published_method
from battery_passport.diagnostics.model import Interval
from tests.factories.diagnostics import (
    MadeUpCar,
    Way,
    make_batch,
    make_charges,
    make_table,
    make_way,
)

CAR = MadeUpCar()
WHOLE = Way(start=0.02, end=0.99)


def test_every_newest_version_is_published() -> None:
    assert set(NEWEST.items()) <= METHODS.keys()
    assert ("usable-capacity", "1") in METHODS


@pytest.mark.parametrize(("name", "version"), [("usable-capacity", "0"), ("crystal-ball", None)])
def test_an_unknown_method_is_refused_with_those_there_are(name: str, version: str | None) -> None:
    with pytest.raises(UnknownMethod, match="usable-capacity 1"):
        estimate_health(make_table([]), CAR.rating, method=name, version=version)


def test_a_method_sees_no_column_but_its_own() -> None:
    columns = published_method("usable-capacity", "1").columns
    assert not [name for name in columns if "soh" in name or "health" in name]


def test_the_evidence_is_exactly_the_batches_used() -> None:
    charge = make_way(CAR, WHOLE)
    later = Way(start=0.6, end=0.65, begins_ms=WHOLE.begins_ms + 100_000_000)
    table = make_table([make_way(CAR, later), charge])
    estimate = estimate_health(table, CAR.rating)
    assert estimate.evidence == (charge.digest,)
    assert estimate.legs_seen == 1


def test_a_batch_of_columns_nobody_read_is_no_evidence() -> None:
    charge = make_way(CAR, WHOLE)
    places = make_batch(
        charge.sampled_at_ms + 1, {"odometer_m": np.arange(charge.sampled_at_ms.size)}
    )
    estimate = estimate_health(make_table([charge, places]), CAR.rating)
    assert estimate.evidence == (charge.digest,)


def test_without_a_figure_there_is_no_evidence() -> None:
    estimate = estimate_health(make_table([make_way(CAR, Way(start=0.5, end=0.55))]), CAR.rating)
    assert estimate.evidence == ()
    assert estimate.as_of is None
    assert estimate.evidence_assumptions == ()


def test_the_figures_on_the_evidence_alone_are_the_very_same() -> None:
    ways = [Way(start=0.1 + 0.01 * k, end=0.7 + 0.02 * (k % 9)) for k in range(30)]
    batches = make_charges(CAR, ways)
    estimate = estimate_health(make_table(batches), CAR.rating)
    assert 0 < len(estimate.evidence) < 30
    again = estimate_health(
        make_table(batch for batch in batches if batch.digest in estimate.evidence), CAR.rating
    )
    assert again.findings.health_ratio == estimate.findings.health_ratio
    assert again.findings.legs == estimate.findings.legs
    assert again.evidence == estimate.evidence
    assert again.as_of == estimate.as_of


def test_as_of_is_the_last_sample_relied_on() -> None:
    charge = make_way(CAR, WHOLE)
    estimate = estimate_health(make_table([charge]), CAR.rating)
    assert estimate.as_of is not None
    assert round(1_000 * estimate.as_of.timestamp()) == charge.sampled_at_ms[-1]


def test_the_order_of_arrival_changes_nothing() -> None:
    batches = make_charges(CAR, [Way(start=0.2, end=0.85)] * 8)
    one, other = (
        estimate_health(make_table(order), CAR.rating) for order in (batches, batches[::-1])
    )
    assert isinstance(one.findings.health_ratio, Interval)
    assert one.as_json() == other.as_json()


def test_only_batches_keeps_what_it_is_told() -> None:
    batches = make_charges(CAR, [Way(start=0.2, end=0.5)] * 3)
    kept = only_batches(make_table(batches), [batches[1].digest, b"unknown"])
    assert kept.batch_digests == (batches[1].digest,)
    assert set(kept.batch_ordinal.tolist()) == {0}
    assert np.array_equal(kept.columns["current_ma"], batches[1].columns["current_ma"])
