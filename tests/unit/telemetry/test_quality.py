"""What looks wrong is remarked on with its kind, column, count and time; nothing is altered."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.model import NULL, DecodedBatch
from battery_passport.telemetry.quality.checking import check_quality
from battery_passport.telemetry.quality.kinds import KINDS
from battery_passport.telemetry.quality.model import Finding, QualityMemory
from battery_passport.telemetry.quality.scanning import PLAIN, compiled_scanners
from tests.factories.telemetry import (
    COLLECTED_AT,
    COLLECTED_AT_MS,
    make_claims,
    make_decoded,
    make_samples,
)

RATING = Rating(rated_capacity_ah=60.0, cells_in_series=4, chemistry=Chemistry.NMC)
EMPTY = QualityMemory()


def findings_of(
    batch: DecodedBatch,
    *,
    received_after: timedelta = timedelta(0),
    memory: QualityMemory = EMPTY,
) -> tuple[Finding, ...]:
    return check_quality(batch, memory, received_at=COLLECTED_AT + received_after)[0]


def with_columns(
    times_s: Sequence[float] | None = None, **columns: list[int] | list[list[int]]
) -> DecodedBatch:
    """Return a batch of these columns, a sample each second unless told otherwise."""
    arrays = {name: np.array(values, dtype=np.int64) for name, values in columns.items()}
    count = len(next(iter(arrays.values())))
    seconds = np.arange(count) if times_s is None else np.array(times_s)
    return dataclasses.replace(
        make_decoded(samples=make_samples(count=1)),
        sampled_at_ms=COLLECTED_AT_MS - 60_000 + (seconds * 1_000).astype(np.int64),
        columns=arrays,
    )


def kinds_of(batch: DecodedBatch, memory: QualityMemory = EMPTY) -> list[tuple[str, str | None]]:
    return [(each.kind, each.column) for each in findings_of(batch, memory=memory)]


def test_a_healthy_batch_has_no_findings() -> None:
    assert findings_of(make_decoded()) == ()


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("cell_voltage_mv", [[3_700, 3_701], [0, 5_000], [66_535, 3_700]], ("sentinel", 3, 1)),
        ("cell_voltage_mv", [[3_700, 3_701], [3_700, 9_999]], ("out-of-range", 1, 1)),
        ("cell_voltage_mv", [[3_700, 4_280], [3_700, 4_280]], ("unusual-for-chemistry", 2, 0)),
        ("bms_soc_permyriad", [5_000, 25_500, 51_100], ("sentinel", 2, 1)),
        ("bms_soc_permyriad", [10_001, 5_000], ("out-of-range", 1, 0)),
        ("probe_temperature_dc", [[250, 2_550], [250, 250]], ("sentinel", 1, 0)),
        ("probe_temperature_dc", [[250, -400], [250, 250]], ("sentinel", 1, 0)),
        ("temperature_max_dc", [250, 251, 380], ("jump", 1, 2)),
        ("current_ma", [0, NULL, NULL], ("missing-value", 2, 1)),
        ("current_ma", [0, -3_000_001], ("out-of-range", 1, 1)),
        ("odometer_m", [500, 499, 510], ("counter-goes-back", 1, 1)),
        ("gadget_mv", [1, 2], ("unknown-column", 2, 0)),
    ],
)
def test_values_are_remarked_on(
    column: str, values: list[int] | list[list[int]], expected: tuple[str, int, int]
) -> None:
    memory = QualityMemory(rating=Rating(chemistry=Chemistry.NMC))
    batch = with_columns(None, **{column: values})
    found = findings_of(batch, memory=memory)
    assert [(each.kind, each.count, each.first_sample) for each in found] == [expected]
    assert found[0].column == column


def test_limits_follow_the_chemistry() -> None:
    batch = with_columns(cell_voltage_mv=[[3_700, 3_700]])
    lfp = QualityMemory(rating=Rating(chemistry=Chemistry.LFP))
    assert kinds_of(batch, lfp) == [("unusual-for-chemistry", "cell_voltage_mv")]
    assert kinds_of(batch) == []


def test_a_cell_that_stays_while_the_others_move_is_stuck() -> None:
    rows = [[3_700 + 5 * step, 3_700 + 5 * step, 3_710, 3_699 + 5 * step] for step in range(15)]
    (found,) = findings_of(with_columns(cell_voltage_mv=rows))
    assert (found.kind, found.count) == ("stuck", 15)
    still = [[3_700, 3_700, 3_710, 3_699]] * 15
    assert findings_of(with_columns(cell_voltage_mv=still)) == ()


def test_a_cell_jumps_against_the_others_and_not_with_them() -> None:
    together = [[3_700, 3_702, 3_701, 3_700], [3_300, 3_302, 3_301, 3_300]]
    assert findings_of(with_columns(cell_voltage_mv=together)) == ()
    alone = [[3_700, 3_702, 3_701, 3_700], [3_700, 3_302, 3_701, 3_700]]
    assert kinds_of(with_columns(cell_voltage_mv=alone)) == [("jump", "cell_voltage_mv")]
    far_apart = with_columns([0, 120], cell_voltage_mv=alone)
    assert kinds_of(far_apart) == []


@pytest.mark.parametrize(
    ("pack_mv", "kind"),
    [
        (14_800, None),
        (15_000, None),
        (15_300, "cells-do-not-add-up"),
        (148_000, "unit-mismatch"),
        (148, "unit-mismatch"),
    ],
)
def test_cells_add_up_to_the_pack(pack_mv: int, kind: str | None) -> None:
    batch = with_columns(cell_voltage_mv=[[3_700] * 4] * 2, pack_voltage_mv=[pack_mv] * 2)
    found = kinds_of(batch, QualityMemory(rating=RATING))
    fit = [each for each, _ in found if each in ("cells-do-not-add-up", "unit-mismatch")]
    assert fit == ([] if kind is None else [kind])


def test_another_number_of_cells_is_remarked_on_and_nothing_added_up() -> None:
    batch = with_columns(cell_voltage_mv=[[3_700] * 3], pack_voltage_mv=[14_800])
    assert kinds_of(batch, QualityMemory(rating=RATING)) == [("cell-count", "cell_voltage_mv")]


def test_a_charge_in_percent_is_a_wrong_unit() -> None:
    batch = with_columns(cell_voltage_mv=[[3_700] * 4], bms_soc_permyriad=[62])
    assert kinds_of(batch) == [("unit-mismatch", "bms_soc_permyriad")]
    empty = with_columns(cell_voltage_mv=[[3_100] * 4], bms_soc_permyriad=[62])
    assert kinds_of(empty) == []


def drive(*, current_ma: int, gained_permyriad: int, minutes: int = 4) -> list[str]:
    """Return the findings over some one-minute batches of even current, 60 Ah rated."""
    memory, found = QualityMemory(rating=RATING), list[str]()
    for minute in range(minutes):
        seconds = [minute * 60 + second for second in range(60)]
        soc = [5_000 + gained_permyriad * second // (60 * minutes) for second in seconds]
        batch = with_columns(
            [float(second) for second in seconds],
            current_ma=[current_ma] * 60,
            bms_soc_permyriad=soc,
        )
        findings, memory = check_quality(batch, memory)
        found += [each.kind for each in findings]
    return found


def test_charge_that_moves_against_the_current_is_remarked_on_over_several_batches() -> None:
    assert drive(current_ma=60_000, gained_permyriad=-600) == []
    assert "current-sign" in drive(current_ma=60_000, gained_permyriad=600)
    assert "current-sign" in drive(current_ma=-60_000, gained_permyriad=-600)


def test_charge_that_does_not_move_at_all_is_stuck() -> None:
    assert "stuck" in drive(current_ma=90_000, gained_permyriad=0)
    assert drive(current_ma=9_000, gained_permyriad=0) == []


def test_counters_are_remembered_from_batch_to_batch() -> None:
    _, memory = check_quality(with_columns(odometer_m=[9_000, 9_010]), EMPTY)
    later = with_columns([100.0, 101.0], odometer_m=[8_000, 8_010])
    (found,) = findings_of(later, memory=memory)
    assert (found.kind, found.count, found.first_sample) == ("counter-goes-back", 1, 0)


def test_times_that_go_back_repeat_or_leave_gaps_are_remarked_on() -> None:
    batch = with_columns([0, 1, 1, 0.5, 2], current_ma=[0] * 5)
    found = [(each.kind, each.count, each.first_sample) for each in findings_of(batch)]
    assert found == [("time-goes-back", 1, 3), ("repeated-time", 1, 2)]
    gap = with_columns([-1_000, -999, -998, -600], current_ma=[0] * 4)
    (found_gap,) = findings_of(gap)
    assert (found_gap.kind, found_gap.first_sample) == ("gap", 3)


def test_a_time_that_an_earlier_batch_holds_is_remarked_on_and_memory_stays() -> None:
    _, memory = check_quality(with_columns([0, 10], current_ma=[0, 0]), EMPTY)
    again = with_columns([5, 20], current_ma=[0, 0])
    findings, later = check_quality(again, memory)
    assert [(each.kind, each.count) for each in findings] == [("overlap", 1)]
    assert later == memory


def test_samples_beyond_five_minutes_ahead_are_remarked_on_and_do_not_enter_memory() -> None:
    batch = with_columns([360, 360.001], current_ma=[0, 0])
    findings, memory = check_quality(batch, EMPTY, received_at=COLLECTED_AT)
    assert [(each.kind, each.count, each.first_sample) for each in findings] == [
        ("future-dated", 1, 1)
    ]
    assert memory == EMPTY


def test_skew_is_remarked_on_unless_the_batch_says_it_is_late() -> None:
    late = timedelta(minutes=5, milliseconds=1)
    assert [each.kind for each in findings_of(make_decoded(), received_after=late)] == [
        "clock-skew"
    ]
    backfilled = make_decoded(claims=make_claims(backfill=True))
    assert [each.kind for each in findings_of(backfilled, received_after=late)] == ["backfilled"]
    hours = findings_of(make_decoded(), received_after=timedelta(hours=2))
    assert [each.kind for each in hours] == ["clock-skew", "late"]


def test_memory_survives_being_written_down() -> None:
    _, memory = check_quality(with_columns(odometer_m=[1, 2], current_ma=[5, 6]), EMPTY)
    assert QualityMemory.from_json(memory.as_json(), memory.rating) == memory
    assert QualityMemory.from_json(None, RATING) == QualityMemory(rating=RATING)


def test_compiled_passes_find_what_plain_ones_do() -> None:
    draw = np.random.default_rng(7)
    for _ in range(20):
        rows, width = int(draw.integers(1, 12)), int(draw.integers(1, 9))
        cells = draw.integers(3_500, 3_800, (rows, width))
        odd = draw.random((rows, width)) < 0.1
        cells[odd] = draw.choice([NULL, 0, 5_000, 65_535, 9_999, 4_400, 1_000], int(odd.sum()))
        batch = with_columns(
            cell_voltage_mv=cells.tolist(),
            bms_soc_permyriad=draw.integers(0, 12_000, rows).tolist(),
        )
        memory = QualityMemory(rating=RATING)
        plain = check_quality(batch, memory, scan=PLAIN)
        assert plain == check_quality(batch, memory, scan=compiled_scanners())


def test_every_kind_is_explained_in_both_languages() -> None:
    for kind in KINDS.values():
        assert kind.meaning_en.endswith(".")
        assert kind.meaning_ko.endswith(".")
        assert kind.title_en != kind.title_ko
