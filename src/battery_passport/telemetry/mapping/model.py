"""A mapping as frozen values.

In: a checked TOML file. Out: what conversion and matching follow.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRule:
    """How one source column, or a numbered group of them, becomes one column of ours.

    `source` with a `*` stands for all columns whose place of the star is a whole number, in the
    order of these numbers. A value becomes (sign * value + offset) * factor, rounded.
    """

    source: str
    target: str
    sign: int = 1
    offset: float = 0.0
    factor: float = 1.0
    required: bool = True

    @property
    def is_group(self) -> bool:
        """Whether several source columns make up this one."""
        return "*" in self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeRule:
    """A text such as `9-21` beside each row of a segment: a value at its first and last row."""

    source: str
    target: str
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnClock:
    """Times are in a column. `time_format` is `iso`, `unix-s`, `unix-ms` or a strptime pattern.

    Times without a zone are read as local time so many minutes ahead of UTC.
    """

    column: str
    time_format: str
    utc_offset_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedClock:
    """Times are assumed: a start, an interval, and a gap after each segment."""

    start: datetime
    interval_ms: int
    segment_column: str | None
    segment_gap_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCheck:
    """The median of a column, less that of another if given, lies between two bounds."""

    column: str
    minus: str | None
    at_least: float
    at_most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRule:
    """By which files a mapping is recognised: name patterns, else columns and values."""

    file_names: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[ValueCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMapping:
    """A whole mapping; `declaration` holds the verbatim bytes of its file."""

    name: str
    assumptions: tuple[str, ...]
    match: MatchRule
    clock: ColumnClock | AssumedClock
    columns: tuple[ColumnRule, ...]
    ranges: tuple[RangeRule, ...]
    declaration: bytes
