"""Recordings as files: lines however they end, and files that are none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from battery_passport.assembly.recordings import (
    LONGEST_LINE,
    UnusableRecording,
    decode_recording,
    split_lines,
)
from battery_passport.cli.main import main
from tests.factories.frames import elm_lines, report, status_payload

STATUS = elm_lines(status_payload())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("size", [1, 2, 7, 1_000])
def test_lines_end_in_every_way(end: str, size: int) -> None:
    text = end.join([*STATUS, "", *STATUS])
    pieces = [text[at : at + size] for at in range(0, len(text), size)]

    assert list(split_lines(pieces)) == [*STATUS, "", *STATUS]


def test_endless_lines_are_cut_off() -> None:
    (line,) = split_lines(["a" * 100_000] * 30)

    assert len(line) == LONGEST_LINE
    assert len(list(split_lines(["\r" * 100_000] * 30))) < 100


def write(path: Path, octets: bytes) -> Path:
    path.write_bytes(octets)
    return path


@pytest.mark.parametrize(
    "octets", [b"", b"\n\n \n", b"220101\nOK\n", b"\x7fELF\0\0", "7EC".encode("utf-16")]
)
def test_files_that_hold_no_frame_are_unusable(tmp_path: Path, octets: bytes) -> None:
    with pytest.raises(UnusableRecording):
        list(decode_recording(write(tmp_path / "file", octets), "hyundai-uds"))


def test_a_file_that_is_not_there_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(UnusableRecording):
        list(decode_recording(tmp_path / "none", "gbt32960"))
    with pytest.raises(UnusableRecording):
        list(decode_recording(tmp_path, "gbt32960"))


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = write(
        tmp_path / "file", b"\xef\xbb\xbf" + report(2016, "04 01 0bb8 02bc").hex().encode()
    )
    (document,) = decode_recording(path, "gbt32960")

    assert document["edition"] == 2016


def decode(path: Path, protocol: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    code = main(["decode", str(path), "--protocol", protocol])
    return code, capsys.readouterr().out.splitlines()


def test_the_verb_prints_one_compact_object_a_response(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\n".join([*STATUS, "", *STATUS])
    code, lines = decode(write(tmp_path / "elm.txt", text.encode()), "hyundai-uds", capsys)

    assert code == 0
    assert [json.loads(line)["pack_voltage_v"] for line in lines] == [700.0, 700.0]
    assert ", " not in lines[0]


def test_the_verb_ends_with_1_if_anything_was_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = report(2016, "04 01 0bb8 02bc").hex()
    text = f"{good}\n{good[:-2]}00\n{good}\n"
    code, lines = decode(write(tmp_path / "gbt.txt", text.encode()), "gbt32960", capsys)

    assert code == 1
    assert ["error" in json.loads(line) for line in lines] == [False, True, False]


def test_the_verb_ends_with_2_if_the_file_is_unusable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert decode(tmp_path / "none", "gbt32960", capsys) == (2, [])


def test_the_verb_opens_no_array_library_and_no_home(tmp_path: Path) -> None:
    path = write(tmp_path / "elm.txt", "\n".join(STATUS).encode())
    program = (
        "import sys; from battery_passport.cli.main import main;"
        f"code = main(['decode', {str(path)!r}, '--protocol', 'hyundai-uds']);"
        "heavy = {'numpy', 'sqlalchemy', 'pyarrow', 'cbor2', 'cryptography'} & set(sys.modules);"
        "assert not heavy, heavy; sys.exit(code)"
    )
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "BATTERY_PASSPORT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert not home.exists()
