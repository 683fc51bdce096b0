"""The evidence of an estimate gives the very same estimate, and no batch in it is idle."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.diagnostics.errors import FigureDiffers
from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.model import Interval
from battery_passport.diagnostics.statement import compare_with_statement, statement_claims
from battery_passport.foundation.clock import DAY_MS
from battery_passport.telemetry.model import DecodedBatch
from tests.factories.diagnostics import MadeUpCar, Way, make_batch, make_table, make_way
from tests.factories.telemetry import COLLECTED_AT_MS

CARS = st.builds(
    MadeUpCar,
    capacity_ah=st.floats(60, 105),
    bms_bend=st.floats(-0.05, 0.03),
    seed=st.integers(0, 9),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[MadeUpCar, list[DecodedBatch]]:
    """Charges and drives of one car on different days, each cut into batches."""
    car = draw(CARS)
    days = draw(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8))
    sent: list[DecodedBatch] = []
    for day, (start, end) in enumerate(days):
        begins = COLLECTED_AT_MS + day * DAY_MS
        way = Way(start=start, end=end, step_s=60, c_rate=0.25, begins_ms=begins)
        sent += cut(make_way(car, way), draw(st.integers(20, 400)))
    return car, sent


def cut(batch: DecodedBatch, length: int) -> list[DecodedBatch]:
    return [
        make_batch(
            batch.sampled_at_ms[start : start + length],
            {name: values[start : start + length] for name, values in batch.columns.items()},
        )
        for start in range(0, batch.sampled_at_ms.size, length)
    ]


@given(histories(), st.randoms(use_true_random=False))
def test_the_evidence_alone_in_any_order_gives_the_same(
    history: tuple[MadeUpCar, list[DecodedBatch]], random: Random
) -> None:
    car, sent = history
    estimate = estimate_health(make_table(sent), car.rating)
    if not estimate.evidence:
        return
    alone = [batch for batch in sent if batch.digest in estimate.evidence]
    random.shuffle(alone)
    again = estimate_health(make_table(alone), car.rating)
    assert again.findings.capacity_ah == estimate.findings.capacity_ah
    assert again.findings.health_ratio == estimate.findings.health_ratio
    assert statement_claims(again) == statement_claims(estimate)
    compare_with_statement(statement_claims(estimate), make_table(sent), car.rating)


@given(histories())
def test_a_statement_with_any_batch_gone_does_not_hold(
    history: tuple[MadeUpCar, list[DecodedBatch]],
) -> None:
    car, sent = history
    estimate = estimate_health(make_table(sent), car.rating)
    if not estimate.evidence:
        return
    claims = statement_claims(estimate)
    for gone in estimate.evidence:
        with pytest.raises(FigureDiffers):
            compare_with_statement(
                claims, make_table(batch for batch in sent if batch.digest != gone)
            )


@given(CARS, st.floats(0.5, 2.0))
def test_capacity_follows_the_current_and_health_the_rating(car: MadeUpCar, factor: float) -> None:
    def found(of: MadeUpCar) -> tuple[Interval, Interval]:
        findings = estimate_health(
            make_table([make_way(of, Way(start=0.03, end=0.98))]), of.rating
        ).findings
        assert isinstance(findings.capacity_ah, Interval)
        assert isinstance(findings.health_ratio, Interval)
        return findings.capacity_ah, findings.health_ratio

    larger = replace(car, capacity_ah=factor * car.capacity_ah, rated_ah=factor * car.rated_ah)
    (capacity, health), (larger_capacity, larger_health) = found(car), found(larger)
    assert larger_capacity.value == pytest.approx(factor * capacity.value, rel=1e-3)
    assert larger_health.value == pytest.approx(health.value, rel=1e-3)
