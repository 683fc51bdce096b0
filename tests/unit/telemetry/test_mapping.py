"""Mappings are checked in every member, recognise their files, and lose no value silently."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from battery_passport.telemetry.errors import InvalidMapping, UnreadableSource
from battery_passport.telemetry.mapping.conversion import convert_rows
from battery_passport.telemetry.mapping.matching import choose_mapping
from battery_passport.telemetry.mapping.model import SourceMapping
from battery_passport.telemetry.mapping.parsing import parse_mapping
from battery_passport.telemetry.model import NULL, Samples

START = 'start = "2026-01-01T00:00:00Z"'
START_MS = 1_767_225_600_000
MINIMAL = f"""
format = 1
name = "made-up"
assumptions = ["made up"]
[clock]
kind = "assumed"
{START}
interval_ms = 1000
[[columns]]
source = "I"
target = "current_ma"
unit = "A"
"""


@dataclass
class MemorySource:
    """A source table in memory."""

    columns: Mapping[str, Sequence[object]]
    file_name: str = "made-up.csv"

    @property
    def column_names(self) -> Sequence[str]:
        return list(self.columns)

    @property
    def row_count(self) -> int:
        return len(next(iter(self.columns.values())))

    def numbers(self, name: str, start: int, stop: int) -> NDArray[np.float64]:
        return np.array(self.columns[name][start:stop], dtype=np.float64)

    def texts(self, name: str, start: int, stop: int) -> Sequence[str | None]:
        return [None if value is None else str(value) for value in self.columns[name][start:stop]]


def mapping(text: str = MINIMAL, *, extra: str = "") -> SourceMapping:
    return parse_mapping((text + extra).encode())


def convert(source: MemorySource, declared: SourceMapping) -> Samples:
    (samples,) = convert_rows(source, declared)
    return samples


def test_values_are_scaled_and_missing_ones_become_null() -> None:
    source = MemorySource({"I": [1.5, float("nan"), -0.0004, float("inf"), 255.0]})
    samples = convert(source, mapping())
    assert samples.columns["current_ma"].tolist() == [1_500, NULL, 0, NULL, 255_000]
    assert samples.sampled_at_ms.tolist() == [START_MS + 1_000 * row for row in range(5)]


def test_sign_and_offset_are_applied_before_the_unit() -> None:
    extra = (
        '[[columns]]\nsource = "T"\ntarget = "temperature_max_dc"\nunit = "degC"\noffset = -40\n'
    )
    extra += '[[columns]]\nsource = "D"\ntarget = "gadget_ma"\nfactor = 2.0\nsign = -1\n'
    samples = convert(MemorySource({"I": [0], "T": [65.5], "D": [7]}), mapping(extra=extra))
    assert samples.columns["temperature_max_dc"].tolist() == [255]
    assert samples.columns["gadget_ma"].tolist() == [-14]


def test_numbered_columns_are_cells_in_the_order_of_their_numbers() -> None:
    extra = '[[columns]]\nsource = "V_*"\ntarget = "cell_voltage_mv"\nunit = "V"\n'
    source = MemorySource({"I": [0], "V_10": [3.8], "V_2": [3.7], "V_x": [9], "V_2b": [9]})
    samples = convert(source, mapping(extra=extra))
    assert samples.columns["cell_voltage_mv"].tolist() == [[3_700, 3_800]]


def test_a_missing_required_column_is_named() -> None:
    with pytest.raises(UnreadableSource, match="no column I, which mapping made-up needs"):
        convert(MemorySource({"J": [0]}), mapping())


def test_a_missing_optional_column_is_left_out() -> None:
    extra = '[[columns]]\nsource = "S"\ntarget = "speed_mm_s"\nunit = "km/h"\nrequired = false\n'
    assert list(convert(MemorySource({"I": [0]}), mapping(extra=extra)).columns) == ["current_ma"]
    source = MemorySource({"I": [0], "S": [36]})
    assert convert(source, mapping(extra=extra)).columns["speed_mm_s"].tolist() == [10_000]


def test_no_rows_are_refused() -> None:
    with pytest.raises(UnreadableSource, match="no rows"):
        list(convert_rows(MemorySource({"I": []}), mapping()))


def with_clock(*lines: str) -> SourceMapping:
    before, after = MINIMAL.split("[clock]")
    columns = after[after.index("[[columns]]") :]
    return mapping("\n".join([before, "[clock]", *lines, columns]))


@pytest.mark.parametrize(
    ("time_format", "offset", "value", "expected_ms"),
    [
        ("iso", 480, "2026-01-01 08:00:00", START_MS),
        ("iso", 480, "2026-01-01T00:00:00Z", START_MS),
        ("iso", 0, "2026-01-01 00:00:00.250", START_MS + 250),
        ("%d.%m.%Y %H:%M", 540, "01.01.2026 09:00", START_MS),
        ("unix-s", 0, START_MS / 1_000, START_MS),
        ("unix-ms", 0, START_MS, START_MS),
    ],
)
def test_times_are_read_in_the_declared_zone(
    time_format: str, offset: int, value: object, expected_ms: int
) -> None:
    declared = with_clock(
        'kind = "column"', 'column = "at"', f'time_format = "{time_format}"',
        f"utc_offset_minutes = {offset}",
    )  # fmt: skip
    samples = convert(MemorySource({"at": [value], "I": [0]}), declared)
    assert samples.sampled_at_ms.tolist() == [expected_ms]


@pytest.mark.parametrize(
    ("time_format", "value"),
    [("iso", None), ("iso", "yesterday"), ("unix-s", float("nan")), ("unix-s", 1e30)],
)
def test_a_row_without_a_time_is_named(time_format: str, value: object) -> None:
    declared = with_clock(
        'kind = "column"', 'column = "at"', f'time_format = "{time_format}"',
        "utc_offset_minutes = 0",
    )  # fmt: skip
    with pytest.raises(UnreadableSource, match=r"Row 0 of made-up\.csv"):
        convert(MemorySource({"at": [value], "I": [0]}), declared)


SEGMENTS = (
    'kind = "assumed"', START, "interval_ms = 1000", 'segment_column = "part"',
    "segment_gap_ms = 60000",
)  # fmt: skip
RANGES = (
    '[[ranges]]', 'source = "soc"', 'target = "bms_soc_permyriad"', 'unit = "percent"'
)  # fmt: skip


def test_segments_are_set_apart_and_ranges_hold_at_their_ends_only() -> None:
    declared = with_clock(*SEGMENTS, *RANGES)
    source = MemorySource(
        {"I": [0] * 5, "part": [4, 4, 4, 2, 2], "soc": ["0-9"] * 3 + ["9-21.5"] * 2}
    )
    samples = convert(source, declared)
    assert (samples.sampled_at_ms - START_MS).tolist() == [0, 1_000, 2_000, 63_000, 64_000]
    assert samples.columns["bms_soc_permyriad"].tolist() == [0, NULL, 900, 900, 2_150]
    with pytest.raises(UnreadableSource, match="column soc"):
        convert(MemorySource({"I": [0], "part": [1], "soc": ["full"]}), declared)


def test_pieces_make_no_difference() -> None:
    source = MemorySource({"I": list(range(7))})
    pieces = [
        samples.columns["current_ma"] for samples in convert_rows(source, mapping(), rows_at_once=3)
    ]
    assert [piece.shape[0] for piece in pieces] == [3, 3, 1]
    assert np.concatenate(pieces).tolist() == [1_000 * row for row in range(7)]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("format = 1", "format = 2", "format = 1"),
        ("format = 1", "", "format"),
        ("format = 1", "format = ", "not TOML"),
        ('name = "made-up"', 'name = "Made Up"', "Made Up"),
        ('assumptions = ["made up"]', 'assumptions = [""]', "list of texts"),
        ('assumptions = ["made up"]', f'assumptions = ["{"x" * 301}"]', "300"),
        ('kind = "assumed"', 'kind = "guess"', "guess"),
        ("interval_ms = 1000", "interval_ms = 0", "forward"),
        ("interval_ms = 1000", "interval_ms = 1000\nspeed = 1", "speed"),
        ('unit = "A"', 'unit = "V"', "current_ma is in A"),
        ('unit = "A"', 'unit = "furlong"', "furlong"),
        ('unit = "A"', "", "exactly one of"),
        ('unit = "A"', 'unit = "A"\nsign = 0', "sign"),
        ('unit = "A"', 'unit = "A"\nrequired = 1', "required"),
        ('source = "I"', "", "source"),
        ('source = "I"', 'source = "I_*"', "one value for each sample"),
        ('target = "current_ma"', 'target = "cell_voltage_mv"', "cell"),
        ('target = "current_ma"\nunit = "A"', 'target = "Current"\nfactor = 1', "Current"),
        ('target = "current_ma"', 'target = "gadget_ma"', "not a known one"),
    ],
)
def test_a_bad_mapping_is_refused_naming_the_place(old: str, new: str, words: str) -> None:
    assert old in MINIMAL
    with pytest.raises(InvalidMapping, match=words):
        mapping(MINIMAL.replace(old, new))


def test_ranges_need_segments() -> None:
    with pytest.raises(InvalidMapping, match="segment column"):
        mapping(extra="\n".join(RANGES))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InvalidMapping, match="not TOML"):
        parse_mapping(b"\xff")
    with pytest.raises(InvalidMapping, match="limit"):
        parse_mapping(b"#" * 70_000)


def matched(name: str, check: str) -> SourceMapping:
    text = MINIMAL.replace('"made-up"', f'"{name}"')
    return mapping(text, extra=f'[match]\nfile_names = ["{name}.*"]\ncolumns = ["I"]\n{check}')


def between(low: float, high: float) -> str:
    return f'[[match.values]]\ncolumn = "T"\nminus = "Tmax"\nat_least = {low}\nat_most = {high}\n'


def test_a_file_is_recognised_by_its_name_then_its_columns_then_its_values() -> None:
    mappings = [matched("plain", between(-10, 10)), matched("shifted", between(30, 50))]
    columns = {"I": [0], "T": [66], "Tmax": [29]}
    assert choose_mapping(MemorySource(columns, "plain.csv"), mappings).name == "plain"
    assert choose_mapping(MemorySource(columns, "other.csv"), mappings).name == "shifted"
    with pytest.raises(UnreadableSource, match="plain, shifted"):
        choose_mapping(MemorySource({"I": [0]}, "other.csv"), mappings)
    with pytest.raises(UnreadableSource, match="none"):
        choose_mapping(MemorySource({"J": [0]}, "plain.csv"), mappings)
