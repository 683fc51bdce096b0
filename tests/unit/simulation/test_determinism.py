"""The same seed gives the same city, whoever asks, in whatever order, after any restart."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from battery_passport.foundation.clock import FixedClock, from_unix_ms
from battery_passport.simulation.activity import Kind
from battery_passport.simulation.charge_windows import charge_windows
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.live import LivePiece, live
from battery_passport.simulation.model import Car
from battery_passport.simulation.recording import recording_of
from battery_passport.telemetry.envelope import seal_batch
from battery_passport.telemetry.model import Samples
from tests.factories.simulation import PRESENT, joined_samples, make_city, make_windows
from tests.factories.telemetry import SEED, make_claims


def test_the_same_seed_gives_the_same_bytes() -> None:
    first = _sealed(make_city().cars[0])
    diary_of.cache_clear()
    recording_of.cache_clear()
    assert _sealed(make_city().cars[0]) == first


def test_another_seed_gives_another_city() -> None:
    one, other = make_city(seed=1).cars[0], make_city(seed=2).cars[0]
    assert one.model == other.model
    assert _sealed(one) != _sealed(other)


def test_two_cars_of_one_model_differ() -> None:
    cars = make_city(vehicles=20).cars
    one, other = [car for car in cars if car.model is cars[0].model][:2]
    assert _sealed(one) != _sealed(other)


def test_asking_for_more_cars_leaves_the_first_as_they_were() -> None:
    assert make_city(vehicles=12).cars[:5] == make_city(vehicles=5).cars


def test_days_do_not_depend_on_the_order_they_are_asked_for() -> None:
    car = make_city().cars[1]
    late = diary_of(car).day(4_340)
    diary_of.cache_clear()
    one_by_one = [diary_of(car).day(day) for day in range(4_300, 4_341)]
    assert late is not None
    assert one_by_one[-1] == late


def test_a_past_in_parts_is_the_whole_past() -> None:
    car = make_city().cars[2]
    whole = joined_samples(make_windows(car, days=8))
    start = PRESENT - timedelta(days=8)
    parts: list[Samples] = []
    for hours in range(0, 8 * 24, 7):
        until = min(PRESENT, start + timedelta(hours=hours + 7))
        parts += charge_windows(car, start + timedelta(hours=hours), until)
    _same(joined_samples(parts), whole)


@pytest.mark.parametrize("restart_h", [0.0, 1.37, 11.2, 26.0])
def test_a_life_goes_on_after_a_restart_as_if_nothing_had_happened(restart_h: float) -> None:
    car = make_city().cars[3]
    begin, end = PRESENT - timedelta(days=2), PRESENT
    whole = _lived(car, begin, end, step_h=48)
    middle = begin + timedelta(hours=restart_h)
    parts = [*_lived(car, begin, middle, step_h=0.31), *_lived(car, middle, end, step_h=2.9)]
    _same(joined_samples(parts), joined_samples(whole))


def test_the_present_goes_on_where_the_past_was_cut() -> None:
    car = make_city().cars[0]
    charge = max(make_windows(car, days=20), key=lambda window: window.sampled_at_ms.shape[0])
    middle = int(charge.sampled_at_ms[charge.sampled_at_ms.shape[0] // 2])
    cut = from_unix_ms(middle)
    past = list(charge_windows(car, cut - timedelta(days=1), cut))[-1]
    clock = FixedClock(cut + timedelta(hours=12))
    rest = next(live(car, cut, clock))[0].samples
    _same(joined_samples([past, rest]), charge)


def test_a_clock_set_back_brings_no_sample_twice() -> None:
    car = make_city().cars[0]
    clock = FixedClock(PRESENT)
    life = live(car, PRESENT - timedelta(days=1), clock)
    next(life)
    clock.moment = PRESENT - timedelta(hours=5)
    assert next(life) == []
    clock.moment = PRESENT
    assert next(life) == []


def test_a_parked_car_reports_on_whole_ten_minutes_standing_still() -> None:
    for piece in _pieces(make_city().cars[1], step_h=3.0):
        if piece.kind is Kind.PARKED:
            assert not (piece.samples.sampled_at_ms % 600_000).any()
            assert not piece.samples.columns["speed_mm_s"].any()
            assert np.abs(piece.samples.columns["current_ma"]).max() <= 200


def test_every_stretch_is_finished_exactly_once() -> None:
    car = make_city().cars[4]
    pieces = list(_pieces(car, step_h=0.2))
    for earlier, later in pairwise(pieces):
        # Time parked is cut at midnight too.
        assert earlier.finished or earlier.kind == later.kind
        assert earlier.kind == Kind.PARKED or earlier.finished == (earlier.kind != later.kind)


def _pieces(car: Car, *, step_h: float) -> Iterator[LivePiece]:
    clock = FixedClock(PRESENT)
    life = live(car, PRESENT, clock)
    while clock.moment < PRESENT + timedelta(days=2):
        yield from next(life)
        clock.moment += timedelta(hours=step_h)


def _lived(car: Car, begin: datetime, end: datetime, *, step_h: float) -> list[Samples]:
    clock = FixedClock(begin)
    life = live(car, begin, clock)
    parts: list[Samples] = []
    while clock.moment < end:
        clock.moment = min(end, clock.moment + timedelta(hours=step_h))
        parts += [piece.samples for piece in next(life)]
    return parts


def _sealed(car: Car) -> list[bytes]:
    return [
        seal_batch(claims=make_claims(sequence=number), samples=window, signing_key=SEED)
        for number, window in enumerate(make_windows(car, days=6))
    ]


def _same(one: Samples, other: Samples) -> None:
    assert np.array_equal(one.sampled_at_ms, other.sampled_at_ms)
    for name, values in other.columns.items():
        assert np.array_equal(one.columns[name], values), name
