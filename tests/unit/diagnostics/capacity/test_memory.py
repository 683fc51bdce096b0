"""The fast low-pass is the slow one, sample by sample."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.diagnostics.capacity.memory import remembered


def one_by_one(
    values: np.ndarray, times_s: np.ndarray, restarts: np.ndarray, memory_s: float
) -> np.ndarray:
    out: list[float] = []
    before, step = 0.0, 0.0
    for place, value in enumerate(values):
        if place:
            step = times_s[place] - times_s[place - 1]
        elif len(values) > 1:
            step = times_s[1] - times_s[0]
        if restarts[place]:
            before = 0.0
            if place + 1 < len(values) and not restarts[place + 1]:
                step = times_s[place + 1] - times_s[place]
            elif place:
                step = 0.0
        elif place == 0:
            before = value
        before += -np.expm1(-min(step / memory_s, 30.0)) * (value - before)
        out.append(before)
    return np.array(out)


@given(
    st.lists(st.floats(-300.0, 300.0), min_size=3, max_size=400),
    st.integers(0, 2**31),
    st.sampled_from([60.0, 600.0]),
)
def test_blocks_give_what_a_loop_gives(currents: list[float], seed: int, memory_s: float) -> None:
    chance = np.random.default_rng(seed)
    values = np.array(currents)
    times_s = np.cumsum(chance.choice([1.0, 10.0, 30.0, 3_600.0], values.size))
    restarts = np.zeros(values.size, dtype=np.bool_)
    restarts[0] = bool(chance.integers(2))

    fast = remembered(values, times_s, restarts, memory_s=memory_s)

    np.testing.assert_allclose(
        fast, one_by_one(values, times_s, restarts, memory_s), rtol=1e-9, atol=1e-9
    )


def test_a_steady_current_is_remembered_whole() -> None:
    times_s = np.arange(50.0)
    steady = remembered(np.full(50, 7.0), times_s, np.zeros(50, dtype=np.bool_), memory_s=60.0)

    np.testing.assert_allclose(steady, 7.0)


def test_after_a_rest_the_memory_begins_at_nothing() -> None:
    restarts = np.zeros(400, dtype=np.bool_)
    restarts[[0, 200]] = True
    followed = remembered(np.full(400, 10.0), np.arange(400.0), restarts, memory_s=60.0)

    assert followed[0] < 0.2
    assert followed[199] > 9.5
    np.testing.assert_allclose(followed[200:], followed[:200])
