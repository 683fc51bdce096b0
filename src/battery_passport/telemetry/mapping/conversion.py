"""Rows of a source table as integer samples, following a mapping.

In: a source table and a mapping. Out: samples in pieces of bounded size; no row is left out.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.errors import UnreadableSource
from battery_passport.telemetry.mapping.clock import row_times_ms, segment_starts
from battery_passport.telemetry.mapping.model import (
    AssumedClock,
    ColumnRule,
    RangeRule,
    SourceMapping,
)
from battery_passport.telemetry.model import NULL, Samples
from battery_passport.telemetry.ports import SourceTable

ROWS_AT_ONCE = 65_536
"""Rows converted at a time: bounds memory, changes no result."""

_LARGEST = 2.0**53
_RANGE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*-\s*(-?\d+(?:\.\d+)?)\s*")


def convert_rows(
    source: SourceTable, mapping: SourceMapping, *, rows_at_once: int = ROWS_AT_ONCE
) -> Iterator[Samples]:
    """Return the table's rows as samples, in the order of the file.

    A value that is no finite number below 2^53 becomes NULL; every other value is kept, sentinels
    too.
    Raises: UnreadableSource if a required column is missing or holds no numbers or times.
    """
    if not source.row_count:
        raise UnreadableSource(f"{source.file_name} has no rows.", remedy="Give a file with data.")
    rules = present_rules(source, mapping)
    times_ms = row_times_ms(source, mapping.clock)
    ranges = {rule.target: _range_values(source, rule, mapping.clock) for rule in mapping.ranges}
    for start in range(0, source.row_count, rows_at_once):
        stop = min(start + rows_at_once, source.row_count)
        columns = {
            rule.target: _converted(source, rule, names, rows=(start, stop))
            for rule, names in rules
        }
        columns |= {target: values[start:stop] for target, values in ranges.items()}
        yield Samples(sampled_at_ms=times_ms[start:stop], columns=columns)


def present_rules(
    source: SourceTable, mapping: SourceMapping
) -> list[tuple[ColumnRule, Sequence[str]]]:
    """Return the rules that the source can follow, each with its source columns in order.

    Raises: UnreadableSource naming each required column that is missing.
    """
    found = [(rule, source_columns(rule, source.column_names)) for rule in mapping.columns]
    missing = [rule.source for rule, names in found if rule.required and not names]
    missing += [name for name in _other_columns(mapping) if name not in source.column_names]
    if missing:
        raise UnreadableSource(
            f"{source.file_name} has no column {', '.join(missing)}, which mapping "
            f"{mapping.name} needs. It has: {', '.join(source.column_names[:12])} ...",
            remedy="Choose the mapping made for this file, or correct its column names.",
        )
    return [(rule, names) for rule, names in found if names]


def source_columns(rule: ColumnRule, names: Sequence[str]) -> Sequence[str]:
    """Return the source columns of a rule: for a group those present, by their numbers."""
    if not rule.is_group:
        return [rule.source] if rule.source in names else []
    before, after = map(re.escape, rule.source.split("*"))
    numbered = re.compile(f"{before}([0-9]+){after}")
    found = [(int(match[1]), match[0]) for name in names if (match := numbered.fullmatch(name))]
    return [name for _, name in sorted(found)]


def _other_columns(mapping: SourceMapping) -> list[str]:
    clock = mapping.clock
    column = clock.segment_column if isinstance(clock, AssumedClock) else clock.column
    return [rule.source for rule in mapping.ranges] + ([column] if column else [])


def _converted(
    source: SourceTable, rule: ColumnRule, names: Sequence[str], *, rows: tuple[int, int]
) -> NDArray[np.int64]:
    if not rule.is_group:
        return _scaled(source.numbers(names[0], *rows), rule)
    values = np.empty((rows[1] - rows[0], len(names)), dtype=np.int64)
    for place, name in enumerate(names):
        values[:, place] = _scaled(source.numbers(name, *rows), rule)
    return values


def _scaled(numbers: NDArray[np.float64], rule: ColumnRule) -> NDArray[np.int64]:
    return _integers((rule.sign * numbers + rule.offset) * rule.factor)


def _integers(numbers: NDArray[np.float64]) -> NDArray[np.int64]:
    carried = np.abs(numbers) < _LARGEST  # false for NaN
    whole = np.rint(np.where(carried, numbers, 0.0)).astype(np.int64)
    return np.where(carried, whole, NULL)


def _range_values(source: SourceTable, rule: RangeRule, clock: object) -> NDArray[np.int64]:
    """Return NULL everywhere but at each segment's first and last row."""
    values = np.full(source.row_count, NULL, dtype=np.int64)
    if not isinstance(clock, AssumedClock) or not clock.segment_column:
        return values
    starts = segment_starts(source.numbers(clock.segment_column, 0, source.row_count))
    ends = np.append(starts[1:], source.row_count) - 1
    for first, last in zip(starts.tolist(), ends.tolist(), strict=True):
        low, high = _range_bounds(source, rule, row=first)
        values[[first, last]] = _integers(np.array([low, high]) * rule.factor)
    return values


def _range_bounds(source: SourceTable, rule: RangeRule, *, row: int) -> tuple[float, float]:
    text = source.texts(rule.source, row, row + 1)[0] or ""
    match = _RANGE.fullmatch(text)
    if match is None:
        raise UnreadableSource(
            f"Row {row} of {source.file_name} has {text!r} in column {rule.source}.",
            remedy="Write the two values as in 9-21.",
        )
    return float(match[1]), float(match[2])
