"""The frames of one response put together, or the reason why they cannot be.

In: the first frame's bytes and those that followed. Out: the response's bytes.
Source: ISO 15765-2 §9.6
"""

from collections.abc import Sequence

from battery_passport.adapters.hyundai_uds.errors import ResponseRefused

SINGLE, FIRST, CONSECUTIVE, FLOW_CONTROL = range(4)
_FIRST_BYTES = 6
_NEXT_BYTES = 7
_FRAME_BYTES = 8
_MOST_SINGLE_BYTES = 7


def frame_type(data: bytes) -> int | None:
    """Return which kind of frame this is; None for none of ISO-TP's."""
    kind = data[0] >> 4 if data else None
    return kind if kind is not None and kind <= FLOW_CONTROL else None


def payload_start(data: bytes) -> bytes:
    """Return the part of the response that a single or first frame holds."""
    if frame_type(data) == SINGLE:
        return data[1 : 1 + (data[0] & 15)]
    return data[2:]


def assemble(first: bytes, following: Sequence[bytes]) -> bytes:
    """Return the whole response. Raises: ResponseRefused saying which frame is at fault."""
    if frame_type(first) == SINGLE:
        return _single(first, following)
    length = (first[0] & 15) << 8 | first[1] if len(first) == _FRAME_BYTES else 0
    if length <= _MOST_SINGLE_BYTES:
        raise ResponseRefused("The first frame does not state a length of 8 to 4095 bytes.")
    expected = -(-(length - _FIRST_BYTES) // _NEXT_BYTES)
    _check_order([data[0] & 15 for data in following], expected)
    if any(len(data) != _FRAME_BYTES for data in following[:-1]):
        raise ResponseRefused("A consecutive frame before the last has fewer than 8 bytes.")
    whole = first[2:] + b"".join(data[1:] for data in following)
    if len(whole) < length:
        raise ResponseRefused(f"The response states {length} bytes, {len(whole)} came.")
    return whole[:length]


def _single(data: bytes, following: Sequence[bytes]) -> bytes:
    length = data[0] & 15
    if not 1 <= length <= _MOST_SINGLE_BYTES or len(data) <= length:
        raise ResponseRefused(f"A single frame states {length} bytes, {len(data) - 1} came.")
    if following:
        raise ResponseRefused("Consecutive frames follow a single frame, which needs none.")
    return data[1 : 1 + length]


def _check_order(numbers: Sequence[int], expected: int) -> None:
    """Return if the consecutive frames are 1, 2, ... 15, 0, 1, ..., as many as expected."""
    wanted = [place & 15 for place in range(1, expected + 1)]
    if list(numbers) == wanted:
        return
    for place, (came, due) in enumerate(zip(numbers, wanted, strict=False), 1):
        if came == due:
            continue
        if place > 1 and came == numbers[place - 2]:
            raise ResponseRefused(f"Consecutive frame {place - 1} came twice.")
        if due in numbers[place:] and came in wanted[place:]:
            raise ResponseRefused(f"Consecutive frame {place} is out of order.")
        raise ResponseRefused(f"Consecutive frame {place} is missing.")
    if len(numbers) < expected:
        raise ResponseRefused(
            f"The response breaks off: {len(numbers)} of {expected} consecutive frames came."
        )
    if numbers[expected] == numbers[expected - 1]:
        raise ResponseRefused(f"Consecutive frame {expected} came twice.")
    raise ResponseRefused(f"{len(numbers)} consecutive frames came, {expected} were due.")
