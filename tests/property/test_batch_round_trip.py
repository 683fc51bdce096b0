"""Whatever integers go into a batch come out of it, and sealing twice gives the same bytes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from battery_passport.telemetry.columns import COLUMNS, Axis
from battery_passport.telemetry.model import NULL, Samples
from tests.factories.telemetry import make_decoded, make_encoded

VALUES = st.one_of(
    st.integers(-200, 200),
    st.sampled_from([NULL, 0, 5_000, 66_535, 2**63 - 1, -(2**63) + 1]),
    st.integers(-(2**63), 2**63 - 1),
)
TIMES = st.integers(-(2**53), 2**53)


@st.composite
def samples(draw: st.DrawFn) -> Samples:
    """Draw samples of a few known and unknown columns."""
    count = draw(st.integers(1, 12))
    known = draw(st.lists(st.sampled_from(COLUMNS), max_size=4, unique=True))
    shapes: dict[str, tuple[int, ...]] = {
        column.name: (count,) if column.axis is Axis.SAMPLE else (count, draw(st.integers(1, 5)))
        for column in known
    }
    if draw(st.booleans()):
        shapes["gadget_9_mv"] = draw(st.sampled_from([(count,), (count, 3)]))
    return Samples(
        sampled_at_ms=draw(arrays.arrays(np.int64, count, elements=TIMES)),
        columns={
            name: draw(arrays.arrays(np.int64, shape, elements=VALUES))
            for name, shape in shapes.items()
        },
    )


@given(samples())
def test_decoding_gives_back_what_was_sealed(given_samples: Samples) -> None:
    batch = make_decoded(samples=given_samples)
    np.testing.assert_array_equal(batch.sampled_at_ms, given_samples.sampled_at_ms)
    assert batch.columns.keys() == given_samples.columns.keys()
    for name, values in given_samples.columns.items():
        np.testing.assert_array_equal(batch.columns[name], values)


@given(samples())
def test_sealing_twice_gives_the_same_bytes(given_samples: Samples) -> None:
    reordered = Samples(
        sampled_at_ms=given_samples.sampled_at_ms.copy(),
        columns=dict(sorted(given_samples.columns.items(), reverse=True)),
    )
    assert make_encoded(samples=given_samples) == make_encoded(samples=reordered)
