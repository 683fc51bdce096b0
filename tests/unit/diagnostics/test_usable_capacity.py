"""The first method: what it finds on made-up cars of known capacity, and when it finds nothing."""

import numpy as np
import pytest
from numpy.typing import NDArray

from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.model import (
    Anchor,
    Direction,
    Findings,
    Interval,
    NotDetermined,
    Verdict,
)
from battery_passport.diagnostics.usable_capacity import usable_capacity
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.model import NULL, DecodedBatch
from tests.factories.diagnostics import (
    MadeUpCar,
    Way,
    blanked,
    make_charges,
    make_table,
    make_way,
    replaced,
    without,
)

CAR = MadeUpCar()
WHOLE = Way(start=0.02, end=0.99)
MIDDLING = Way(start=0.3, end=0.8)
PUBLISHED = ((0.90330, 0.84715, 0.96682), (0.92375, 0.83353, 1.03295), (0.82212, 0.73032, 0.93195))


def find(batches: list[DecodedBatch], rating: Rating = CAR.rating) -> Findings:
    return usable_capacity(make_table(batches), rating)


def health(findings: Findings) -> Interval:
    assert isinstance(findings.health_ratio, Interval)
    return findings.health_ratio


def reason(findings: Findings) -> str:
    assert isinstance(findings.capacity_ah, NotDetermined)
    assert findings.health_ratio == findings.capacity_ah
    assert findings.rows.size == 0
    return findings.capacity_ah.code


def codes(findings: Findings) -> set[str]:
    return {assumption.code for assumption in findings.assumptions}


@pytest.mark.parametrize("capacity_ah", [55.0, 79.0, 101.7])
def test_one_whole_charge_is_enough(capacity_ah: float) -> None:
    car = MadeUpCar(capacity_ah=capacity_ah)
    found = health(find([make_way(car, WHOLE)]))
    assert found.value == pytest.approx(capacity_ah / 100, abs=0.02)
    assert found.low < capacity_ah / 100 < found.high
    assert 0.05 < found.high - found.low < 0.16


def test_a_whole_charge_needs_no_typical_curve() -> None:
    assert codes(find([make_way(CAR, WHOLE)])).isdisjoint({"typical-voltage-curve"})


def test_many_charges_of_the_middle_leave_more_open_than_one_whole_charge() -> None:
    whole = health(find([make_way(CAR, WHOLE)]))
    middling = health(find(make_charges(CAR, [MIDDLING] * 20)))
    assert middling.high - middling.low > 1.3 * (whole.high - whole.low)
    assert middling.low < 0.9 < middling.high


def test_a_bms_that_believes_in_the_rating_is_not_believed_blindly() -> None:
    car = MadeUpCar(capacity_ah=90.0, bms_bend=0.0)
    charges = make_charges(car, [MIDDLING] * 20)
    believing = [
        replaced(batch, bms_soc_permyriad=_counted_by_rating(batch, car)) for batch in charges
    ]
    found = health(find(believing))
    assert found.value < 0.98
    assert found.low < 0.9 < found.high
    blind = health(find([without(batch, "cell_voltage_mv") for batch in believing]))
    assert found.value < blind.value


def _counted_by_rating(batch: DecodedBatch, car: MadeUpCar) -> NDArray[np.int64]:
    """Return the states of charge of a BMS that divides what it counts by the rated capacity."""
    true = batch.columns["bms_soc_permyriad"]
    counted = true[0] + (true - true[0]) * car.capacity_ah / car.rated_ah
    stated: NDArray[np.int64] = np.rint(counted).astype(np.int64)
    return stated


def test_the_capacity_is_the_health_times_the_rating() -> None:
    findings = find([make_way(CAR, WHOLE)], Rating(rated_capacity_ah=120.0))
    assert isinstance(findings.capacity_ah, Interval)
    assert findings.capacity_ah == health(findings).scaled(120.0)


def test_without_a_rating_there_are_ampere_hours_and_no_percentage() -> None:
    findings = find([make_way(CAR, WHOLE)], Rating())
    assert isinstance(findings.capacity_ah, Interval)
    assert findings.capacity_ah.low < CAR.capacity_ah < findings.capacity_ah.high
    assert isinstance(findings.health_ratio, NotDetermined)
    assert findings.health_ratio.code == "no-rated-capacity"
    assert "prior" not in codes(findings)


@pytest.mark.parametrize("capacity_ah", [7.5, 400.0])
def test_small_and_large_batteries_of_unknown_rating(capacity_ah: float) -> None:
    findings = find([make_way(MadeUpCar(capacity_ah=capacity_ah), WHOLE)], Rating())
    assert isinstance(findings.capacity_ah, Interval)
    assert findings.capacity_ah.low < capacity_ah < findings.capacity_ah.high


def test_voltages_serve_where_no_state_of_charge_is_stated() -> None:
    findings = find([without(make_way(CAR, WHOLE), "bms_soc_permyriad")])
    found = health(findings)
    assert found.low < 0.9 < found.high
    assert found.high - found.low > 0.16
    assert "typical-voltage-curve" in codes(findings)
    assert {leg.anchor for leg in findings.legs} == {Anchor.VOLTAGE}


def test_an_undeclared_chemistry_is_guessed_with_more_doubt() -> None:
    batches = [
        without(batch, "bms_soc_permyriad")
        for batch in make_charges(CAR, [Way(start=0.0, end=1.0)] * 5)
    ]
    guessed = find(batches, Rating())
    known = find(batches, Rating(chemistry=Chemistry.NMC))
    assert isinstance(known.capacity_ah, Interval)
    if isinstance(guessed.capacity_ah, Interval):
        assert "chemistry-guessed" in codes(guessed)
        assert guessed.capacity_ah.high > known.capacity_ah.high
    else:
        assert guessed.capacity_ah.code == "too-uncertain"


def test_lfp_is_read_by_its_bms_with_more_doubt() -> None:
    lfp = MadeUpCar(chemistry=Chemistry.LFP)
    partial = Way(start=0.2, end=0.9)
    found, sloping = (
        health(find(make_charges(car, [partial] * 5), car.rating)) for car in (lfp, CAR)
    )
    assert found.low < 0.9 < found.high
    assert found.high - found.low > 1.1 * (sloping.high - sloping.low)


def test_drives_serve_where_no_charge_was_seen() -> None:
    drives = make_charges(CAR, [Way(start=0.95, end=0.15, c_rate=0.5)] * 4)
    findings = find(drives)
    assert health(findings).low < 0.9 < health(findings).high
    assert findings.used(Direction.DISCHARGE) == 4
    assert findings.used(Direction.CHARGE) == 0
    assert "drives-only" in codes(findings)


def test_a_drive_with_gaps_counts_only_what_was_recorded() -> None:
    drive = make_way(CAR, Way(start=0.95, end=0.15, c_rate=0.5))
    count = drive.sampled_at_ms.size
    lost = slice(count // 2, count // 2 + 20)
    kept = np.r_[0 : lost.start, lost.stop : count]
    gapped = type(drive)(
        claims=drive.claims,
        digest=drive.digest,
        sampled_at_ms=drive.sampled_at_ms[kept],
        columns={name: values[kept] for name, values in drive.columns.items()},
        assumptions=(),
    )
    assert health(find([gapped])).value == pytest.approx(health(find([drive])).value, abs=0.01)


def test_charges_are_preferred_to_drives() -> None:
    batches = make_charges(CAR, [Way(start=0.9, end=0.2), Way(start=0.2, end=0.9)])
    findings = find(batches)
    assert findings.used(Direction.CHARGE) == 1
    assert findings.used(Direction.DISCHARGE) == 0


def test_temperatures_met_are_told() -> None:
    assert find([make_way(CAR, WHOLE)]).temperature_celsius == pytest.approx((21.5, 21.5))
    cold = without(make_way(CAR, WHOLE), "probe_temperature_dc")
    assert find([cold]).temperature_celsius is None


def test_old_charges_are_left_out() -> None:
    findings = find(make_charges(CAR, [WHOLE, WHOLE, WHOLE], days_apart=100))
    assert len(findings.legs) == 2


def test_a_charge_that_contradicts_is_named() -> None:
    batches = make_charges(CAR, [WHOLE] * 6)
    stated = batches[2].columns["bms_soc_permyriad"].copy()
    stated[-100:] = 3_000
    findings = find([*batches[:2], replaced(batches[2], bms_soc_permyriad=stated), *batches[3:]])
    assert [leg.verdict for leg in findings.legs].count(Verdict.SET_ASIDE) == 1
    assert health(findings).value == pytest.approx(0.9, abs=0.02)


def test_no_measurements() -> None:
    assert reason(find([])) == "no-measurements"


def test_no_counted_charge() -> None:
    assert reason(find([without(make_way(CAR, WHOLE), "current_ma")])) == "no-counted-charge"


def test_a_single_sample_is_no_counted_charge() -> None:
    batch = make_way(CAR, WHOLE)
    one = type(batch)(
        claims=batch.claims,
        digest=batch.digest,
        sampled_at_ms=batch.sampled_at_ms[:1],
        columns={name: values[:1] for name, values in batch.columns.items()},
        assumptions=(),
    )
    assert reason(find([one])) == "no-counted-charge"


def test_too_little_charge() -> None:
    findings = find([make_way(CAR, Way(start=0.50, end=0.58))])
    assert reason(findings) == "too-little-charge"
    assert isinstance(findings.capacity_ah, NotDetermined)
    assert findings.capacity_ah.parameters == {"needed_percent": 10.0, "largest_ah": 7.2}


def test_no_state_of_charge() -> None:
    bare = without(make_way(CAR, WHOLE), "bms_soc_permyriad", "cell_voltage_mv")
    findings = find([bare])
    assert reason(findings) == "no-state-of-charge"
    assert [leg.verdict for leg in findings.legs] == [Verdict.NO_STATE_OF_CHARGE]


def test_flat_voltage() -> None:
    car = MadeUpCar(chemistry=Chemistry.LFP)
    findings = find([without(make_way(car, WHOLE), "bms_soc_permyriad")], car.rating)
    assert reason(findings) == "flat-voltage"


def test_contradiction() -> None:
    batch = make_way(CAR, WHOLE)
    turned = replaced(batch, current_ma=-batch.columns["current_ma"])
    bare = without(turned, "cell_voltage_mv")
    assert reason(find([bare])) == "contradiction"


def test_too_uncertain() -> None:
    findings = find([make_way(CAR, Way(start=0.40, end=0.55))])
    assert reason(findings) == "too-uncertain"
    assert isinstance(findings.capacity_ah, NotDetermined)
    assert "leave the capacity open" in findings.capacity_ah.sentence


def test_gaps_sentinels_and_absurd_values_do_no_harm() -> None:
    batch = make_way(CAR, WHOLE)
    soc = blanked(batch.columns["bms_soc_permyriad"], slice(0, 5))
    soc[50:60], soc[200] = 25_500, 51_100
    current = blanked(batch.columns["current_ma"], slice(300, 303))
    current[400], current[500] = 2_900_000, NULL
    cells = batch.columns["cell_voltage_mv"].copy()
    cells[0], cells[-1], cells[100:200, 1] = 0, 5_000, 65_535
    worn = replaced(batch, bms_soc_permyriad=soc, current_ma=current, cell_voltage_mv=cells)
    assert health(find([worn])).value == pytest.approx(health(find([batch])).value, abs=0.01)


def test_the_figures_of_version_1_never_change() -> None:
    whole = find([make_way(CAR, WHOLE)])
    middling = find(make_charges(CAR, [MIDDLING] * 7))
    lfp = MadeUpCar(chemistry=Chemistry.LFP, capacity_ah=80.0)
    flat = find(make_charges(lfp, [Way(start=0.15, end=0.9, step_s=60)] * 3), lfp.rating)
    for found, published in zip((whole, middling, flat), PUBLISHED, strict=True):
        interval = health(found)
        assert (interval.value, interval.low, interval.high) == pytest.approx(published, abs=1e-5)


def test_a_state_of_health_stated_by_anyone_is_never_read() -> None:
    batch = make_way(CAR, WHOLE)
    stated = replaced(
        batch, bms_soh_permyriad=np.full(batch.sampled_at_ms.size, 4_200, dtype=np.int64)
    )
    plain, told = (
        estimate_health(make_table([each]), CAR.rating).findings for each in (batch, stated)
    )
    assert plain.health_ratio == told.health_ratio
