"""What the reference device reads, and how it works out its clock's error."""

import itertools
import os

import pytest

from battery_passport.assembly.agent.clock_error import ClockError
from battery_passport.assembly.agent.sources import MalformedSample, lines_of_input, read_sample
from battery_passport.assembly.agent.uds_source import UdsReader
from battery_passport.assembly.mqtt_settings import broker_address
from battery_passport.foundation.errors import Misconfigured
from battery_passport.telemetry.model import NULL
from tests.factories.frames import cells_payload, elm_lines, status_payload


def test_a_line_is_one_sample_with_its_columns() -> None:
    measured = read_sample(
        '{"at": "2026-11-23T07:30:00Z", "current_ma": -5, "cell_voltage_mv": [3700, null],'
        ' "urgent": true}'
    )

    assert measured.at_ms == 1_795_419_000_000
    assert measured.urgent
    assert measured.samples.columns["current_ma"].tolist() == [-5]
    assert measured.samples.columns["cell_voltage_mv"].tolist() == [[3700, NULL]]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "7EC103E620101",
        "[]",
        '{"at": 1}',
        '{"current_ma": 1}',
        '{"at": 1.5, "current_ma": 1}',
        '{"at": true, "current_ma": 1}',
        '{"at": 1, "current_ma": 1.5}',
        '{"at": 1, "current_ma": "1"}',
        '{"at": 1, "current_ma": true}',
        '{"at": 1, "cell_voltage_mv": []}',
        '{"at": 1, "current_ma": 1, "urgent": 1}',
        '{"at": 1, "current_ma": 9223372036854775808}',
    ],
)
def test_other_lines_are_told(line: str) -> None:
    with pytest.raises(MalformedSample):
        read_sample(line)


def test_lines_come_whole_though_they_are_written_in_pieces() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as writer, os.fdopen(reading) as stream:
        writer.write(b"on")
        lines = lines_of_input(stream)
        assert next(lines) is None  # nothing whole came within half a second
        writer.write(b"e\ntwo\nthr")
        writer.close()
        assert [line for line in lines if line is not None] == ["one", "two", "thr"]


def test_the_quickest_answer_tells_the_clocks_error() -> None:
    clock = ClockError()
    assert clock.ahead_ms is None
    clock.learn(asked_ms=10_000, answered_ms=14_000, platform_ms=5_000)
    clock.learn(asked_ms=20_000, answered_ms=20_010, platform_ms=13_005)
    clock.learn(asked_ms=30_000, answered_ms=30_900, platform_ms=20_000)

    assert clock.ahead_ms == 7_000


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mqtt://broker", ("broker", 1883, False)),
        ("mqtts://broker", ("broker", 8883, True)),
        ("mqtt://127.0.0.1:1999/", ("127.0.0.1", 1999, False)),
    ],
)
def test_a_brokers_address_has_its_usual_port(url: str, expected: tuple[str, int, bool]) -> None:
    found = broker_address(url, "MQTT_URL")
    assert (found.host, found.port, found.encrypted) == expected


@pytest.mark.parametrize("url", ["", "broker:1883", "http://broker", "mqtt://b:x", "mqtt://b/x"])
def test_other_addresses_stop_the_start(url: str) -> None:
    with pytest.raises(Misconfigured):
        broker_address(url, "MQTT_URL")


def test_rounds_of_an_adapters_responses_become_samples() -> None:
    moments = itertools.count(1_795_419_000_000, 250)
    reader = UdsReader(now_ms=lambda: next(moments))
    responses = [status_payload(), cells_payload("0102", raws=b"\xb6" * 32)]
    found, told = [], []
    for payload in (*responses, *responses):
        for line in (*elm_lines(payload), ""):
            found += reader.take(line)
    for line in ("7EC103E62010", ""):
        try:
            found += reader.take(line)
        except MalformedSample as error:
            told.append(error.message)
    found += reader.rest()

    assert [each.at_ms for each in found] == [1_795_419_000_000, 1_795_419_000_500]
    assert found[0].samples.columns["pack_voltage_mv"].tolist() == [700_000]
    assert found[0].samples.columns["cell_voltage_mv"].tolist() == [[3_640] * 32]
    assert len(told) == 1
