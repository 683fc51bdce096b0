"""The columns are consistent in themselves and with their reference page."""

from pathlib import Path

from battery_passport.telemetry.column_titles import column_title
from battery_passport.telemetry.columns import COLUMNS, Axis, Column, is_column_name

SUFFIXES = {
    "ma": 1e-3, "mv": 1e-3, "uv": 1e-6, "uah": 1e-6, "mah": 1e-3, "wh": 1.0, "w": 1.0,
    "permyriad": 1e-4, "dc": 0.1, "mc": 1e-3, "m": 1.0, "mm_s": 1e-3, "kohm": 1.0, "s": 1.0,
}  # fmt: skip


def test_names_and_numbers_are_given_once() -> None:
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)
    assert [column.wire_id for column in COLUMNS] == list(range(1, len(COLUMNS) + 1))
    assert all(is_column_name(column.name) for column in COLUMNS)


def test_names_end_in_the_unit_that_the_scale_says() -> None:
    for column in COLUMNS:
        endings = [suffix for suffix in SUFFIXES if column.name.endswith(f"_{suffix}")]
        if column.unit == "1":
            assert column.scale == 1.0
            continue
        longest = max(endings, key=len)
        assert SUFFIXES[longest] == column.scale, column.name


def test_limits_leave_room() -> None:
    assert all(column.low < column.high for column in COLUMNS)


def reference_row(column: Column) -> str:
    """Return a column's line of the reference page."""
    axis = {Axis.SAMPLE: "", Axis.CELL: ", per cell", Axis.PROBE: ", per probe"}[column.axis]
    sentinels = ", ".join(f"{value:,}" for value in column.sentinels) or "-"
    unit = "-" if column.unit == "1" else column.unit
    return (
        f"| {column.wire_id} | `{column.name}` | {column.meaning}{axis} | {unit} "
        f"| {column.scale:g} | {column.low:,} to {column.high:,} | {sentinels} |"
    )


def test_reference_page_lists_exactly_these_columns(repository: Path) -> None:
    page = (repository / "docs/reference/telemetry-columns.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert rows == [reference_row(column) for column in COLUMNS]


def test_every_column_has_a_name_in_words_with_its_unit() -> None:
    for column in COLUMNS:
        english = column_title(column.name, korean=False)
        korean = column_title(column.name, korean=True)
        assert english != korean
        assert column.name not in english + korean
        if column.unit not in {"1", "ratio"}:
            assert english.endswith(f", {column.unit}")
            assert korean.endswith(f", {column.unit}")
    assert column_title("cell_voltage_mv", korean=True) == "셀 전압, V"
    assert column_title("maker_own", korean=True) == "maker_own"
