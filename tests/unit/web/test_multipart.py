"""Forms with files: what browsers send is read, everything else is refused."""

import pytest

from battery_passport.web.multipart import (
    MAX_PARTS,
    UnreadableUpload,
    boundary_of,
    parse_multipart,
)

BOUNDARY = b"----form7"


def part(name: str, content: bytes, *, file: str = "") -> bytes:
    named = f'; filename="{file}"\r\nContent-Type: application/json' if file else ""
    head = f'Content-Disposition: form-data; name="{name}"{named}'
    return b"--" + BOUNDARY + b"\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"


def test_fields_and_files_come_in_their_order() -> None:
    sent = body(part("csrf", b"abc"), part("proof", '{"a":"배터리"}\r\n'.encode(), file="p.json"))
    assert parse_multipart(sent, BOUNDARY) == (("csrf", "abc"), ("proof", '{"a":"배터리"}\r\n'))


def test_an_empty_file_is_empty_and_a_boundary_inside_a_line_is_content() -> None:
    inside = b"x--" + BOUNDARY + b"--x"
    assert parse_multipart(body(part("a", b""), part("b", inside)), BOUNDARY) == (
        ("a", ""),
        ("b", inside.decode()),
    )


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"--" + BOUNDARY,
        part("a", b"cut off"),
        body(b"--" + BOUNDARY + b"\r\nContent-Disposition: form-data\r\n\r\nx\r\n"),
        body(b"--" + BOUNDARY + b"\r\nno blank line\r\n"),
        body(part("a", b"\xff\xfe")),
        body(*(part("a", b"x") for _ in range(MAX_PARTS))),
    ],
)
def test_what_no_browser_sends_is_refused(sent: bytes) -> None:
    with pytest.raises(UnreadableUpload):
        parse_multipart(sent, BOUNDARY)


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        f"multipart/form-data; boundary={'x' * 71}",
        'multipart/form-data; boundary=""',
    ],
)
def test_a_boundary_is_needed(content_type: str) -> None:
    with pytest.raises(UnreadableUpload):
        boundary_of(content_type)


def test_a_quoted_boundary_is_understood() -> None:
    assert boundary_of('multipart/form-data; boundary="----form7"') == BOUNDARY
