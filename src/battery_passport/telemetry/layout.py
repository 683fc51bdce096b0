"""How columns lie in a batch's compressed frame: how each is coded and how many bytes it takes.

In: entries of a payload's `columns`. Out: checked layouts, and sizes known before anything is read.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from battery_passport.telemetry.columns import COLUMN_BY_NAME, COLUMN_BY_WIRE_ID, is_column_name
from battery_passport.telemetry.errors import BatchTooLarge, MalformedBatch
from battery_passport.telemetry.limits import BatchLimits
from battery_passport.telemetry.model import ColumnLayout

TIME_KEY: Final = 0
"""The key of the samples' times, always the first entry."""

DELTA: Final = 0
SECOND_DIFFERENCE: Final = 1
COMMON_DELTA: Final = 1
RESIDUAL: Final = 2
HAS_NULLS: Final = 8
"""Added to a column's mode when a bitmap of its present values comes first."""

# Modes by shape, then: values in the side stream, values in the main stream.
_MODES_1D = frozenset({DELTA, SECOND_DIFFERENCE})
_MODES_2D = frozenset({DELTA, COMMON_DELTA, RESIDUAL})
_NUMBERS = (int,) * 5
_ENTRY_TYPES: Final = frozenset({(int, *_NUMBERS), (str, *_NUMBERS)})
_MAX_PLANES: Final = 8


def read_layout(
    entries: Sequence[object], *, sample_count: int, limits: BatchLimits
) -> tuple[ColumnLayout, ...]:
    """Return the layouts of a payload's entries, the samples' times first.

    Raises: MalformedBatch for an unknown mode, key or order; BatchTooLarge beyond the limits.
    """
    if not 1 <= sample_count <= limits.samples:
        raise BatchTooLarge(f"The batch holds {sample_count} samples, not 1 to {limits.samples}.")
    if not 1 <= len(entries) <= limits.columns:
        raise BatchTooLarge(f"The batch has {len(entries)} columns, not 1 to {limits.columns}.")
    layouts = tuple(_read_entry(entry, limits=limits) for entry in entries)
    keys = [_order(layout) for layout in layouts]
    if layouts[0].key != TIME_KEY or layouts[0].width != 0 or layouts[0].mode & HAS_NULLS:
        raise MalformedBatch("The batch's first column is not the times of its samples.")
    if any(later <= earlier for earlier, later in pairwise(keys)):
        raise MalformedBatch("The batch's columns are not in ascending order.")
    values = sum(max(layout.width, 1) for layout in layouts) * sample_count
    if values * 8 > limits.decoded_bytes:
        raise BatchTooLarge(f"The batch would decode to {values} values.")
    return layouts


def _read_entry(entry: object, *, limits: BatchLimits) -> ColumnLayout:
    if type(entry) is not list or tuple(map(type, entry)) not in _ENTRY_TYPES:
        raise MalformedBatch("A column's entry is not a key and five numbers.")
    layout = _checked_entry(*entry)
    if layout.width > limits.cells:
        raise BatchTooLarge(f"A column has {layout.width} cells or probes, limit {limits.cells}.")
    return layout


# Batches of one device repeat their entries, and this is on the way of every batch received.
# Items of equal value but another type (true, 1.0) have been refused before.
@lru_cache(maxsize=4_096)
def _checked_entry(  # noqa: PLR0917 - an entry's six items
    key: int | str, width: int, mode: int, side_planes: int, main_planes: int, divisor: int
) -> ColumnLayout:
    if width < 0 or mode < 0 or mode & ~HAS_NULLS not in (_MODES_2D if width else _MODES_1D):
        raise MalformedBatch(f"A column is coded in mode {mode}, which version 1 does not know.")
    if not 0 <= side_planes <= _MAX_PLANES or not 0 <= main_planes <= _MAX_PLANES:
        raise MalformedBatch("A column's values are wider than eight bytes.")
    if not 1 <= divisor < 1 << 63:
        raise MalformedBatch(f"A column's divisor is {divisor}.")
    return ColumnLayout(
        key=key,
        name=_name(key),
        width=width,
        mode=mode,
        side_planes=side_planes,
        main_planes=main_planes,
        divisor=divisor,
    )


def _name(key: int | str) -> str:
    if isinstance(key, int):
        known = COLUMN_BY_WIRE_ID.get(key)
        if known is None and key != TIME_KEY:
            raise MalformedBatch(f"Column number {key} is not known to this version.")
        return known.name if known else "sampled_at_ms"
    if not is_column_name(key) or key in RESERVED_NAMES:
        raise MalformedBatch("A column's key is neither its number nor a name of its own.")
    return key


RESERVED_NAMES = frozenset({*COLUMN_BY_NAME, "sampled_at_ms"})
"""Names that have a number, and so are never written out."""


def column_key(name: str) -> int | str:
    """Return what stands for a column in a payload: its number if known, else its name."""
    known = COLUMN_BY_NAME.get(name)
    return known.wire_id if known else name


def _order(layout: ColumnLayout) -> tuple[int, str]:
    key = layout.key
    return (key, "") if isinstance(key, int) else (1 << 62, key)


def order_key(name: str) -> tuple[int, str]:
    """Return what columns are sorted by: known ones by number, then others by name."""
    key = column_key(name)
    return (key, "") if isinstance(key, int) else (1 << 62, key)


def stream_sizes(layout: ColumnLayout, sample_count: int) -> tuple[int, int, int]:
    """Return the values in a column's bitmap, side stream and main stream."""
    cells = max(layout.width, 1)
    mode = layout.mode & ~HAS_NULLS
    bitmap = cells * sample_count if layout.mode & HAS_NULLS else 0
    if layout.width == 0:
        side = min(1 + mode, sample_count)
        return bitmap, side, sample_count - side
    side, main_rows = {
        DELTA: (cells, sample_count - 1),
        COMMON_DELTA: (cells + sample_count - 1, sample_count - 1),
        RESIDUAL: (cells + sample_count, sample_count),
    }[mode]
    return bitmap, side, main_rows * cells


def frame_size(layouts: Sequence[ColumnLayout], sample_count: int) -> int:
    """Return the number of bytes that the frame must decompress to."""
    total = 0
    for layout in layouts:
        bitmap, side, main = stream_sizes(layout, sample_count)
        total += (bitmap + 7) // 8 + side * layout.side_planes + main * layout.main_planes
    return total
