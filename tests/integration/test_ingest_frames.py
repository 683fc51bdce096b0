"""Recorded frames taken in like any file: signed by the importer, twice the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from battery_passport.cli.main import main
from tests.factories.frames import elm_lines, report, status_payload
from tests.factories.gbt32960_blocks import CELLS_2016, POSITION_2016, VEHICLE_2016

pytestmark = pytest.mark.integration


def ingested(capsys: pytest.CaptureFixture[str], path: Path, mapping: str) -> Any:
    code = main(["ingest", str(path), "--battery", "car", "--mapping", mapping, "--json"])
    assert code == 0
    return json.loads(capsys.readouterr().out)


def test_recordings_reach_the_history(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elm = tmp_path / "drive.txt"
    rounds = ["\n".join(elm_lines(status_payload(at_13=0, at_14=current))) for current in range(5)]
    elm.write_text("\n\n".join([*rounds, rounds[0][:50]]))
    first = ingested(capsys, elm, "hyundai-uds")
    again = ingested(capsys, elm, "hyundai-uds")

    assert home.is_dir()
    assert (first["samples"], first["stored"]) == (5, 1)
    assert (again["stored"], again["duplicates"]) == (0, 1)
    assert "1 of 6 responses were broken and are left out" in first["assumptions"]
    assert any(text.startswith("The vehicle signs no") for text in first["assumptions"])

    frames = tmp_path / "frames.hex"
    frames.write_text(report(2016, VEHICLE_2016, POSITION_2016, CELLS_2016).hex() + "\n")
    reports = ingested(capsys, frames, "gbt32960")
    assert (reports["samples"], reports["stored"]) == (1, 1)
    assert reports["first"] == "2025-10-27T12:02:02.000Z"


@pytest.mark.parametrize(
    ("name", "text", "mapping"),
    [
        ("empty.txt", "", "hyundai-uds"),
        ("broken.txt", "7EC103E62\n", "hyundai-uds"),
        ("other.txt", "232307fe", "gbt32960"),
    ],
)
def test_what_holds_no_measurement_leaves_nothing_behind(
    home: Path, tmp_path: Path, name: str, text: str, mapping: str
) -> None:
    path = tmp_path / name
    path.write_text(text)

    assert home.is_dir()
    assert main(["ingest", str(path), "--battery", "car", "--mapping", mapping]) == 2
