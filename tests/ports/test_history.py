"""Every history gives back the table of its evidence, whatever arrived when, and notices damage."""

import dataclasses
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from battery_passport.adapters.parquet.history import ParquetHistory
from battery_passport.foundation.clock import DAY_MS
from battery_passport.telemetry.errors import HistoryDamaged, InvalidSamples
from battery_passport.telemetry.history import (
    FULL_PART_ROWS,
    MERGED_AT_ONCE,
    HistoryPart,
    parts_to_merge,
)
from battery_passport.telemetry.model import NULL, DecodedBatch, Samples
from battery_passport.telemetry.ports import History, HistoryParts
from battery_passport.telemetry.table import TelemetryTable, assemble_table
from tests.factories.telemetry import COLLECTED_AT_MS, make_claims, make_decoded

BATTERY = UUID("01937f00-0000-7000-8000-0000000000b1")
OTHER = UUID("01937f00-0000-7000-8000-0000000000b2")


class MemoryManifest:
    """A manifest in memory."""

    def __init__(self) -> None:
        self.parts: list[HistoryPart] = []

    def history_parts(self, battery_id: UUID | None = None) -> Sequence[HistoryPart]:
        return [part for part in self.parts if battery_id in {None, part.battery_id}]

    def add_history_part(self, part: HistoryPart) -> None:
        self.parts = [
            held
            for held in self.parts
            if held.battery_id != part.battery_id
            or held.month != part.month
            or held.generation not in part.replaces
        ]
        if part.rows:
            self.parts.append(dataclasses.replace(part, replaces=()))


@pytest.fixture
def manifest() -> MemoryManifest:
    return MemoryManifest()


class KeptHistory(History, HistoryParts, Protocol):
    """What is read, and the files behind it."""


@pytest.fixture
def history(tmp_path: Path, manifest: MemoryManifest) -> KeptHistory:
    return ParquetHistory(tmp_path / "history", manifest)


def merged(history: KeptHistory, manifest: MemoryManifest) -> int:
    """Merge what is due and record it; return how many parts were written."""
    written = 0
    while parts := history.merge(BATTERY):
        for part in parts:
            manifest.add_history_part(part)
        written += len(parts)
    return written


def keep(history: KeptHistory, manifest: MemoryManifest, batches: Sequence[DecodedBatch]) -> int:
    """Compact and record; return the number of new parts."""
    parts = history.compact(BATTERY, batches)
    for part in parts:
        manifest.add_history_part(part)
    return len(parts)


def assert_same(found: TelemetryTable, expected: TelemetryTable) -> None:
    np.testing.assert_array_equal(found.sampled_at_ms, expected.sampled_at_ms)
    np.testing.assert_array_equal(found.batch_ordinal, expected.batch_ordinal)
    assert found.batch_digests == expected.batch_digests
    assert found.assumptions == expected.assumptions
    assert list(found.columns) == list(expected.columns)
    for name, values in expected.columns.items():
        np.testing.assert_array_equal(found.columns[name], values, err_msg=name)


def batch(sequence: int, times_ms: Sequence[int], **columns: npt.ArrayLike) -> DecodedBatch:
    samples = Samples(
        sampled_at_ms=np.array(times_ms, dtype=np.int64) + COLLECTED_AT_MS,
        columns={name: np.asarray(values, dtype=np.int64) for name, values in columns.items()},
    )
    return make_decoded(
        claims=make_claims(sequence=sequence),
        samples=samples,
        assumptions=(f"assumption {sequence % 2}",),
    )


VALUES = st.one_of(
    st.integers(3_400, 3_900),
    st.sampled_from([NULL, 0, 66_535, 2**40, -(2**63) + 1, 2**63 - 1]),
)


@st.composite
def batches(draw: st.DrawFn) -> list[DecodedBatch]:
    """Draw batches that overlap in time, cross months and differ in columns and cells."""
    drawn = []
    for sequence in range(draw(st.integers(1, 6))):
        count = draw(st.integers(1, 4))
        times = draw(
            st.lists(
                st.sampled_from([0, 1_000, 7 * DAY_MS, 8 * DAY_MS, 400 * DAY_MS]),
                min_size=count,
                max_size=count,
            )
        )
        columns: dict[str, npt.ArrayLike] = {}
        if draw(st.booleans()):
            columns["current_ma"] = draw(st.lists(VALUES, min_size=count, max_size=count))
        if draw(st.booleans()):
            width = draw(st.integers(1, 3))
            row = st.lists(VALUES, min_size=width, max_size=width)
            columns["cell_voltage_mv"] = draw(st.lists(row, min_size=count, max_size=count))
        drawn.append(batch(sequence, times, **columns))
    return draw(st.permutations(drawn))


@given(drawn=batches(), first=st.integers(0, 6))
def test_history_equals_the_table_of_its_evidence(
    drawn: list[DecodedBatch], first: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    manifest = MemoryManifest()
    history = ParquetHistory(tmp_path_factory.mktemp("history"), manifest)
    keep(history, manifest, drawn[:first])
    keep(history, manifest, drawn[first:])
    assert_same(history.read(BATTERY), assemble_table(drawn))


def test_compacting_again_changes_nothing(history: KeptHistory, manifest: MemoryManifest) -> None:
    given_batches = [batch(0, [0, 1_000], current_ma=np.array([1, 2]))]
    assert keep(history, manifest, given_batches) == 1
    assert keep(history, manifest, given_batches) == 0


def test_late_data_makes_a_part_of_its_own_month(
    history: KeptHistory, manifest: MemoryManifest
) -> None:
    early = batch(0, [0, 40 * DAY_MS], current_ma=np.array([1, 3]))
    late = batch(1, [-1_000], current_ma=np.array([2]))
    keep(history, manifest, [early])
    old = {part.file for part in manifest.parts}
    (part,) = history.compact(BATTERY, [late])
    assert (part.month, part.generation, part.evidence) == ("2026-11", 2, (late.digest,))
    manifest.add_history_part(part)
    assert {each.file for each in manifest.parts} == {*old, part.file}
    assert_same(history.read(BATTERY), assemble_table([early, late]))


def test_enough_parts_of_a_month_become_one(history: KeptHistory, manifest: MemoryManifest) -> None:
    given_batches = [
        batch(number, [number], current_ma=[number], cell_voltage_mv=[[3_700, 3_701 + number]])
        for number in range(MERGED_AT_ONCE + 1)
    ]
    for one in given_batches[:-1]:
        assert merged(history, manifest) == 0
        keep(history, manifest, [one])
    assert merged(history, manifest) == 1
    (part,) = manifest.parts
    assert (part.level, part.rows) == (1, MERGED_AT_ONCE)
    keep(history, manifest, given_batches[-1:])
    assert merged(history, manifest) == 0
    assert_same(history.read(BATTERY), assemble_table(given_batches))
    assert history.compact(BATTERY, given_batches) == []


def test_a_month_that_is_over_becomes_one_part(
    history: KeptHistory, manifest: MemoryManifest
) -> None:
    given_batches = [batch(number, [5 - number], current_ma=[number]) for number in range(3)]
    given_batches.append(batch(3, [40 * DAY_MS], current_ma=[4]))
    for one in given_batches:
        keep(history, manifest, [one])
    assert merged(history, manifest) == 1
    assert sorted((part.month, part.rows) for part in manifest.parts) == [
        ("2026-11", 3),
        ("2027-01", 1),
    ]
    assert_same(history.read(BATTERY), assemble_table(given_batches))


def test_full_parts_are_merged_no_more() -> None:
    part = HistoryPart(
        battery_id=BATTERY,
        month="2026-11",
        generation=1,
        file="",
        sha256=b"",
        rows=FULL_PART_ROWS,
        first_ms=0,
        last_ms=0,
        evidence=(),
    )
    parts = [dataclasses.replace(part, generation=number) for number in range(40)]
    assert parts_to_merge(parts, closed=True) == parts_to_merge(parts, closed=False) == []
    halves = [dataclasses.replace(each, rows=FULL_PART_ROWS // 2) for each in parts]
    assert len(parts_to_merge(halves, closed=False)) == 2


@settings(max_examples=25)
@given(drawn=batches(), gone=st.sets(st.integers(0, 5)))
def test_what_is_to_be_forgotten_leaves_no_row(
    drawn: list[DecodedBatch], gone: set[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    manifest = MemoryManifest()
    history = ParquetHistory(tmp_path_factory.mktemp("history"), manifest)
    keep(history, manifest, drawn)
    forgotten = [each.digest for each in drawn if each.claims.sequence in gone]
    for part in history.forget(BATTERY, forgotten):
        manifest.add_history_part(part)
    left = [each for each in drawn if each.digest not in forgotten]
    found, expected = history.read(BATTERY), assemble_table(left)
    np.testing.assert_array_equal(found.sampled_at_ms, expected.sampled_at_ms)
    assert found.batch_digests == expected.batch_digests
    for name, values in expected.columns.items():
        width = 1 if values.ndim == 1 else values.shape[1]
        kept = found.columns[name].reshape(len(values), -1)[:, :width]
        np.testing.assert_array_equal(kept, values.reshape(len(values), -1), err_msg=name)


def test_parts_not_recorded_are_not_read(history: KeptHistory) -> None:
    history.compact(BATTERY, [batch(0, [0], current_ma=np.array([1]))])
    assert history.read(BATTERY).row_count == 0


def test_batteries_do_not_mix(history: KeptHistory, manifest: MemoryManifest) -> None:
    keep(history, manifest, [batch(0, [0], current_ma=np.array([1]))])
    assert history.read(OTHER).row_count == 0


def test_columns_and_times_are_selected(history: KeptHistory, manifest: MemoryManifest) -> None:
    wide = batch(0, [0, 1_000, 40 * DAY_MS], current_ma=np.array([1, 2, 3]), odometer_m=np.ones(3))
    keep(history, manifest, [wide])
    start = COLLECTED_AT_MS + 1_000
    table = history.read(
        BATTERY, columns=["current_ma", "speed_mm_s"], start_ms=start, end_ms=start + 1
    )
    assert list(table.columns) == ["current_ma"]
    assert table.columns["current_ma"].tolist() == [2]


def test_damaged_and_missing_files_are_noticed(
    history: KeptHistory, manifest: MemoryManifest, tmp_path: Path
) -> None:
    keep(history, manifest, [batch(0, [0], current_ma=np.array([1]))])
    path = tmp_path / "history" / manifest.parts[0].file
    whole = path.read_bytes()
    path.write_bytes(whole[:-20] + bytes(20))
    with pytest.raises(HistoryDamaged, match="hashes to"):
        history.read(BATTERY)
    path.unlink()
    with pytest.raises(HistoryDamaged, match="missing"):
        history.read(BATTERY)


def test_the_same_history_has_the_same_bytes(tmp_path: Path) -> None:
    hashes = set()
    for name in ("one", "two"):
        history = ParquetHistory(tmp_path / name, MemoryManifest())
        parts = history.compact(BATTERY, [batch(0, [0, 1], cell_voltage_mv=np.ones((2, 3)))])
        hashes.add(tuple(part.sha256 for part in parts))
    assert len(hashes) == 1


def test_summary_counts_present_values_of_parts_in_force(
    history: KeptHistory, manifest: MemoryManifest
) -> None:
    keep(history, manifest, [batch(0, [0, 1], current_ma=np.array([10, NULL]))])
    keep(history, manifest, [batch(1, [40 * DAY_MS], current_ma=np.array([20]))])
    keep(history, manifest, [batch(2, [2], odometer_m=np.array([5]))])
    (summary,) = history.summarise("current_ma")
    assert dataclasses.astuple(summary) == (BATTERY, 2, 10, 20, 15.0)
    assert history.summarise("speed_mm_s") == []
    with pytest.raises(InvalidSamples):
        history.summarise('x" FROM t; --')


def test_files_that_are_not_in_force_are_removed(
    history: KeptHistory, manifest: MemoryManifest, tmp_path: Path
) -> None:
    given_batches = [batch(n, [n], current_ma=[n]) for n in range(MERGED_AT_ONCE)]
    for one in given_batches:
        keep(history, manifest, [one])
    merged(history, manifest)
    assert history.remove_superseded(BATTERY) == MERGED_AT_ONCE
    assert history.remove_superseded(BATTERY) == 0
    left = {path.name for path in (tmp_path / "history").rglob("*.parquet")}
    assert left == {Path(part.file).name for part in manifest.parts}
    assert_same(history.read(BATTERY), assemble_table(given_batches))


def test_what_is_kept_beside_a_part_goes_with_it(
    history: ParquetHistory, manifest: MemoryManifest, tmp_path: Path
) -> None:
    for number in range(MERGED_AT_ONCE):
        keep(history, manifest, [batch(number, [number], current_ma=[number])])
    parts = list(manifest.parts)
    assert history.digest(parts[0]) is None
    history.keep_digest(parts[0], b"first")
    history.keep_digest(parts[0], b"kept")
    assert history.digest(parts[0]) == b"kept"
    assert history.remove_superseded(BATTERY) == 0
    assert history.digest(parts[0]) == b"kept"
    merged(history, manifest)
    assert history.remove_superseded(BATTERY) == MERGED_AT_ONCE
    assert history.digest(parts[0]) is None
    assert list((tmp_path / "history").rglob("*.digest")) == []
    history.keep_digest(dataclasses.replace(parts[0], file="gone/x.parquet"), b"nowhere")


def test_a_part_is_synced_with_its_folders_before_it_is_returned(
    history: KeptHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync = os.fsync

    def recording_sync(descriptor: int) -> None:
        synced.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", recording_sync)
    history.compact(BATTERY, [batch(0, [0], current_ma=[1])])
    # The history's folder and the battery's are new, then the file, then the folder that names it.
    assert synced == ["folder", "folder", "file", "folder"]
