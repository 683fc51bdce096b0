"""Whole frames: what is refused and why, what is odd but lawful, and writing them."""

from typing import Any

import pytest

from battery_passport.adapters.gbt32960.errors import FrameRefused, UnencodableFrame
from battery_passport.adapters.gbt32960.frame import decode_frame, encode_frame
from battery_passport.adapters.gbt32960.reading import decode_lines
from tests.factories.frames import SIGNATURE_HEX, TIME_HEX, VIN, gbt_frame, report

ENGINE = "04 01 0bb8 02bc"


def refused(frame: bytes) -> str:
    with pytest.raises(FrameRefused) as caught:
        decode_frame(frame)
    return caught.value.message


def same_bytes(frame: bytes) -> Any:
    """Return what a frame says, after seeing that writing it again gives the same bytes."""
    document: Any = decode_frame(frame)
    assert encode_frame(document) == frame
    return document


def test_the_envelope_and_the_time() -> None:
    document = same_bytes(report(2016, ENGINE))

    assert document["edition"] == 2016
    assert document["command"] == "realtime"
    assert document["answer"] == "command"
    assert document["vin"] == VIN
    assert document["encryption"] == "none"
    assert document["time"] == "2025-10-27T12:02:02.000Z"


def test_china_is_eight_hours_ahead() -> None:
    assert same_bytes(gbt_frame(2016, "1a0101 070000 0001", command=4))["time"] == (
        "2025-12-31T23:00:00.000Z"
    )


def test_a_wrong_check_byte_is_refused() -> None:
    frame = bytearray(report(2016, ENGINE))
    frame[30] ^= 1

    assert refused(bytes(frame)).startswith("The check byte is ")


@pytest.mark.parametrize("size", [0, 1, 2, 10, 24, 30])
def test_a_frame_cut_short_is_refused(size: int) -> None:
    assert refused(report(2016, ENGINE)[:size])


def test_a_frame_with_more_bytes_than_it_states_is_refused() -> None:
    assert refused(report(2016, ENGINE) + b"\0") == (
        "The frame states a data unit of 12 bytes, 13 came."
    )


def test_another_start_is_refused() -> None:
    assert refused(b"$#" + report(2016, ENGINE)[2:]) == (
        "The frame starts with 2423, not with 2323 or 2424."
    )


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (2, "The data unit is encrypted with RSA, and the key is not here."),
        (3, "The data unit is encrypted with AES, and the key is not here."),
        (5, "The data unit is encrypted with SM4, and the key is not here."),
        (0xFF, "The frame does not say how, or whether, its data unit is encrypted."),
    ],
)
def test_an_encrypted_frame_is_refused(code: int, message: str) -> None:
    assert refused(gbt_frame(2025, "00" * 8, encryption=code)) == message


def test_an_empty_data_unit_cannot_be_encrypted() -> None:
    assert same_bytes(gbt_frame(2016, "", command=7, encryption=3))["command"] == "heartbeat"


@pytest.mark.parametrize(
    "data",
    [
        TIME_HEX + "04 01 0bb8",
        TIME_HEX + "02 02 01 01 50 4dbc 4c27 5a 0e10 280f",
        TIME_HEX + "08 01 01 0dac 2774 00c8 0097 03 0f0a",
        TIME_HEX + "09 c8 01 0001 50",
        TIME_HEX[:8],
    ],
)
def test_a_block_cut_short_is_refused(data: str) -> None:
    assert "needs" in refused(gbt_frame(2016, data)) or "states" in refused(gbt_frame(2016, data))


def test_a_refused_block_is_named() -> None:
    assert refused(gbt_frame(2016, TIME_HEX + "04 01")) == (
        "Block engine: crankshaft_rpm needs 2 bytes at byte 8 of the data unit, where 0 are left."
    )


def test_the_same_block_twice_is_lawful() -> None:
    alarms = "07 00 00000000 00 00 00 00"
    blocks = same_bytes(report(2016, alarms, ENGINE, alarms))["blocks"]

    assert [block["type"] for block in blocks] == ["alarms", "engine", "alarms"]


def test_the_makers_own_blocks_are_kept_as_hex() -> None:
    document = same_bytes(report(2016, "82 0003 010203", ENGINE))

    assert document["blocks"][0] == {"type": "custom", "code": "82", "hex": "010203"}
    assert document["blocks"][1]["type"] == "engine"
    assert document["warnings"] == ["block 82 is the maker's own; its bytes are kept"]


def test_an_unknown_code_is_kept_as_hex_to_the_end() -> None:
    document = same_bytes(report(2016, ENGINE, "0a 01 02 03"))

    assert document["blocks"][1] == {"type": "unknown", "hex": "0a010203"}
    assert document["warnings"] == ["4 bytes from code 0A on are unknown; they are kept"]


def test_a_custom_block_without_its_bytes_is_kept_as_unknown() -> None:
    document = same_bytes(report(2016, "82 ffff 01"))

    assert document["blocks"] == [{"type": "unknown", "hex": "82ffff01"}]


def test_the_signature_is_found_behind_unknown_bytes() -> None:
    document = same_bytes(report(2025, "04 0bb8", "33 ff ff 01 00", SIGNATURE_HEX))

    assert [block["type"] for block in document["blocks"]] == ["engine", "unknown", "signature"]
    assert document["blocks"][2] == {
        "type": "signature",
        "algorithm": "SM2",
        "r_hex": "abcd",
        "s_hex": "ef",
    }


@pytest.mark.parametrize("trailing", ["82 0002 0102", "01 ff", "0a", "ff"])
def test_data_behind_the_signature_is_lawful(trailing: str) -> None:
    blocks = same_bytes(report(2025, "04 0bb8", SIGNATURE_HEX, trailing))["blocks"]

    assert blocks[2]["type"] in ("custom", "unknown")


def test_a_report_of_2025_without_signature_is_remarked_upon() -> None:
    assert same_bytes(report(2025, "04 0bb8"))["warnings"] == ["the report bears no signature"]


def test_values_out_of_range_are_kept_and_remarked_upon() -> None:
    document = same_bytes(report(2016, "04 09 f000 02bc"))

    assert document["blocks"][0]["engine_state"] == 9
    assert document["blocks"][0]["crankshaft_rpm"] == 0xF000
    assert document["warnings"] == [
        "engine: engine_state has the code 9, which has no meaning",
        "engine: crankshaft_rpm 61440 is outside the standard's range",
    ]


def test_a_gear_of_2025_may_be_invalid() -> None:
    vehicle = "01 020301 0000 00000000 0000 0000 51 02 8f 07d0"
    block = same_bytes(report(2025, vehicle, SIGNATURE_HEX))["blocks"][0]

    assert (block["gear"], block["invalid"]) == (None, ["gear"])


def test_what_is_no_time_is_null() -> None:
    document = same_bytes(gbt_frame(2016, "ffffffffffff 0001", command=4))

    assert (document["time"], document["time_hex"]) == (None, "ff" * 6)
    assert document["warnings"] == ["time ffffffffffff is no time"]


@pytest.mark.parametrize("edition", [2016, 2025])
@pytest.mark.parametrize(
    ("command", "name"), [(5, "platform-login"), (6, "platform-logout"), (4, "vehicle-logout")]
)
def test_platforms_log_in_and_out(edition: int, command: int, name: str) -> None:
    login = b"city".ljust(12, b"\0").hex() + b"open sesame".ljust(20, b"\0").hex() + "01"
    data = TIME_HEX + "0802" + (login if command == 5 else "")
    document = same_bytes(gbt_frame(edition, data, command=command))

    assert (document["command"], document["serial"]) == (name, 0x0802)
    if command == 5:
        assert (document["user"], document["password"]) == ("city", "open sesame")
        assert document["encryption_rule"] == "none"


def test_logins_of_2016_have_codes_of_any_length() -> None:
    iccid = b"89860924790023166606".hex()
    data = TIME_HEX + "000c" + iccid + "02 03" + b"abcXYZ".hex()
    document = same_bytes(gbt_frame(2016, data, command=1))

    assert document["iccid"] == "89860924790023166606"
    assert document["pack_codes"] == ["abc", "XYZ"]
    without = same_bytes(gbt_frame(2016, TIME_HEX + "000c" + iccid + "02 00", command=1))
    assert without["pack_codes"] == []


def test_logins_of_2025_have_codes_of_24_characters() -> None:
    codes = [f"0RJPEA00HAU0AAF13100195{number}" for number in range(3)]
    packs = "02 01 02" + "".join(code.encode().hex() for code in codes)
    data = TIME_HEX + "000c" + b"89860924790023166606".hex() + packs
    document = same_bytes(gbt_frame(2025, data, command=1))

    assert document["packs_per_bms"] == [1, 2]
    assert document["pack_codes"] == codes


def test_activation_and_its_answer() -> None:
    chip, vin = b"1234567812345678".hex(), VIN.encode().hex()
    data = TIME_HEX + chip + "0002 beef" + vin + "01 0001 aa 0001 bb"
    asked = same_bytes(gbt_frame(2025, data, command=9))
    told = same_bytes(gbt_frame(2025, "01 00", command=10))

    assert asked["chip_id"] == "1234567812345678"
    assert (asked["public_key_hex"], asked["activated_vin"]) == ("beef", VIN)
    assert (asked["algorithm"], asked["r_hex"], asked["s_hex"]) == ("SM2", "aa", "bb")
    assert (told["activation_result"], told["activation_reason"]) == ("success", "success")


def test_key_exchange() -> None:
    data = "03 0002 beef" + TIME_HEX + "1a0a1b140202"
    document = same_bytes(gbt_frame(2025, data, command=11))

    assert (document["key_kind"], document["key_hex"]) == ("AES", "beef")
    assert document["valid_until"] == "2026-10-27T12:02:02.000Z"


@pytest.mark.parametrize(("answer", "word"), [(1, "success"), (2, "error"), (3, "vin-duplicate")])
def test_answers_bear_the_time_alone(answer: int, word: str) -> None:
    document = same_bytes(gbt_frame(2016, TIME_HEX, command=1, answer=answer))

    assert (document["answer"], document["time"]) == (word, "2025-10-27T12:02:02.000Z")


def test_answers_may_repeat_the_command() -> None:
    document = same_bytes(gbt_frame(2016, TIME_HEX + ENGINE, command=2, answer=1))

    assert document["data_hex"] == "04010bb802bc"
    assert document["warnings"] == ["6 bytes follow that have no meaning here"]


@pytest.mark.parametrize("command", [9, 0x80, 0xC1])
def test_commands_that_are_not_decoded_keep_their_data(command: int) -> None:
    assert same_bytes(gbt_frame(2016, "0102", command=command))["data_hex"] == "0102"


def test_a_heartbeat_with_data_is_remarked_upon() -> None:
    document = same_bytes(gbt_frame(2016, TIME_HEX, command=7))

    assert document["data_hex"] == TIME_HEX
    assert document["warnings"] == ["6 bytes follow that have no meaning here"]


def test_bytes_that_are_no_text_are_shown_and_kept() -> None:
    frame = bytearray(report(2016, ENGINE))
    for place in (4, 5):
        frame[-1] ^= frame[place] ^ 0xFF
        frame[place] = 0xFF
    document = same_bytes(bytes(frame))

    assert document["vin"].startswith("\\xff\\xff")
    assert document["vin_hex"].startswith("ffff")
    assert document["warnings"] == ["vin is no plain text"]


def test_lines_are_decoded_in_their_order() -> None:
    good = report(2016, ENGINE).hex()
    spaced = report(2016, ENGINE).hex(" ").upper()
    documents = list(decode_lines([good, "", good[:-2] + "00", "xyz", good[:-1], spaced]))

    assert ["error" in document for document in documents] == [False, True, True, True, False]
    errors: list[Any] = [document["error"] for document in documents[1:4]]
    assert [error["line"] for error in errors] == [3, 4, 5]
    assert [error["code"] for error in errors] == ["gbt32960-frame-refused"] * 3
    assert errors[1]["message"] == "The line holds 'x', which is no hexadecimal digit."
    assert errors[2]["message"].endswith("an odd number.")


@pytest.mark.parametrize(
    "change",
    [
        {"edition": 2020},
        {"command": "dance"},
        {"vin": "X" * 18},
        {"vin": None},
        {"time": "yesterday"},
        {"serial": 65_535},
        {"serial": -1},
        {"serial": "1"},
        {"serial": float("nan")},
        {"colour": "red"},
        {"data_hex": "0"},
    ],
)
def test_what_no_frame_can_carry_is_not_written(change: dict[str, Any]) -> None:
    document = decode_frame(gbt_frame(2016, TIME_HEX + "0001", command=4))

    with pytest.raises(UnencodableFrame):
        encode_frame(document | change)


@pytest.mark.parametrize("name", ["edition", "command", "vin", "time", "serial"])
def test_what_a_frame_needs_must_be_there(name: str) -> None:
    document = decode_frame(gbt_frame(2016, TIME_HEX + "0001", command=4))
    del document[name]

    with pytest.raises(UnencodableFrame):
        encode_frame(document)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "dance"},
        {"type": "engine"},
        {"type": "motors", "motors": [1]},
        {"type": "custom", "code": "82", "hex": "00" * 65_536},
        {"type": "unknown", "hex": 5},
        "engine",
    ],
)
def test_what_no_block_can_carry_is_not_written(block: Any) -> None:
    document = decode_frame(report(2016, ENGINE))

    with pytest.raises(UnencodableFrame):
        encode_frame(document | {"blocks": [block]})
