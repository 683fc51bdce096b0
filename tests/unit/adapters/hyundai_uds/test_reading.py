"""Recordings of responses: what is decoded, what is refused and why."""

from collections.abc import Callable
from typing import Any

import pytest

from battery_passport.adapters.hyundai_uds.reading import decode_lines
from tests.factories.frames import can_frames, cells_payload, elm_lines, status_payload

STATUS = elm_lines(status_payload())
CELLS = elm_lines(cells_payload("0102", raws=bytes([180] * 32)))


def decoded(*lines: str) -> list[Any]:
    return list(decode_lines(lines))


def reason(*lines: str) -> str:
    (document,) = decoded(*lines)
    return str(document["error"]["message"])


def test_the_frames_of_a_response_are_put_together() -> None:
    (document,) = decoded(*STATUS)

    assert document["ecu"] == "7EC"
    assert document["service"] == "22"
    assert document["identifier"] == "0101"
    assert document["pack_voltage_v"] == 700.0
    assert document["insulation_kohm"] == 1500


def test_responses_come_in_their_order() -> None:
    documents = decoded(*STATUS, "", "7EC037F2231AAAAAAAA", "", "", *CELLS, "")

    assert [one.get("identifier") for one in documents] == ["0101", None, "0102"]


def test_a_first_frame_begins_the_next_response_without_a_blank_line() -> None:
    assert [one["identifier"] for one in decoded(*STATUS, *CELLS)] == ["0101", "0102"]


BREAKAGES: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "missing": (lambda ls: [*ls[:3], *ls[4:]], "Consecutive frame 3 is missing."),
    "cut off": (lambda ls: ls[:-2], "The response breaks off: 6 of 8 consecutive frames came."),
    "twice": (lambda ls: [*ls[:4], ls[3], *ls[4:]], "Consecutive frame 3 came twice."),
    "last twice": (lambda ls: [*ls, ls[-1]], "Consecutive frame 8 came twice."),
    "order": (
        lambda ls: [*ls[:2], ls[3], ls[2], *ls[4:]],
        "Consecutive frame 2 is out of order.",
    ),
    "first twice": (lambda ls: [ls[0], *ls], "The first frame came twice, again in line 2."),
    "no first": (
        lambda ls: ls[1:],
        "Line 1 continues a response whose first frame is missing.",
    ),
    "first not first": (lambda ls: [ls[1], ls[0], *ls[2:]], "Consecutive frame 1 is missing."),
    "short line": (
        lambda ls: [*ls[:4], ls[4][:16], *ls[5:]],
        "Line 5 has 16 characters, where a frame has 19 (3 of the sender, 16 of data).",
    ),
    "short first line": (
        lambda ls: [ls[0][:15], *ls[1:]],
        "Line 1 has 15 characters, where a frame has 19 (3 of the sender, 16 of data).",
    ),
    "two lines in one": (
        lambda ls: [*ls[:4], ls[4] + ls[5], *ls[6:]],
        "Line 5 has 38 characters, where a frame has 19 (3 of the sender, 16 of data).",
    ),
    "no hex": (
        lambda ls: [*ls[:4], ls[4].replace("7EC24", "7EC2X"), *ls[5:]],
        "Line 5 holds 'X', which is no hexadecimal digit.",
    ),
    "no hex in the first": (
        lambda ls: [ls[0].replace("62", "6?"), *ls[1:]],
        "Line 1 holds '?', which is no hexadecimal digit.",
    ),
    "trouble": (
        lambda ls: [*ls[:4], "BUFFER FULL"],
        "Line 5: the adapter says BUFFERFULL.",
    ),
    "another frame": (
        lambda ls: [*ls[:4], "7EC" + "F" * 16, *ls[5:]],
        "Line 5 holds no frame of a diagnostic response.",
    ),
    "too many": (lambda ls: [*ls, "7EC29" + "0" * 14], "9 consecutive frames came, 8 were due."),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_response_is_refused_with_the_reason(name: str) -> None:
    breakage, expected = BREAKAGES[name]
    broken = breakage(list(STATUS))

    assert reason(*broken) == expected
    documents = decoded(*CELLS, "", *broken, "", *CELLS)
    assert ["error" in one for one in documents] == [False, True, False]


def test_a_refusal_names_the_line_where_its_response_begins() -> None:
    documents = decoded(*STATUS, "", *STATUS[:4])

    assert documents[1]["error"]["line"] == len(STATUS) + 2
    assert documents[1]["error"]["code"] == "uds-response-refused"


def test_a_response_that_breaks_off_does_not_spoil_the_next() -> None:
    documents = decoded(*STATUS[:5], STATUS[5][:16], *STATUS)

    assert ["error" in one for one in documents] == [True, False]


def test_remains_of_an_earlier_response_are_left_out_with_a_warning() -> None:
    (document,) = decoded(*STATUS[-2:], *CELLS)

    assert document["identifier"] == "0102"
    assert document["warnings"] == ["2 frames of an earlier response came before and are left out"]


def test_a_response_shorter_than_its_kind_is_refused() -> None:
    assert reason(*elm_lines(status_payload()[:50])) == (
        "Identifier 0101 needs 62 bytes, the response has 50."
    )


def test_echo_and_prompt_are_passed_over() -> None:
    (document,) = decoded("ATSH7E4", "OK", "220101", *STATUS, ">")

    assert document["pack_voltage_v"] == 700.0


def test_other_control_units_are_put_together_beside_and_kept_as_hex() -> None:
    other = elm_lines(status_payload(), sender="7EB")
    mixed = [line for pair in zip(STATUS, other, strict=True) for line in pair]
    ours, theirs = decoded(*mixed)

    assert ours["pack_voltage_v"] == 700.0
    assert theirs["ecu"] == "7EB"
    assert theirs["hex"].startswith("EFFBE7EF")
    assert theirs["warnings"] == ["identifier 0101 of 7EB is not decoded; its bytes are kept"]


@pytest.mark.parametrize("line", ["7EC037F2231AAAAAAAA", "7EC037F2231", "7EC 03 7F 22 31"])
def test_a_negative_response_is_no_error(line: str) -> None:
    assert decoded(line) == [
        {
            "ecu": "7EC",
            "service": "22",
            "negative_response": {"code": "31", "meaning": "request out of range"},
        }
    ]


def test_a_pending_response_is_passed_over_if_the_response_follows() -> None:
    assert [one["identifier"] for one in decoded("7EC037F2278AAAAAAAA", *CELLS)] == ["0102"]
    (alone,) = decoded("7EC037F2278AAAAAAAA")
    assert alone["negative_response"]["code"] == "78"


def test_candump_bears_times_and_other_traffic() -> None:
    frames = can_frames(status_payload())
    lines = [
        "(1700000000.000000) can0 7E4#0322010100000000",
        f"(1700000000.012345) can0 7EC#{frames[0].hex()}",
        "(1700000000.013000) can0 7E4#3000000000000000",
        "(1700000000.013500) can0 123#2100000000000000",
        *(f"(1700000000.02{n}000) can0 7EC#{data.hex()}" for n, data in enumerate(frames[1:])),
    ]
    (document,) = decoded(*lines)

    assert document["time"] == "2023-11-14T22:13:20.012Z"
    assert document["pack_voltage_v"] == 700.0


def test_candump_as_shown_on_the_console() -> None:
    lines = [f"  can0  7EC   [8]  {frame.hex(' ').upper()}" for frame in can_frames(b"b" * 40)]
    (document,) = decoded(*lines)

    assert document["identifier"] == "6262"
    assert "time" not in document


def test_a_merged_response_is_decoded_whoever_sent_it() -> None:
    (document,) = decoded(status_payload().hex())

    assert document["ecu"] is None
    assert document["pack_voltage_v"] == 700.0


def test_a_recording_without_blank_lines_needs_bounded_memory() -> None:
    stray = "7EC21" + "0" * 14
    (document,) = decoded(*[stray] * 20_000)

    assert document["error"]["message"].startswith("Line 1 continues a response")
