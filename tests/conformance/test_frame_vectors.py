"""Recorded frames of real cars, decoded to the values that others worked out by hand.

In: frames outside the repository. Out: the same values; of broken recordings, none.
"""

import functools
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from battery_passport.adapters.gbt32960.frame import decode_frame, encode_frame
from battery_passport.adapters.hyundai_uds.reading import decode_lines

# Of the vectors' own names: ours. `flags`, `ign`, `inlet` and `cap` are raw bytes without a unit.
STATUS_NAMES = {
    "soc_bms": "soc_percent",
    "avail_chg_kw": "available_charge_power_kw",
    "avail_dis_kw": "available_discharge_power_kw",
    "i": "current_a",
    "v": "pack_voltage_v",
    "tmax": "temperature_max_c",
    "tmin": "temperature_min_c",
    "mods": "module_temperatures_c",
    "vmax": "cell_voltage_max_v",
    "vmaxno": "cell_max_number",
    "vmin": "cell_voltage_min_v",
    "vminno": "cell_min_number",
    "aux": "auxiliary_voltage_v",
    "cca": "cumulative_charge_ah",
    "cda": "cumulative_discharge_ah",
    "cec": "cumulative_charge_kwh",
    "ced": "cumulative_discharge_kwh",
    "opt": "operating_time_s",
    "iso": "insulation_kohm",
}
# A hundred times faster where PyYAML was built with its C library; both read plain data only.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FRAME_OF = {"0101": 9, "0105": 7}


@pytest.fixture
def uds(shared: Path) -> Path:
    return shared / "vectors" / "hyundai_uds"


@functools.cache
def recordings(uds: Path) -> list[tuple[str, str, dict[str, Any]]]:
    """Return identifier, text and stated values of each published recording."""
    return [
        (path.stem[-4:], case["response"], case["expected_values"])
        for path in sorted(uds.glob("obdb_*/*_7E4_22*.yaml"))
        for case in yaml.load(path.read_text("utf-8"), LOADER)["test_cases"]  # noqa: S506 - either is a safe one
    ]


def clean(identifier: str, text: str) -> bool:
    lines = ["".join(line.split()) for line in text.splitlines()]
    return len(lines) == FRAME_OF.get(identifier, 6) and all(len(line) == 19 for line in lines)


def test_the_status_of_170_recordings(uds: Path) -> None:
    cases = json.loads((uds / "frames_220101.json").read_text("utf-8"))

    assert len(cases) == 170
    for case in cases:
        (document,) = decode_lines(case["lines"])
        for theirs, ours in STATUS_NAMES.items():
            assert document[ours] == case["decoded"][theirs], (case["src"], ours)
        assert "warnings" not in document


def test_all_clean_recordings_are_decoded(uds: Path) -> None:
    counted = 0
    for identifier, text, _ in recordings(uds):
        if clean(identifier, text):
            (document,) = decode_lines(text.splitlines())
            assert document["identifier"] == identifier
            counted += 1
    assert counted > 1_000


def test_cells_and_health_as_published(uds: Path) -> None:
    counted = 0
    for identifier, text, stated in recordings(uds):
        if not clean(identifier, text) or identifier == "0101":
            continue
        (document,) = decode_lines(text.splitlines())
        cells = [value for name, value in stated.items() if "_CMU" in name]
        read = document.get("cell_voltages_v", [])
        assert isinstance(read, list)
        # Published values leave out what is below 2.8 V or above 4.2 V.
        assert [value for value in read if value is not None and 2.8 <= value <= 4.2] == [
            value for value in cells if 2.8 < value <= 4.2
        ] or not cells
        for name, ours in (("SOH", "soh_percent"), ("SOC_DISP", "display_soc_percent")):
            for theirs in (value for key, value in stated.items() if key.endswith(name)):
                assert document[ours] == theirs
        counted += 1
    assert counted > 500


def test_no_recording_is_decoded_into_a_false_alarm(uds: Path) -> None:
    """Healthy cars: what is decoded at all shows an insulation above 1.5 MΩ, never 6-11 kΩ."""
    seen = refused = 0
    for identifier, text, _ in recordings(uds):
        if identifier != "0101":
            continue
        for document in decode_lines(text.splitlines()):
            if "error" in document:
                refused += 1
            elif document.get("identifier") == "0101":
                insulation = document["insulation_kohm"]
                assert isinstance(insulation, int)
                assert insulation >= 1_000, text
                seen += 1
    assert seen > 400
    assert refused > 150


def test_every_recording_gives_an_answer_of_some_kind(uds: Path) -> None:
    for _, text, _ in recordings(uds):
        assert list(decode_lines(text.splitlines()))


def test_gbt32960_frames_are_decoded_and_written_again(shared: Path) -> None:
    path = shared / "vectors" / "gbt32960" / "frames.json"
    frames = json.loads(path.read_text("utf-8"))

    assert len(frames) == 24
    for case in frames:
        frame = bytes.fromhex(case["hex"])
        document: Any = decode_frame(frame)
        assert encode_frame(json.loads(json.dumps(document))) == frame, case["name"]
        assert document["edition"] == (2016 if "2016" in case["name"] else 2025)
        if document["command"] == "realtime":
            assert document["blocks"]


def test_the_one_frame_with_measurements(shared: Path) -> None:
    path = shared / "vectors" / "gbt32960" / "frames.json"
    frames = {case["name"]: case["hex"] for case in json.loads(path.read_text("utf-8"))}
    document: Any = decode_frame(
        bytes.fromhex(frames["weird message 2025 with addtional unknown data before checksum"])
    )
    blocks = {block["type"]: block for block in document["blocks"]}
    (pack,) = blocks["cell-voltages"]["packs"]

    assert list(blocks) == [
        "vehicle",
        "motors",
        "position",
        "alarms",
        "cell-voltages",
        "temperatures",
        "signature",
        "custom",
    ]
    assert len(pack["cell_voltages_v"]) == 180
    assert sum(pack["cell_voltages_v"]) == pytest.approx(pack["pack_voltage_v"], abs=1)
    assert blocks["vehicle"]["current_a"] == pack["current_a"] == 2.2
    assert blocks["vehicle"]["soc_percent"] == 75
