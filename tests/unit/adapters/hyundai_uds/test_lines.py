"""What one line of a recording is."""

import pytest

from battery_passport.adapters.hyundai_uds.lines import Kind, Line, read_line

DATA = bytes.fromhex("103E620101EFFBE7")


@pytest.mark.parametrize(
    "text",
    [
        "7EC103E620101EFFBE7",
        "7ec103e620101effbe7",
        "  7EC 10 3E 62 01 01 EF FB E7 \n",
        ">7EC103E620101EFFBE7",
        "(1436509052.249713) can0 7EC#103E620101EFFBE7",
        "vcan0 7EC#103e620101effbe7",
        "  can0  7EC   [8]  10 3E 62 01 01 EF FB E7",
        " (12.5)  can0  7EC   [8]  10 3E 62 01 01 EF FB E7   '.>b.....'",
        "  can0  RX - -  7EC   [8]  10 3E 62 01 01 EF FB E7",
    ],
)
def test_a_frame_in_every_spelling(text: str) -> None:
    line = read_line(1, text)

    assert (line.kind, line.sender, line.data) == (Kind.FRAME, "7EC", DATA)


def test_a_sender_of_29_bits() -> None:
    assert read_line(1, "18DAF1E4103E620101EFFBE7").sender == "18DAF1E4"


def test_a_single_frame_need_not_be_padded() -> None:
    assert read_line(1, "7EC037F2231").data == bytes.fromhex("037F2231")


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_blank(text: str) -> None:
    assert read_line(1, text).kind is Kind.BLANK


@pytest.mark.parametrize(
    "text", ["220101", "22 01 05", "2201012", ">", "OK", "SEARCHING...", "ATSH7E4", "ELM327 v1.5"]
)
def test_chatter(text: str) -> None:
    assert read_line(1, text).kind is Kind.CHATTER


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("7EC25084A0A00082", "line 4 has 16 characters, where a frame has 19"),
        ("7EC2500079A000007EC260000059C000005", "line 4 has 35 characters"),
        ("7EC", "line 4 has 3 characters"),
        ("7EC2G00000000000000", "line 4 holds 'G', which is no hexadecimal digit"),
        ("NO DATA", "line 4: the adapter says NODATA"),
        ("BUFFER FULL", "line 4: the adapter says BUFFERFULL"),
        ("(1.0) can0 7EC#123", "line 4 does not hold the bytes of one frame"),
        ("can0  7EC   [8]  10 3E 62", "line 4 does not hold the bytes of one frame"),
        ("(1.0) can0 7EC##1103E", "line 4 looks like candump but holds no whole frame"),
    ],
)
def test_broken_lines_say_why(text: str, reason: str) -> None:
    line = read_line(4, text)

    assert line.kind is Kind.BROKEN
    assert line.reason.startswith(reason)


def test_a_merged_response() -> None:
    assert read_line(1, "62010301") == Line(1, Kind.MERGED, "", bytes.fromhex("62010301"))
