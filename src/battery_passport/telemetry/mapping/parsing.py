"""Reads a mapping's TOML file and refuses what it does not understand, naming where it stands.

In: the file's bytes. Out: a `SourceMapping`. Source: TOML 1.0.
"""

import re
import tomllib
from collections.abc import Callable
from typing import TypeVar

from battery_passport.foundation.clock import parse_utc
from battery_passport.telemetry.columns import COLUMN_BY_NAME, Axis, is_column_name
from battery_passport.telemetry.errors import InvalidMapping
from battery_passport.telemetry.limits import DEFAULT_LIMITS
from battery_passport.telemetry.mapping.model import (
    AssumedClock,
    ColumnClock,
    ColumnRule,
    MatchRule,
    RangeRule,
    SourceMapping,
    ValueCheck,
)
from battery_passport.telemetry.mapping.units import factor_to_column

FORMAT_VERSION = 1
MAX_DECLARATION_BYTES = 64 * 1024
_NAME = re.compile(r"[a-z0-9-]{1,64}")
_MAX_OFFSET_MINUTES = 14 * 60
_Kind = TypeVar("_Kind")


def parse_mapping(declaration: bytes) -> SourceMapping:
    """Return the mapping that a TOML file declares.

    Raises: InvalidMapping.
    """
    if len(declaration) > MAX_DECLARATION_BYTES:
        raise InvalidMapping(f"The mapping has {len(declaration)} bytes, limit 65536.")
    try:
        members = tomllib.loads(declaration.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidMapping(f"The mapping is not TOML: {error}.") from error
    top = _Section("mapping", members)
    if top.take("format", int) != FORMAT_VERSION:
        raise InvalidMapping(f"The mapping does not say `format = {FORMAT_VERSION}`.")
    name = top.take("name", str)
    if not _NAME.fullmatch(name):
        raise InvalidMapping(f"The mapping's name {name!r} is not of a-z, 0-9 and '-'.")
    mapping = SourceMapping(
        name=name,
        assumptions=_assumptions(top),
        match=_match(top.section("match")),
        clock=_clock(top.section("clock")),
        columns=tuple(_column(part) for part in top.sections("columns")),
        ranges=tuple(_range(part) for part in top.sections("ranges")),
        declaration=declaration,
    )
    top.finish()
    _check_targets(mapping)
    return mapping


class _Section:
    """A TOML table that is read member by member; what is left over is refused."""

    def __init__(self, place: str, members: object) -> None:
        if not isinstance(members, dict):
            raise InvalidMapping(f"{place} is not a table.")
        self.place = place
        self._members = dict(members)

    def take(self, name: str, kind: type[_Kind], default: _Kind | None = None) -> _Kind:
        value = self._members.pop(name, default)
        if kind is float and type(value) is int:
            value = float(value)
        if value is None:
            raise InvalidMapping(f"{self.place} does not give `{name}`.")
        if type(value) is not kind:
            raise InvalidMapping(f"`{name}` in {self.place} is not of type {kind.__name__}.")
        return value

    def optional(self, name: str, kind: type[_Kind]) -> _Kind | None:
        return self.take(name, kind) if name in self._members else None

    def texts(self, name: str) -> tuple[str, ...]:
        found = self.take(name, list, [])
        if not all(isinstance(text, str) and text for text in found):
            raise InvalidMapping(f"`{name}` in {self.place} is not a list of texts.")
        return tuple(found)

    def section(self, name: str) -> "_Section":
        return _Section(f"[{name}]", self._members.pop(name, {}))

    def sections(self, name: str) -> list["_Section"]:
        parts = self.take(name, list, [])
        return [
            _Section(f"[[{name}]] number {number}", part) for number, part in enumerate(parts, 1)
        ]

    def finish(self) -> None:
        if self._members:
            raise InvalidMapping(f"{self.place} has an unknown member {min(self._members)!r}.")


def _assumptions(top: _Section) -> tuple[str, ...]:
    texts = top.texts("assumptions")
    longest = DEFAULT_LIMITS.assumption_characters
    if len(texts) > DEFAULT_LIMITS.assumptions or any(
        len(text) > longest or not text.isprintable() for text in texts
    ):
        raise InvalidMapping(f"An assumption is longer than {longest} printable characters.")
    return texts


def _match(part: _Section) -> MatchRule:
    rule = MatchRule(
        file_names=part.texts("file_names"),
        columns=part.texts("columns"),
        values=tuple(_value_check(check) for check in part.sections("values")),
    )
    part.finish()
    return rule


def _value_check(part: _Section) -> ValueCheck:
    check = ValueCheck(
        column=part.take("column", str),
        minus=part.optional("minus", str),
        at_least=part.take("at_least", float),
        at_most=part.take("at_most", float),
    )
    part.finish()
    return check


def _clock(part: _Section) -> ColumnClock | AssumedClock:
    kind = part.take("kind", str)
    if kind not in _CLOCKS:
        raise InvalidMapping(f"[clock] has kind {kind!r}, expected one of {', '.join(_CLOCKS)}.")
    clock = _CLOCKS[kind](part)
    part.finish()
    return clock


def _column_clock(part: _Section) -> ColumnClock:
    clock = ColumnClock(
        column=part.take("column", str),
        time_format=part.take("time_format", str, "iso"),
        utc_offset_minutes=part.take("utc_offset_minutes", int),
    )
    if abs(clock.utc_offset_minutes) > _MAX_OFFSET_MINUTES:
        raise InvalidMapping("[clock] is more than 14 hours away from UTC.")
    return clock


def _assumed_clock(part: _Section) -> AssumedClock:
    clock = AssumedClock(
        start=parse_utc(part.take("start", str)),
        interval_ms=part.take("interval_ms", int),
        segment_column=part.optional("segment_column", str),
        segment_gap_ms=part.take("segment_gap_ms", int, 0),
    )
    if clock.interval_ms < 1 or clock.segment_gap_ms < 0:
        raise InvalidMapping("[clock] does not go forward.")
    return clock


_CLOCKS: dict[str, Callable[[_Section], ColumnClock | AssumedClock]] = {
    "column": _column_clock,
    "assumed": _assumed_clock,
}


def _column(part: _Section) -> ColumnRule:
    target = part.take("target", str)
    rule = ColumnRule(
        source=part.take("source", str),
        target=target,
        sign=part.take("sign", int, 1),
        offset=part.take("offset", float, 0.0),
        factor=_factor(part, target),
        required=part.take("required", bool, True),  # noqa: FBT003 - a TOML default, not a flag
    )
    part.finish()
    if rule.sign not in {1, -1} or rule.source.count("*") > 1:
        raise InvalidMapping(f"{part.place} has a sign other than 1 or -1, or two stars.")
    return rule


def _range(part: _Section) -> RangeRule:
    target = part.take("target", str)
    rule = RangeRule(source=part.take("source", str), target=target, factor=_factor(part, target))
    part.finish()
    return rule


def _factor(part: _Section, target: str) -> float:
    unit = part.optional("unit", str)
    factor = part.optional("factor", float)
    if (unit is None) == (factor is None):
        raise InvalidMapping(f"{part.place} gives not exactly one of `unit` and `factor`.")
    return factor if unit is None and factor else factor_to_column(unit=unit or "", target=target)


def _check_targets(mapping: SourceMapping) -> None:
    targets = [rule.target for rule in mapping.columns]
    targets += [rule.target for rule in mapping.ranges]
    for target in targets:
        if not is_column_name(target) or targets.count(target) > 1:
            raise InvalidMapping(f"The target {target!r} is no column name, or is given twice.")
    for rule in mapping.columns:
        known = COLUMN_BY_NAME.get(rule.target)
        if known is not None and rule.is_group != (known.axis is not Axis.SAMPLE):
            raise InvalidMapping(f"Column {rule.target} has one value for each {known.axis}.")
    clock = mapping.clock
    has_segments = isinstance(clock, AssumedClock) and clock.segment_column is not None
    if mapping.ranges and not has_segments:
        raise InvalidMapping("A range needs a clock with a segment column.")
