"""Parquet and CSV files are opened alike; what cannot be used is refused with its name."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from battery_passport.adapters.tabular.files import TabularFile, file_pieces, source_files
from battery_passport.adapters.tabular.mappings import load_mapping, shipped_mappings
from battery_passport.telemetry.errors import InvalidMapping, UnreadableSource

COLUMNS = {
    "at": ["2026-01-01 00:00:00", None],
    "volts": [3.7, None],
    "count": [1, 2],
    "on": [True, False],
    "nothing": [None, None],
}


@pytest.fixture(params=[".parquet", ".csv"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file with the columns above."""
    file = tmp_path / f"made-up{request.param}"
    table = pa.table(COLUMNS)
    if file.suffix == ".csv":
        pa.csv.write_csv(table, file)
    else:
        pa.parquet.write_table(table, file)
    return file


def test_columns_are_read_as_numbers_and_texts(path: Path) -> None:
    source = TabularFile(path)
    assert source.file_name == path.name
    assert list(source.column_names) == list(COLUMNS)
    assert source.row_count == 2
    np.testing.assert_array_equal(source.numbers("volts", 0, 2), [3.7, np.nan])
    np.testing.assert_array_equal(source.numbers("count", 1, 2), [2.0])
    np.testing.assert_array_equal(source.numbers("on", 0, 2), [1.0, 0.0])
    np.testing.assert_array_equal(source.numbers("nothing", 0, 2), [np.nan, np.nan])
    assert str(source.texts("at", 0, 2)[0]).startswith("2026-01-01 00:00:00")


def test_text_where_numbers_belong_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("volts\nfull\n")
    with pytest.raises(UnreadableSource, match=r"Column volts of words\.csv"):
        TabularFile(path).numbers("volts", 0, 1)
    with pytest.raises(UnreadableSource, match="no column amps"):
        TabularFile(path).numbers("amps", 0, 1)


def test_single_precision_is_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "single.parquet"
    pa.parquet.write_table(pa.table({"km": pa.array([18_837.7, None, 0.1], pa.float32())}), path)
    numbers = TabularFile(path).numbers("km", 0, 3)
    np.testing.assert_array_equal(numbers, [18_837.7, np.nan, 0.1])


@pytest.mark.parametrize("name", ["broken.parquet", "broken.csv"])
def test_broken_files_are_refused_by_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b'a,b\n"' if name.endswith("csv") else b"PAR1 cut short")
    with pytest.raises(UnreadableSource, match=name):
        TabularFile(path)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "double.csv"
    path.write_text("a,a\n1,2\n")
    with pytest.raises(UnreadableSource, match="one name"):
        TabularFile(path)


def test_folders_stand_for_their_files(tmp_path: Path) -> None:
    for name in ("b.csv", "a.parquet", "notes.txt"):
        (tmp_path / name).write_text("x\n1\n")
    files = source_files([tmp_path, tmp_path / "b.csv"])
    assert [file.name for file in files] == ["a.parquet", "b.csv"]
    assert b"".join(file_pieces(tmp_path / "b.csv")) == b"x\n1\n"


@pytest.mark.parametrize("name", ["notes.txt", "missing.csv", "empty"])
def test_other_paths_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableSource, match=name):
        source_files([tmp_path / name])


def test_shipped_mappings_are_found_by_name_and_others_by_path(tmp_path: Path) -> None:
    names = [mapping.name for mapping in shipped_mappings()]
    assert names == ["ev10", "packfault-car1", "packfault-car2"]
    shipped = load_mapping("ev10")
    path = tmp_path / "mine.toml"
    path.write_bytes(shipped.declaration.replace(b'name = "ev10"', b'name = "mine"'))
    assert load_mapping(str(path)).name == "mine"
    with pytest.raises(InvalidMapping, match="neither a shipped mapping nor a file"):
        load_mapping("no-such-mapping")
