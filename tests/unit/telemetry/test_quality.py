"""What looks wrong is flagged with its code, column, count and first sample; nothing is altered."""

import dataclasses
from datetime import timedelta

import numpy as np
import pytest

from battery_passport.telemetry.model import NULL, DecodedBatch, Flag, Samples
from battery_passport.telemetry.quality import FLAG_CODES, find_flags, flag_batch
from tests.factories.telemetry import (
    COLLECTED_AT,
    COLLECTED_AT_MS,
    make_claims,
    make_decoded,
    make_samples,
)


def flags_of(batch: DecodedBatch, *, received_after: timedelta = timedelta(0)) -> list[Flag]:
    return list(find_flags(batch, received_at=COLLECTED_AT + received_after))


def with_column(name: str, values: list[int] | list[list[int]]) -> DecodedBatch:
    array = np.array(values, dtype=np.int64)
    return make_decoded(samples=make_samples(count=len(values), columns={name: array}))


def test_a_healthy_batch_has_no_flags() -> None:
    assert flags_of(make_decoded()) == []


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("cell_voltage_mv", [[3_700, 3_701], [0, 5_000], [66_535, 3_700]], ("sentinel", 3, 1)),
        ("cell_voltage_mv", [[3_700, 3_701], [3_700, 9_999]], ("out-of-range", 1, 1)),
        ("bms_soc_permyriad", [5_000, 25_500, 51_100], ("sentinel", 2, 1)),
        ("bms_soc_permyriad", [10_001, 5_000], ("out-of-range", 1, 0)),
        ("probe_temperature_dc", [[250, 2_550], [250, 250]], ("sentinel", 1, 0)),
        ("current_ma", [0, NULL, NULL], ("missing-value", 2, 1)),
        ("current_ma", [0, -3_000_001], ("out-of-range", 1, 1)),
        ("gadget_mv", [1, 2], ("unknown-column", 2, 0)),
    ],
)
def test_values_are_flagged(column: str, values: list[int], expected: tuple[str, int, int]) -> None:
    code, count, first = expected
    assert flags_of(with_column(column, values)) == [Flag(code, column, count, first)]


def test_flagging_alters_no_value() -> None:
    batch = with_column("cell_voltage_mv", [[0, 5_000], [NULL, 66_535]])
    flagged = flag_batch(batch, received_at=COLLECTED_AT)
    assert dataclasses.replace(flagged, flags=()) == batch
    assert [flag.code for flag in flagged.flags] == ["missing-value", "sentinel"]


def test_times_that_go_back_or_repeat_are_flagged() -> None:
    times = COLLECTED_AT_MS + np.array([0, 1_000, 1_000, 500, 2_000])
    batch = make_decoded(samples=Samples(sampled_at_ms=times, columns={}))
    assert flags_of(batch) == [
        Flag("time-goes-back", None, 1, 3),
        Flag("repeated-time", None, 1, 2),
    ]


def test_samples_beyond_five_minutes_ahead_are_flagged() -> None:
    times = COLLECTED_AT_MS + np.array([300_000, 300_001])
    batch = make_decoded(samples=Samples(sampled_at_ms=times, columns={}))
    assert flags_of(batch) == [Flag("future-dated", None, 1, 1)]


def test_skew_is_flagged_unless_the_batch_says_it_is_late() -> None:
    late = timedelta(minutes=5, milliseconds=1)
    assert flags_of(make_decoded(), received_after=late) == [Flag("clock-skew", None, 5, 0)]
    backfilled = make_decoded(claims=make_claims(backfill=True))
    assert flags_of(backfilled, received_after=late) == []


def test_every_code_is_explained() -> None:
    assert all(sentence.endswith(".") for sentence in FLAG_CODES.values())
