"""Compiled decoding of many batches gives exactly what decoding one by one gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope, seal_batch
from battery_passport.telemetry.errors import MalformedBatch
from battery_passport.telemetry.many import WORTH_COMPILING, BatchDecoder
from battery_passport.telemetry.model import NULL, Samples
from tests.factories.telemetry import COLLECTED_AT_MS, SEED, make_claims

VALUES = st.one_of(
    st.integers(-300, 300),
    st.integers(3_300, 4_200),
    st.sampled_from([NULL, 0, 2**31, -(2**40), 2**63 - 1, -(2**63) + 1]),
)


def compiled() -> BatchDecoder:
    decoder = BatchDecoder()
    decoder.prepare_for(WORTH_COMPILING)
    return decoder


@st.composite
def samples(draw: st.DrawFn) -> Samples:
    count = draw(st.integers(1, 5))
    width = draw(st.integers(1, 4))
    row = st.lists(VALUES, min_size=count, max_size=count)
    cells = st.lists(
        st.lists(VALUES, min_size=width, max_size=width), min_size=count, max_size=count
    )
    columns = {
        name: np.array(draw(kind), dtype=np.int64)
        for name, kind in (("current_ma", row), ("speed_mm_s", row), ("cell_voltage_mv", cells))
    }
    steps = draw(st.lists(st.integers(-5_000, 60_000), min_size=count, max_size=count))
    times = np.int64(COLLECTED_AT_MS) + np.cumsum(np.array(steps, dtype=np.int64))
    return Samples(sampled_at_ms=times, columns=columns)


@given(drawn=samples())
def test_compiled_decoding_gives_the_same(drawn: Samples) -> None:
    encoded = seal_batch(claims=make_claims(), samples=drawn, signing_key=SEED)
    envelope = open_envelope(encoded)
    expected, found = decode_batch(envelope), compiled().decode(envelope)
    np.testing.assert_array_equal(found.sampled_at_ms, expected.sampled_at_ms)
    assert list(found.columns) == list(expected.columns)
    for name, values in expected.columns.items():
        np.testing.assert_array_equal(found.columns[name], values, err_msg=name)
        np.testing.assert_array_equal(values, drawn.columns[name], err_msg=name)


def test_a_frame_of_another_size_is_refused() -> None:
    steady = Samples(
        sampled_at_ms=np.array([COLLECTED_AT_MS], dtype=np.int64),
        columns={"current_ma": np.array([5], dtype=np.int64)},
    )
    envelope = open_envelope(seal_batch(claims=make_claims(), samples=steady, signing_key=SEED))
    object.__setattr__(envelope, "frame_bytes", envelope.frame_bytes + 1)
    with pytest.raises(MalformedBatch, match="its columns need"):
        compiled().decode(envelope)
    object.__setattr__(envelope, "frame", b"no frame")
    with pytest.raises(MalformedBatch, match="cannot be decompressed"):
        compiled().decode(envelope)
