"""Values of responses, place by place."""

from pathlib import Path
from typing import Any

import pytest

from battery_passport.adapters.hyundai_uds.errors import ResponseRefused
from battery_passport.adapters.hyundai_uds.responses import decode_response
from tests.factories.frames import cells_payload, status_payload


def status(**places: int) -> Any:
    return decode_response(status_payload(**places))


@pytest.mark.parametrize(
    ("places", "name", "value"),
    [
        ({"at_7": 201}, "soc_percent", 100.5),
        ({"at_8": 0x20, "at_9": 0x40}, "available_charge_power_kw", 82.56),
        ({"at_10": 0x01, "at_11": 0x00}, "available_discharge_power_kw", 2.56),
        ({"at_13": 0xFE, "at_14": 0x9E}, "current_a", -35.4),
        ({"at_13": 0x00, "at_14": 0x14}, "current_a", 2.0),
        ({"at_15": 0x1A, "at_16": 0x37}, "pack_voltage_v", 671.1),
        ({"at_17": 0xF6}, "temperature_max_c", -10),
        ({"at_18": 31}, "temperature_min_c", 31),
        ({"at_19": 1, "at_23": 0xFF}, "module_temperatures_c", [1, 0, 0, 0, -1]),
        ({"at_26": 0xAE}, "cell_voltage_max_v", 3.48),
        ({"at_27": 62}, "cell_max_number", 62),
        ({"at_28": 0xAD}, "cell_voltage_min_v", 3.46),
        ({"at_29": 98}, "cell_min_number", 98),
        ({"at_32": 0x87}, "auxiliary_voltage_v", 13.5),
        ({"at_34": 2, "at_35": 0x43, "at_36": 0xCF}, "cumulative_charge_ah", 14843.1),
        ({"at_40": 10}, "cumulative_discharge_ah", 1.0),
        ({"at_44": 11}, "cumulative_charge_kwh", 1.1),
        ({"at_48": 12}, "cumulative_discharge_kwh", 1.2),
        ({"at_49": 1, "at_52": 1}, "operating_time_s", 16777217),
        ({"at_60": 0x06, "at_61": 0x92}, "insulation_kohm", 1682),
        ({"at_12": 0x80}, "is_charging", True),
        ({"at_12": 0x7F}, "is_charging", False),
        ({"at_12": 0x01}, "is_main_relay_closed", True),
    ],
)
def test_places_of_the_status(places: dict[str, int], name: str, value: object) -> None:
    assert status(**places)[name] == value


def test_the_series_count_is_derived() -> None:
    assert status()["cells_in_series_estimate"] == round(700 / 3.64)


def test_a_sleeping_car_keeps_its_zeros_and_gets_a_warning() -> None:
    document = status(at_26=0, at_28=0)

    assert document["cell_voltage_max_v"] == 0.0
    assert document["pack_voltage_v"] == 700.0
    assert document["cells_in_series_estimate"] is None
    assert document["warnings"] == ["cell voltages of 0 beside a pack voltage: the car was asleep"]


def test_an_impossible_value_is_kept_and_remarked_upon() -> None:
    assert status(at_7=255)["warnings"] == ["soc_percent 127.5 is not from 0 to 100"]


def test_health() -> None:
    octets = bytearray(46)
    octets[:3] = bytes.fromhex("620105")
    octets[28:30] = (1000).to_bytes(2, "big")
    octets[34] = 0xC5
    document = decode_response(bytes(octets))

    assert document == {
        "ecu": "7EC",
        "service": "22",
        "identifier": "0105",
        "soh_percent": 100.0,
        "display_soc_percent": 98.5,
    }
    octets[37:39] = bytes([0xCF, 0xCE])
    with_last = decode_response(bytes(octets))
    assert with_last["first_cell_number"] == 97
    assert with_last["cell_voltages_v"] == [4.14, 4.12]


@pytest.mark.parametrize(
    ("identifier", "first"),
    [("0102", 1), ("0103", 33), ("0104", 65), ("010A", 97), ("010B", 129), ("010C", 161)],
)
def test_cells(identifier: str, first: int) -> None:
    document: Any = decode_response(cells_payload(identifier, raws=bytes(range(170, 202))))

    assert document["first_cell_number"] == first
    assert document["cells_present"] == 32
    assert document["cell_voltages_v"] == [raw / 50 for raw in range(170, 202)]
    assert "warnings" not in document


def test_only_cells_that_are_present_count() -> None:
    payload = cells_payload("010C", present=0xFFFFF000, raws=bytes([180] * 20))
    document: Any = decode_response(payload)

    assert document["cells_present"] == 20
    assert document["cell_voltages_v"] == [3.6] * 20


def test_an_absent_cell_before_a_present_one_is_null() -> None:
    document: Any = decode_response(cells_payload("0102", present=0xA0000000, raws=b"\xb4\0\xb5"))

    assert document["cells_present"] == 2
    assert document["cell_voltages_v"] == [3.6, None, 3.62]


def test_no_cell_present() -> None:
    document: Any = decode_response(cells_payload("010C", present=0))

    assert (document["cells_present"], document["cell_voltages_v"]) == (0, [])
    assert "warnings" not in document


def test_sleeping_cells() -> None:
    asleep = decode_response(cells_payload("0102"))
    one = decode_response(cells_payload("0102", raws=b"\0" + b"\xb4" * 31))

    assert asleep["warnings"] == ["32 of 32 cells read 0 V: the car was asleep"]
    assert one["warnings"] == ["1 of 32 cells read 0 V"]


def test_unknown_responses_are_kept_as_hex() -> None:
    assert decode_response(bytes.fromhex("62010617F8"))["hex"] == "17F8"
    assert decode_response(bytes.fromhex("6101FFF8"))["hex"] == "6101FFF8"


@pytest.mark.parametrize("sender", ["7EC", "7EB", ""])
def test_the_vehicle_identification_number(sender: str) -> None:
    payload = bytes.fromhex("62F190") + b"KMHXX00XXXX000001"

    assert decode_response(payload, sender)["vin"] == "KMHXX00XXXX000001"
    assert decode_response(payload[:10], sender)["hex"] == "4B4D48585830 30".replace(" ", "")


def test_more_bytes_than_known_are_kept_unless_padding() -> None:
    assert decode_response(status_payload() + b"\x01\x02")["trailing_hex"] == "0102"
    assert "trailing_hex" not in decode_response(status_payload() + b"\xaa\xaa")


@pytest.mark.parametrize("payload", [b"", b"\x7f\x22", bytes.fromhex("620102FFFFFFFF")])
def test_short_responses_are_refused(payload: bytes) -> None:
    with pytest.raises(ResponseRefused):
        decode_response(payload)


def test_every_name_is_in_the_reference(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "decoders.md").read_text("utf-8")
    health = decode_response(bytes.fromhex("620105").ljust(46, b"\1"))
    names = {*status(), *health, *decode_response(cells_payload("0102"))}

    assert {name for name in names if f"`{name}`" not in page} == set()
