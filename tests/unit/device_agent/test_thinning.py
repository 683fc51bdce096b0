"""What a device leaves out, and what it never does."""

import numpy as np
import pytest
from numpy.typing import NDArray

from battery_passport.device_agent.thinning import EVERYTHING, TELEMATICS, USUAL, SamplingPolicy

Ints = NDArray[np.int64]
STEP_MS = 10_000


def stretch(current_ma: list[int], *, speed: int = 0) -> tuple[Ints, dict[str, Ints]]:
    count = len(current_ma)
    columns = {
        "current_ma": np.array(current_ma, dtype=np.int64),
        "speed_mm_s": np.full(count, speed, dtype=np.int64),
        "bms_warning_level": np.zeros(count, dtype=np.int64),
    }
    return np.arange(count, dtype=np.int64) * STEP_MS, columns


def test_charges_and_rests_are_kept_whole() -> None:
    at_ms, columns = stretch([1_000] * 30 + [-17_000] * 500 + [1_000] * 30)
    assert USUAL(at_ms, columns).all()


def test_an_even_drive_is_kept_once_a_minute_with_its_ends() -> None:
    at_ms, columns = stretch([20_000] * 601, speed=20_000)
    kept = USUAL(at_ms, columns)
    assert kept[0]
    assert kept[-1]
    assert np.diff(at_ms[kept]).max() <= 60_000
    assert 100 <= kept.sum() <= 103


def test_a_jump_of_current_is_kept_with_the_samples_about_it() -> None:
    current = [10_000] * 300
    current[150:] = [60_000] * 150
    at_ms, columns = stretch(current, speed=20_000)
    kept = USUAL(at_ms, columns)
    assert kept[149:152].all()


def test_a_warning_is_kept_with_the_minute_before_and_after_it() -> None:
    at_ms, columns = stretch([10_000] * 300, speed=20_000)
    columns["bms_warning_level"][150:] = 2
    kept = USUAL(at_ms, columns)
    assert kept[144:157].all()


def test_a_thermal_alarm_is_kept_whole_whatever_the_policy() -> None:
    at_ms, columns = stretch([10_000] * 300, speed=20_000)
    columns["thermal_alarm"] = np.ones(300, dtype=np.int64)
    assert SamplingPolicy(driving_ms=10**9)(at_ms, columns).all()


@pytest.mark.parametrize("policy", [USUAL, TELEMATICS, EVERYTHING])
def test_nothing_of_nothing_is_kept_and_one_of_one(policy: SamplingPolicy) -> None:
    for count in (0, 1):
        at_ms, columns = stretch([0] * count)
        assert policy(at_ms, columns).sum() == count


def test_everything_is_everything() -> None:
    at_ms, columns = stretch([20_000, -30_000] * 50, speed=1)
    assert EVERYTHING(at_ms, columns).all()
