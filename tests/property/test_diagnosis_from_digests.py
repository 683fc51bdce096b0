"""A diagnosis from digests of parts is that of the whole table, to the bit.

In: made-up charges, cut into parts as the history cuts them. Out: the same marks, days, figures.
"""

import dataclasses
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from battery_passport.assembly.diagnosing.digests.joining import joined
from battery_passport.assembly.diagnosing.digests.making import EVER_MS, digest_of
from battery_passport.assembly.diagnosing.digests.merging import merged
from battery_passport.assembly.diagnosing.digests.model import PartDigest
from battery_passport.assembly.diagnosing.digests.packing import packed, unpacked
from battery_passport.assembly.diagnosing.drifting import drift_of_days, oldest_ms
from battery_passport.assembly.diagnosing.looking import Looked, look_at
from battery_passport.assembly.diagnosing.whole import Diagnosis, diagnose_looked
from battery_passport.foundation.clock import DAY_MS, HOUR_MS, unix_ms
from battery_passport.telemetry.history import batches_by_month
from battery_passport.telemetry.model import NULL, DecodedBatch
from battery_passport.telemetry.table import TelemetryTable, assemble_table
from tests.factories.diagnostics import MadeUpCar, Way, make_way, replaced
from tests.factories.registry import make_battery

CAR = MadeUpCar(cells=16)
BEGINS_MS = unix_ms(datetime(2026, 3, 28, 18, tzinfo=UTC))
SOURCE = bytes(32)


@dataclasses.dataclass(frozen=True)
class Plan:
    """Charges one after the other, and after which of them a part ends."""

    pauses_h: tuple[float, ...]
    step_s: int
    ends: tuple[bool, ...]
    weak_mv: int
    gaps: bool


plans = st.integers(3, 9).flatmap(
    lambda count: st.builds(
        Plan,
        pauses_h=st.tuples(*[st.floats(0.1, 40.0)] * count),
        step_s=st.sampled_from([30, 60, 240]),
        ends=st.tuples(*[st.booleans()] * count),
        weak_mv=st.sampled_from([0, 0, 45, 90]),
        gaps=st.booleans(),
    )
)


def batches_of(plan: Plan) -> list[DecodedBatch]:
    made, begins_ms = [], BEGINS_MS
    for pause_h in plan.pauses_h:
        batch = make_way(CAR, Way(begins_ms=begins_ms, step_s=plan.step_s))
        begins_ms = int(batch.sampled_at_ms[-1]) + int(pause_h * HOUR_MS)
        cells = batch.columns["cell_voltage_mv"].copy()
        cells[:, 5] -= plan.weak_mv
        if plan.gaps:
            cells[::7, 2] = NULL
            cells[::11] = NULL
            cells[3, 4] = 65_535
        made.append(replaced(batch, cell_voltage_mv=cells))
    return made


def parts_of(batches: list[DecodedBatch], ends: tuple[bool, ...]) -> list[TelemetryTable]:
    groups: list[list[DecodedBatch]] = [[]]
    for batch, is_end in zip(batches, ends, strict=True):
        groups[-1].append(batch)
        if is_end:
            groups.append([])
    return [
        assemble_table(of_month)
        for group in groups
        for of_month in batches_by_month(group).values()
    ]


def kept(table: TelemetryTable, *, days_from_ms: int = EVER_MS) -> PartDigest:
    """Return a table's digest as it comes back from its bytes."""
    return again(digest_of(table, days_from_ms=days_from_ms))


def again(digest: PartDigest) -> PartDigest:
    """Return a digest as it comes back from its bytes."""
    found = unpacked(packed(digest, SOURCE), SOURCE)
    assert found is not None
    return found


def diagnosed(looked: Looked) -> Diagnosis:
    as_of = datetime(2026, 5, 1, tzinfo=UTC)
    rating = dataclasses.replace(CAR.rating, cells_per_module=(CAR.cells // 4,) * 4)
    return diagnose_looked(looked, battery=make_battery(), rating=rating, events=(), as_of=as_of)


@settings(max_examples=20)
@given(plans)
def test_digests_of_parts_say_what_the_whole_table_says(plan: Plan) -> None:
    batches = batches_of(plan)
    whole = assemble_table(batches)
    days_from_ms = oldest_ms(int(whole.sampled_at_ms[-1]))
    parts = [kept(each, days_from_ms=days_from_ms) for each in parts_of(batches, plan.ends)]
    from_parts, at_once = joined(parts), look_at(whole)
    assert from_parts is not None
    assert from_parts.marks == at_once.marks
    assert repr(from_parts.days) == repr(at_once.days)
    one, other = diagnosed(from_parts), diagnosed(at_once)
    assert one.as_json() == other.as_json()
    assert np.array_equal(one.health.findings.rows, other.health.findings.rows)
    assert repr((one.usage, one.resistance)) == repr((other.usage, other.resistance))


@settings(max_examples=15)
@given(plans, st.integers(1, 9))
def test_parts_put_together_once_join_with_later_ones_as_they_would_themselves(
    plan: Plan, closed: int
) -> None:
    batches = batches_of(plan)
    days_from_ms = oldest_ms(int(assemble_table(batches).sampled_at_ms[-1]))
    parts = [kept(each, days_from_ms=days_from_ms) for each in parts_of(batches, plan.ends)]
    together = merged(parts[:closed], days_from_ms)
    if together is None:
        return
    from_parts, at_once = joined(parts), joined([again(together), *parts[closed:]])
    assert from_parts is not None
    assert at_once is not None
    assert at_once.marks == from_parts.marks
    assert repr((at_once.days, at_once.rests)) == repr((from_parts.days, from_parts.rests))
    assert at_once.table.batch_digests == from_parts.table.batch_digests
    for name, values in from_parts.table.columns.items():
        assert np.array_equal(at_once.table.columns[name], values)
    assert diagnosed(at_once).as_json() == diagnosed(from_parts).as_json()


def test_two_months_are_put_together() -> None:
    months = [make_way(CAR, Way(begins_ms=BEGINS_MS + days * DAY_MS)) for days in (0, 10)]
    parts = [kept(assemble_table([each])) for each in months]
    assert merged(parts, EVER_MS) is not None
    assert merged([], EVER_MS) is None


def test_a_weak_cell_is_found_from_digests() -> None:
    plan = Plan(pauses_h=(21.0,) * 8, step_s=60, ends=(True,) * 8, weak_mv=90, gaps=False)
    looked = joined([kept(each) for each in parts_of(batches_of(plan), plan.ends)])
    assert looked is not None
    assert {each.cell for each in drift_of_days(looked.days)} == {5}


def test_parts_that_overlap_or_differ_are_read_whole() -> None:
    first, second = (make_way(CAR, Way(begins_ms=BEGINS_MS + shift)) for shift in (0, HOUR_MS))
    assert joined([kept(assemble_table([each])) for each in (first, second)]) is None
    other = make_way(MadeUpCar(cells=12), Way(begins_ms=BEGINS_MS + DAY_MS))
    assert joined([kept(assemble_table([each])) for each in (first, other)]) is None
    assert joined([]) is None


def test_days_that_were_not_kept_are_read_whole() -> None:
    early, late = (make_way(CAR, Way(begins_ms=BEGINS_MS + days * DAY_MS)) for days in (0, 100))
    newest = kept(assemble_table([early]), days_from_ms=oldest_ms(int(late.sampled_at_ms[-1])))
    assert joined([newest, kept(assemble_table([late]))]) is not None
    assert joined([newest]) is None


@pytest.mark.parametrize("place", [0, 20, 200, -40])
def test_a_damaged_digest_is_none(place: int) -> None:
    octets = bytearray(packed(digest_of(assemble_table([make_way(CAR)])), SOURCE))
    assert unpacked(bytes(octets), bytes([1]) * 32) is None
    assert unpacked(bytes(octets[:-1]), SOURCE) is None
    octets[place] ^= 0xFF
    assert unpacked(bytes(octets), SOURCE) is None
