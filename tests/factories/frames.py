"""Recorded frames as text: Hyundai and Kia responses, GB/T 32960 frames.

In: payloads and blocks as bytes. Out: lines and frames, laid out by hand and not by the codecs.
"""

from functools import reduce
from operator import xor

VIN = "KMHXX00XXXX000001"
STARTS = {2016: "2323", 2025: "2424"}
TIME_HEX = "190a1b140202"
"""2025-10-27 20:02:02 in China, 12:02:02 UTC."""


def can_frames(payload: bytes) -> list[bytes]:
    """Return the eight-byte frames of a response, padded with AA."""
    if len(payload) < 8:
        return [(bytes([len(payload)]) + payload).ljust(8, b"\xaa")]
    frames = [bytes([0x10 | len(payload) >> 8, len(payload) & 0xFF]) + payload[:6]]
    for number, at in enumerate(range(6, len(payload), 7), 1):
        frames.append((bytes([0x20 | number & 15]) + payload[at : at + 7]).ljust(8, b"\xaa"))
    return frames


def elm_lines(payload: bytes, sender: str = "7EC") -> list[str]:
    """Return a response as an ELM327 adapter prints it."""
    return [sender + frame.hex().upper() for frame in can_frames(payload)]


def status_payload(**places: int) -> bytes:
    """Return response 0101 of 62 bytes; `at_16=5` sets byte 16."""
    octets = bytearray(62)
    octets[:7] = bytes.fromhex("620101EFFBE7EF")
    octets[15:17] = (7000).to_bytes(2, "big")
    octets[26] = octets[28] = 182
    octets[60:62] = (1500).to_bytes(2, "big")
    for place, value in places.items():
        octets[int(place.removeprefix("at_"))] = value
    return bytes(octets)


def cells_payload(identifier: str, *, present: int = 0xFFFF_FFFF, raws: bytes = b"") -> bytes:
    """Return a response with up to 32 cells."""
    head = bytes.fromhex(f"62{identifier}") + present.to_bytes(4, "big")
    return head + raws.ljust(32, b"\0")


def gbt_frame(
    edition: int, data: str, *, command: int = 2, answer: int = 0xFE, encryption: int = 1
) -> bytes:
    """Return a GB/T 32960 frame around a data unit given as hex."""
    octets = bytes.fromhex(data)
    head = bytes([command, answer]) + VIN.encode() + bytes([encryption])
    checked = head + len(octets).to_bytes(2, "big") + octets
    return bytes.fromhex(STARTS[edition]) + checked + bytes([reduce(xor, checked)])


def report(edition: int, *blocks: str, command: int = 2) -> bytes:
    """Return a report with the blocks given as hex."""
    return gbt_frame(edition, TIME_HEX + "".join(blocks), command=command)


SIGNATURE_HEX = "ff 01 0002 abcd 0001 ef"
