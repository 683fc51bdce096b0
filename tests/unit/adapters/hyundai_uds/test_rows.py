"""Decoded responses as rows: one per round of requests."""

from typing import Any

from battery_passport.adapters.hyundai_uds.reading import decode_lines
from battery_passport.adapters.hyundai_uds.rows import recorded_rows
from battery_passport.telemetry.rows import Row
from tests.factories.frames import can_frames, cells_payload, elm_lines, status_payload

STATUS = elm_lines(status_payload(at_7=100, at_13=0xFF, at_14=0xF6, at_19=21))
LOW = elm_lines(cells_payload("0102", raws=bytes([180] * 32)))
HIGH = elm_lines(cells_payload("0103", present=0xC0000000, raws=b"\xb5\xb6"))


def rows_of(*responses: list[str]) -> tuple[list[Row], tuple[str, ...]]:
    lines = [line for response in responses for line in (*response, "")]
    return recorded_rows(decode_lines(lines))


def test_a_round_becomes_one_row() -> None:
    (row,), assumptions = rows_of(STATUS, LOW, HIGH)

    assert row.sampled_at_ms == 1_577_836_800_000
    assert row.values["current_ma"] == -1_000
    assert row.values["pack_voltage_mv"] == 700_000
    assert row.values["bms_soc_permyriad"] == 5_000
    assert row.values["insulation_kohm"] == 1_500
    assert row.values["probe_temperature_dc"] == [210, 0, 0, 0, 0]
    assert row.values["cell_voltage_mv"] == [3_600] * 32 + [3_620, 3_640]
    assert len(assumptions) == 2
    assert assumptions[1].startswith("The recording has no clock: start 2020-01-01T00:00:00.000Z")


def test_an_identifier_that_comes_again_begins_the_next_row() -> None:
    rows, _ = rows_of(STATUS, LOW, STATUS, LOW)

    assert [row.sampled_at_ms - rows[0].sampled_at_ms for row in rows] == [0, 1_000]


def test_cells_that_were_not_asked_for_are_missing() -> None:
    (row,), _ = rows_of(HIGH)

    assert row.values["cell_voltage_mv"] == [None] * 32 + [3_620, 3_640]


def test_zeros_of_a_sleeping_car_are_kept() -> None:
    (row,), _ = rows_of(elm_lines(cells_payload("0102")))

    assert row.values["cell_voltage_mv"] == [0] * 32


def test_what_is_left_out_is_said() -> None:
    rows, assumptions = rows_of(STATUS, STATUS[:-1], ["7EC037F2231"])

    assert len(rows) == 1
    assert assumptions[-1] == "1 of 3 responses were broken and are left out"


def test_other_control_units_make_no_rows() -> None:
    rows, _ = rows_of(elm_lines(status_payload(), sender="7EB"))

    assert rows == []


def test_candump_has_a_clock_of_its_own() -> None:
    def recorded(second: int) -> list[str]:
        frames = can_frames(status_payload())
        return [f"({1_700_000_000 + second}.5) can0 7EC#{frame.hex()}" for frame in frames]

    lines = [*recorded(0), *recorded(7)]
    rows, assumptions = recorded_rows(decode_lines(lines))

    assert [row.sampled_at_ms for row in rows] == [1_700_000_000_500, 1_700_000_007_500]
    assert not any("clock" in text for text in assumptions)


def test_a_pause_of_the_clock_ends_a_round() -> None:
    def at(second: int, payload: bytes) -> list[str]:
        stamp = f"({1_700_000_000 + second}.0) can0 7EC#"
        return [stamp + frame.hex() for frame in can_frames(payload)]

    documents: Any = decode_lines([*at(0, status_payload()), *at(90, cells_payload("0102"))])

    assert len(recorded_rows(documents)[0]) == 2
