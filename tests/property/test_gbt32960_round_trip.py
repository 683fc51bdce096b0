"""What is written is read back: any report, in both directions.

In: random values and random bytes. Out: the same values, the same bytes.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.adapters.gbt32960.errors import FrameRefused
from battery_passport.adapters.gbt32960.fields import Number
from battery_passport.adapters.gbt32960.frame import decode_frame, encode_frame
from battery_passport.adapters.gbt32960.lists import Numbers, Rows
from battery_passport.adapters.gbt32960.tables_2016 import BLOCKS_2016
from battery_passport.adapters.gbt32960.tables_2025 import BLOCKS_2025
from tests.factories.frames import gbt_frame
from tests.factories.gbt32960 import Row, reports


@given(reports())
def test_values_come_back(document: Row) -> None:
    frame = encode_frame(document)
    decoded: Any = decode_frame(frame)
    decoded.pop("warnings", None)

    assert decoded == document
    assert encode_frame(decoded) == frame


@given(
    st.sampled_from((2016, 2025)),
    st.integers(0, 255),
    st.sampled_from((0xFE, 1, 2, 0xFF)),
    st.binary(max_size=120),
)
def test_whatever_is_read_is_written_as_it_was(
    edition: int, command: int, answer: int, data: bytes
) -> None:
    frame = gbt_frame(edition, data.hex(), command=command, answer=answer)
    try:
        document = decode_frame(frame)
    except FrameRefused:
        return
    assert encode_frame(document) == frame


def numbers(layout: Any) -> list[Number]:
    found: list[Number] = []
    for field in layout:
        if isinstance(field, Number):
            found.append(field)
        elif isinstance(field, Numbers):
            found.append(field.item)
        elif isinstance(field, Rows):
            found += numbers(field.layout)
    return found


@pytest.mark.parametrize("blocks", [BLOCKS_2016, BLOCKS_2025])
def test_every_raw_number_of_two_bytes_comes_back(blocks: dict[int, tuple[str, Any]]) -> None:
    different = {
        (number.size, number.per_unit, number.offset): number
        for _, layout in blocks.values()
        for number in numbers(layout)
        if number.size <= 2
    }
    assert len(different) >= 8
    for number in different.values():
        for raw in range((1 << 8 * number.size) - 2):
            assert number.raw(number.value(raw)) == raw
