"""How batches lie in a segment.

In: a batch's digest and bytes. Out: the bytes of its entry, and where its bytes begin in it.
A segment is a first line, then entry after entry: digest (32), length (4, big endian), bytes.
"""

from collections.abc import Iterator

FIRST_LINE = b"battery-passport/segment/v1\n"
_DIGEST_BYTES = 32
_LENGTH_BYTES = 4
HEAD_BYTES = _DIGEST_BYTES + _LENGTH_BYTES
"""What precedes a batch's bytes."""


def entry(digest: bytes, encoded: bytes) -> bytes:
    """Return a batch as it lies in a segment."""
    return digest + len(encoded).to_bytes(_LENGTH_BYTES, "big") + encoded


def entries(octets: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield (digest, offset, length) of every batch in a segment's bytes.

    Raises: ValueError if the bytes are no segment.
    """
    if not octets.startswith(FIRST_LINE):
        raise ValueError("the bytes do not begin as a segment")
    at = len(FIRST_LINE)
    while at < len(octets):
        digest = octets[at : at + _DIGEST_BYTES]
        offset = at + HEAD_BYTES
        length = int.from_bytes(octets[at + _DIGEST_BYTES : offset], "big")
        at = offset + length
        if at > len(octets):
            raise ValueError("the bytes end within a batch")
        yield digest, offset, length
