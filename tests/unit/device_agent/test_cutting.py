"""Cutting loses no sample, repeats none, makes no empty batch and none too large."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.device_agent.cutting import Cutter, row_count
from tests.factories.simulation import joined_samples
from tests.factories.telemetry import make_samples

_STEPS = st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=30)


@given(steps=_STEPS, limit=st.integers(1, 25))
def test_every_sample_is_in_one_batch_in_its_order(
    steps: list[tuple[int, bool]], limit: int
) -> None:
    cutter = Cutter(samples_per_batch=limit)
    batches = cutter.flush()
    recorded = 0
    for count, flush in steps:
        samples = make_samples(count=count, start_ms=1_000 * recorded)
        expected = cutter.batches_of(samples, alone=False, whole=flush)
        cut = cutter.add(samples) + (cutter.flush() if flush else [])
        assert len(cut) == expected
        batches += cut
        recorded += count
    batches += cutter.flush()
    assert all(1 <= row_count(batch) <= limit for batch in batches)
    times = [int(ms) for batch in batches for ms in batch.sampled_at_ms]
    assert times == list(range(0, 1_000 * recorded, 1_000))


def test_columns_stay_with_their_times() -> None:
    whole = make_samples(count=100)
    cutter = Cutter(samples_per_batch=30)
    batches = [*cutter.add(whole), *cutter.flush()]
    again = joined_samples(batches)
    assert [row_count(batch) for batch in batches] == [30, 30, 30, 10]
    assert all(np.array_equal(again.columns[name], v) for name, v in whole.columns.items())


def test_other_columns_or_another_number_of_cells_begin_a_new_batch() -> None:
    cutter = Cutter(samples_per_batch=30)
    assert cutter.add(make_samples(count=5)) == []
    wider = make_samples(count=5, start_ms=10_000, cells=6)
    assert cutter.batches_of(wider, alone=False, whole=True) == 2
    [first] = cutter.add(wider)
    assert row_count(first) == 5
    [second] = cutter.flush()
    assert second.columns["cell_voltage_mv"].shape == (5, 6)
