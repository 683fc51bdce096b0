"""A thermal event is critical on its first sample, and nothing is critical without two signals."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.safety.model import Alarm, Severity, Signal
from battery_passport.safety.readings import readings
from battery_passport.safety.thermal_event import ThermalWatch
from battery_passport.telemetry.model import NULL, Samples
from tests.factories.runaway import (
    BEGINS_MS,
    SHAPES,
    Change,
    Columns,
    Runaway,
    all_cells_die,
    car_alarms,
    cells_collapse,
    cells_die,
    cells_nearly_die,
    insulation_falls,
    make_drive,
    probe_jumps,
    with_runaway,
)

DRIVE = make_drive()


def alarms(samples: Samples) -> list[Alarm]:
    watch = ThermalWatch()
    seen = (watch.see(each) for each in readings(samples.sampled_at_ms, samples.columns))
    return [alarm for alarm in seen if alarm is not None]


def changed(name: str, rows: slice, value: int, samples: Samples = DRIVE) -> Samples:
    columns = {each: values.copy() for each, values in samples.columns.items()}
    columns[name][rows] = value
    return replace(samples, columns=columns)


def test_a_healthy_drive_raises_nothing() -> None:
    assert alarms(DRIVE) == []


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_shape_is_critical_on_its_first_sample_and_once(shape: Runaway) -> None:
    samples, began_ms = with_runaway(DRIVE, shape)
    found = alarms(samples)

    assert [(alarm.kind, alarm.severity, alarm.at_ms) for alarm in found] == [
        ("thermal_event", Severity.CRITICAL, began_ms)
    ]
    assert len(found[0].signals) >= 2


@pytest.mark.parametrize(
    "change",
    [
        all_cells_die,
        car_alarms,
        cells_collapse,
        cells_die,
        cells_nearly_die,
        insulation_falls,
        probe_jumps,
    ],
)
def test_one_signal_alone_raises_nothing(change: Change) -> None:
    samples, _ = with_runaway(DRIVE, Runaway(changes=(change,)))

    assert alarms(samples) == []


def test_the_worst_cell_and_the_signals_are_named() -> None:
    samples, _ = with_runaway(DRIVE, SHAPES["cells, probe and insulation"])
    columns = {name: values.copy() for name, values in samples.columns.items()}
    columns["cell_voltage_mv"][-12:, 7] = 600
    alarm = alarms(replace(samples, columns=columns))[0]

    assert alarm.cell == 7
    assert alarm.signals == (Signal.VOLTAGE, Signal.TEMPERATURE, Signal.INSULATION)


def test_broken_wires_and_sentinels_are_no_signal() -> None:
    row = slice(500, 501)
    broken = changed("cell_voltage_mv", row, 0)
    broken = changed("probe_temperature_dc", row, 5_110, broken)
    broken = changed("temperature_max_dc", row, 2_150, broken)
    broken = changed("insulation_kohm", row, 8, broken)

    assert alarms(broken) == []


def test_some_silent_cells_beside_a_false_insulation_are_no_event() -> None:
    for silence in (cells_die, all_cells_die):
        samples, _ = with_runaway(DRIVE, Runaway(changes=(silence, insulation_falls)))

        assert alarms(samples) == []


def test_a_probe_that_always_reads_forty_degrees_too_much_is_no_signal() -> None:
    columns = dict(DRIVE.columns)
    columns["probe_temperature_dc"] = DRIVE.columns["probe_temperature_dc"] + 400
    columns["insulation_kohm"] = np.full(DRIVE.sampled_at_ms.size, 20, dtype=np.int64)

    assert alarms(replace(DRIVE, columns=columns)) == []


def test_a_deep_discharge_unseen_is_no_event() -> None:
    columns = {name: values.copy() for name, values in DRIVE.columns.items()}
    columns["cell_voltage_mv"][600:] -= 600
    times_ms = DRIVE.sampled_at_ms.copy()
    times_ms[600:] += 20 * 3_600_000
    columns["temperature_max_dc"][600:] = 480
    columns["probe_temperature_dc"][600:] = 470

    assert alarms(Samples(sampled_at_ms=times_ms, columns=columns)) == []


def test_a_standing_alarm_of_the_car_is_no_second_witness() -> None:
    columns = {name: values.copy() for name, values in DRIVE.columns.items()}
    columns["bms_warning_level"] = np.where(np.arange(DRIVE.sampled_at_ms.size) < 300, 0, 3)
    columns["cell_voltage_mv"][600, 7] = 3_200
    standing = replace(DRIVE, columns=columns)
    fresh_columns = {name: values.copy() for name, values in columns.items()}
    fresh_columns["cell_voltage_mv"][305, 7] = 3_200
    fresh = replace(DRIVE, columns=fresh_columns)

    assert alarms(standing) == []
    assert [alarm.signals for alarm in alarms(fresh)] == [(Signal.VOLTAGE, Signal.OWN_ALARM)]


def test_an_alarm_stays_until_acknowledged() -> None:
    samples, began_ms = with_runaway(DRIVE, SHAPES["without silence"])
    watch = ThermalWatch()
    raised = []
    for reading in readings(samples.sampled_at_ms, samples.columns):
        raised.append(watch.see(reading))
        if reading.at_ms == began_ms + 2_000:
            assert watch.raised is not None
            watch.acknowledge()

    assert [alarm.at_ms for alarm in raised if alarm] == [began_ms, began_ms + 3_000]


def test_missing_columns_and_rows_are_no_trouble() -> None:
    samples, began_ms = with_runaway(DRIVE, SHAPES["cells and insulation"])
    columns = {
        name: values.copy()
        for name, values in samples.columns.items()
        if not name.startswith(("probe", "temperature"))
    }
    columns["cell_voltage_mv"][100:200] = NULL
    columns["insulation_kohm"][150:300] = NULL

    assert [alarm.at_ms for alarm in alarms(replace(samples, columns=columns))] == [began_ms]
    assert alarms(Samples(sampled_at_ms=DRIVE.sampled_at_ms, columns={})) == []


@given(st.integers(-BEGINS_MS, BEGINS_MS))
def test_the_calendar_is_nothing(shift_ms: int) -> None:
    samples, began_ms = with_runaway(make_drive(samples=60), SHAPES["cells and a climbing probe"])
    moved = replace(samples, sampled_at_ms=samples.sampled_at_ms + shift_ms)

    assert [alarm.at_ms for alarm in alarms(moved)] == [began_ms + shift_ms]


@given(st.permutations(range(24)))
def test_the_order_of_cells_is_nothing(order: list[int]) -> None:
    samples, began_ms = with_runaway(make_drive(samples=60), SHAPES["cells and a climbing probe"])
    columns = dict(samples.columns)
    columns["cell_voltage_mv"] = samples.columns["cell_voltage_mv"][:, order]
    found = alarms(replace(samples, columns=columns))

    assert [alarm.at_ms for alarm in found] == [began_ms]
    assert found[0].cell is not None
    assert order[found[0].cell] in range(4, 10)


@given(st.integers(1, 59))
def test_nothing_later_is_read(seen: int) -> None:
    samples, _ = with_runaway(
        make_drive(samples=60), Runaway(changes=(cells_collapse, probe_jumps))
    )
    cut = Samples(
        sampled_at_ms=samples.sampled_at_ms[:seen],
        columns={name: values[:seen] for name, values in samples.columns.items()},
    )
    until_ms = int(cut.sampled_at_ms[-1])

    assert alarms(cut) == [alarm for alarm in alarms(samples) if alarm.at_ms <= until_ms]


@given(
    st.sets(st.integers(0, 23), min_size=1, max_size=11),
    st.integers(0, 85),
    st.integers(620, 1_500),
    st.integers(0, 40),
)
def test_whichever_cells_fall_and_however_hot_it_is(
    cells: set[int], left_percent: int, hottest_dc: int, silent_h: int
) -> None:
    def change(columns: Columns, row: int, _since: int) -> None:
        for cell in cells:
            columns["cell_voltage_mv"][row, cell] *= left_percent
            columns["cell_voltage_mv"][row, cell] //= 100
        columns["probe_temperature_dc"][row, 3] = hottest_dc

    event = Runaway(changes=(change,), silent_h=float(silent_h))
    samples, began_ms = with_runaway(make_drive(samples=60), event)

    assert [alarm.at_ms for alarm in alarms(samples)] == [began_ms]
