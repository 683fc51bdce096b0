"""Real cars: the drifting cell is found weeks early, and a runaway written by hand at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.assembly.evaluating.faults import Vehicle, watch
from battery_passport.assembly.evaluating.model import Request
from battery_passport.assembly.evaluating.table import evaluate
from battery_passport.assembly.evaluating.telematics import read_recording

CLOCK = "%Y-%m-%d %H:%M:%S"
EVENT_ROWS = 30
Columns = dict[str, np.ndarray]


def moment(text: str) -> datetime:
    return datetime.strptime(text, CLOCK)  # noqa: DTZ007


def test_the_drifting_cell_is_found_weeks_before_the_bms_and_no_other(shared: Path) -> None:
    folder = shared / "data/packfault"
    said: list[str] = []
    report = evaluate("faults", Request(train=folder, test=folder, seed=1, tell=said.append))
    document = report.as_json()

    assert document == {
        "vehicles": [
            {"id": "car1", "findings": [], "bms_levels": []},
            {
                "id": "car2",
                "findings": [
                    {
                        "cell": "V_82",
                        "kind": "cell_drift",
                        "first_time": "2019-04-18 06:35:00",
                        "severity": "notice",
                    },
                    {
                        "cell": "V_82",
                        "kind": "cell_drift",
                        "first_time": "2019-07-17 13:10:00",
                        "severity": "warning",
                    },
                ],
                "bms_levels": [
                    {"level": 1, "first_time": "2019-05-22 14:02:30"},
                    {"level": 2, "first_time": "2019-04-16 21:11:30"},
                    {"level": 3, "first_time": "2019-05-10 08:44:57"},
                ],
            },
        ]
    }
    assert moment("2019-05-10 08:44:57") - moment("2019-04-18 06:35:00") > timedelta(days=14)
    assert any("22.1 days before level 3" in line for line in report.lines())
    assert len(said) == 2


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happens in a car that has stood still: `change(columns, row, rows since it began)`."""

    change: Callable[[Columns, int, int], None]
    silent_h: int = 11
    parked_rows: int = 0


def collapse(columns: Columns, row: int, since: int) -> None:
    for number in range(40, 47):
        columns[f"V_{number}"][row] *= 0.55 - 0.01 * since
    columns["BMSCellVoltageMin"][row] = 1.9
    columns["BMSBatteryVoltage"][row] -= 12


def heat(columns: Columns, row: int, since: int) -> None:
    columns["T_7"][row] = min(63 + 4 * since, 109)
    columns["BMSProbeTempMax"][row] = columns["T_7"][row]


def short(columns: Columns, row: int, _since: int) -> None:
    columns["insulationResistance"][row] = 12.0


def all_three(columns: Columns, row: int, since: int) -> None:
    for each in (collapse, heat, short):
        each(columns, row, since)


def cells_and_heat(columns: Columns, row: int, since: int) -> None:
    collapse(columns, row, since)
    heat(columns, row, since)


def dead_cells_and_heat(columns: Columns, row: int, since: int) -> None:
    for number in range(40, 47):
        columns[f"V_{number}"][row] = 0.0
    heat(columns, row, since)


def cells_and_insulation(columns: Columns, row: int, since: int) -> None:
    collapse(columns, row, since)
    short(columns, row, since)


EVENTS = {
    "silent for eleven hours, then all at once": Event(change=all_three),
    "silent, without insulation measured": Event(change=cells_and_heat),
    "silent, cells that read nothing": Event(change=dead_cells_and_heat),
    "silent for three hours, heat unseen": Event(change=cells_and_insulation, silent_h=3),
    "parked and reporting": Event(change=cells_and_heat, silent_h=0, parked_rows=1_800),
}


def write_event(source: Path, target: Path, event: Event, *, rows: int) -> str:
    """Write the recording's end with an event in its last hour; return when that begins."""
    table = pq.read_table(source)
    table = table.slice(max(0, table.num_rows - rows))
    columns = {
        name: np.array(table[name].to_pylist()) for name in table.column_names if name != "tboxTime"
    }
    columns["insulationResistance"] = np.full(table.num_rows, 3_000.0)
    columns = {name: values.astype(np.float64) for name, values in columns.items()}
    first = table.num_rows - EVENT_ROWS
    still = first - event.parked_rows
    for values in columns.values():
        values[still:] = values[still - 1]
    columns["BMSBatteryCurrent"][still:] = 0.0
    columns["vehSpeed"][still:] = 0.0
    for row in range(first, table.num_rows):
        event.change(columns, row, row - first)
    times = table["tboxTime"].to_pylist()
    last = moment(times[first - 1])
    for row in range(first, table.num_rows):
        later = last + timedelta(hours=event.silent_h, seconds=row - first + 1)
        times[row] = later.strftime(CLOCK)
    pq.write_table(pa.table({"tboxTime": times, **columns}), target)
    return str(times[first])


def critical(vehicle: Vehicle) -> list[tuple[str, str]]:
    return [
        (finding.kind, finding.first_time)
        for finding in vehicle.findings
        if finding.severity == "critical"
    ]


def assert_found_at_once(shared: Path, target: Path, event: Event, *, rows: int) -> None:
    began = write_event(shared / "data/packfault/car1.parquet", target, event, rows=rows)
    vehicle = watch(read_recording(target))

    assert critical(vehicle) == [("thermal_event", began)]
    assert len(vehicle.findings) == 1


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_a_runaway_in_the_last_hour_is_critical_on_its_first_sample(
    shared: Path, tmp_path: Path, event: Event
) -> None:
    assert_found_at_once(shared, tmp_path / "car1.parquet", event, rows=6_000)


@pytest.mark.long
@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_nothing_is_critical_in_the_whole_recording_before(
    shared: Path, tmp_path: Path, event: Event
) -> None:
    assert_found_at_once(shared, tmp_path / "car1.parquet", event, rows=1_000_000)


def test_a_recording_under_another_name_is_known_by_its_values(
    shared: Path, tmp_path: Path
) -> None:
    for name in ("car1", "car2"):
        table = pq.read_table(shared / f"data/packfault/{name}.parquet").slice(0, 3_000)
        pq.write_table(table, tmp_path / f"other {name}.parquet")
        samples = read_recording(tmp_path / f"other {name}.parquet").samples
        hottest = samples.columns["probe_temperature_dc"].max()

        assert hottest < 500


def test_a_file_that_cannot_be_read_is_told_and_holds_up_no_other(
    shared: Path, tmp_path: Path
) -> None:
    table = pq.read_table(shared / "data/packfault/car1.parquet").slice(0, 3_000)
    pq.write_table(table, tmp_path / "car1.parquet")
    (tmp_path / "car0.parquet").write_bytes(b"PAR1 and no more")
    said: list[str] = []
    report = evaluate("faults", Request(train=tmp_path, test=tmp_path, seed=1, tell=said.append))

    assert report.as_json() == {"vehicles": [{"id": "car1", "findings": [], "bms_levels": []}]}
    assert said[0].startswith("car0.parquet: car 1 of 2 not read: ")
    assert report.lines()[2] == "car0.parquet"
    assert report.lines()[3].startswith("  not read: ")


def test_a_folder_of_which_nothing_can_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "car0.parquet").write_bytes(b"PAR1 and no more")

    with pytest.raises(UnusableFolder, match=r"car0\.parquet"):
        evaluate("faults", Request(train=tmp_path, test=tmp_path, seed=1, tell=lambda _text: None))
