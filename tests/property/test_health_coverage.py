"""Nine in ten intervals hold the truth, over cars the method was not made for."""

import numpy as np
import pytest

from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.model import Interval
from battery_passport.registry.model import Chemistry
from tests.factories.diagnostics import MadeUpCar, Way, make_charges, make_table

CARS = 60


def made_up(number: int, chemistry: Chemistry) -> tuple[MadeUpCar, list[Way]]:
    """Return a car whose health, BMS and habits are drawn from wide ranges."""
    draw = np.random.default_rng([number, len(chemistry)])
    car = MadeUpCar(
        capacity_ah=100.0 * float(np.clip(draw.normal(0.9, 0.08), 0.6, 1.1)),
        chemistry=chemistry,
        bms_bend=float(draw.normal(-0.026, 0.032)),
        resistance_v=float(draw.uniform(0.05, 0.25)),
        seed=number,
    )
    lowest, highest = draw.uniform(0.05, 0.45), draw.uniform(0.75, 1.0)
    ways = [
        Way(
            start=float(np.clip(lowest + draw.normal(0, 0.08), 0.0, 0.6)),
            end=float(np.clip(highest + draw.normal(0, 0.04), 0.7, 1.0)),
            c_rate=float(draw.choice([0.1, 0.3, 1.0])),
            step_s=int(draw.choice([10, 60])),
        )
        for _ in range(int(draw.integers(1, 12)))
    ]
    return car, ways


@pytest.mark.parametrize("chemistry", [Chemistry.NMC, Chemistry.LFP])
def test_intervals_hold_the_truth_nine_times_in_ten(chemistry: Chemistry) -> None:
    held, widths, errors = [], [], []
    for number in range(CARS):
        car, ways = made_up(number, chemistry)
        health = estimate_health(make_table(make_charges(car, ways)), car.rating)
        found, truth = health.findings.health_ratio, car.capacity_ah / car.rated_ah
        if isinstance(found, Interval):
            held.append(found.low <= truth <= found.high)
            widths.append(found.high - found.low)
            errors.append(abs(found.value - truth))
    assert len(held) > 0.7 * CARS
    assert np.mean(held) >= 0.85
    assert 0.10 < np.median(widths) < 0.30
    assert np.mean(errors) < 0.05
