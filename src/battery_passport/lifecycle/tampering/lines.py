"""Lines of marks that one pack can have run through, one mark after the other.

In: marks in the order of time. Out: lines, each from one pack as far as its counters tell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import sqrt
from operator import mul

from battery_passport.lifecycle.tampering.model import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far counters may move. Units: m, m/s, m a day, Ah, A, Ah a day.

    `fewest_marks` make a line. One without a mark for `open_for`, while others had some, is over.
    Patterns of cells are alike from a correlation of `least_alike` on.
    """

    odometer_slack_m: float = 3_000.0
    fastest_m_s: float = 60.0
    most_m_a_day: float = 1_500_000.0
    counter_slack_ah: float = 5.0
    largest_a: float = 800.0
    most_ah_a_day: float = 1_500.0
    fewest_marks: int = 3
    open_for: timedelta = timedelta(days=14)
    least_alike: float = 0.35


V1 = Limits()


@dataclass(slots=True)
class Line:
    """Marks that one pack can have run through.

    `known` is the newest value of each counter, `pattern` the cells' pattern of the newest marks.
    """

    marks: list[Mark] = field(default_factory=list)
    known: Mark | None = None
    pattern: tuple[float, ...] | None = None

    def take(self, mark: Mark) -> None:
        """Add a mark."""
        self.marks.append(mark)
        self.known = _newest(self.known, mark)
        self.pattern = _drawn_on(self.pattern, mark.pattern)


def find_lines(marks: Iterable[Mark], limits: Limits = V1) -> list[Line]:
    """Return the lines that count, the one that begins first before the others."""
    lines: list[Line] = []
    newest = None
    for mark in marks:
        open_lines = [
            each
            for each in lines
            if newest is None or newest - each.marks[-1].at <= limits.open_for
        ]
        newest = mark.at
        line = _continued(open_lines, mark, limits)
        if line is None:
            line = Line()
            lines.append(line)
        line.take(mark)
    return [line for line in lines if len(line.marks) >= limits.fewest_marks]


def same_vehicle(before: Mark, after: Mark, limits: Limits = V1) -> bool | None:
    """Tell whether the odometer goes on; None where it was not reported."""
    seconds = _seconds(before, after)
    return _goes_on(
        before.odometer_m,
        after.odometer_m,
        limits.odometer_slack_m,
        min(limits.fastest_m_s * seconds, limits.most_m_a_day * _days(seconds)),
    )


def are_alike(
    one: Sequence[float] | None, other: Sequence[float] | None, limits: Limits = V1
) -> bool:
    """Tell whether two patterns can be one pack's; unknown ones can."""
    if one is None or other is None or len(one) != len(other):
        return True
    return bool(sum(map(mul, one, other)) >= limits.least_alike)


def _drawn_on(
    before: tuple[float, ...] | None, mark: tuple[float, ...] | None
) -> tuple[float, ...] | None:
    """Return the pattern of a line after a mark: old and new, of length 1 again."""
    if mark is None or before is None or len(before) != len(mark):
        return before if mark is None else mark
    # Both have length 1, so that their products tell how long the sum is.
    length = sqrt(_KEPT**2 + _NEW**2 + 2.0 * _KEPT * _NEW * sum(map(mul, before, mark)))
    kept, new = _KEPT / length, _NEW / length
    return tuple([kept * a + new * b for a, b in zip(before, mark, strict=True)])


_KEPT, _NEW = 0.9, 0.1
"""Shares of a line's pattern and of a mark's in their sum: a pattern changes over months."""


def _continued(lines: list[Line], mark: Mark, limits: Limits) -> Line | None:
    """Return the line that the mark continues, the nearest if several would do.

    Of lines equally near it is the one that reported last: after a swap a mark without a pattern
    fits the old pack's counters as well, and would keep its line alive beside the new one.
    """
    fitting = [
        line
        for line in lines
        if line.known is not None
        and _can_follow(line.known, mark, limits)
        and are_alike(line.pattern, mark.pattern, limits)
    ]
    if len(fitting) < _SEVERAL:
        return fitting[0] if fitting else None
    return min(fitting, key=lambda line: (_distance(line, mark), mark.at - line.marks[-1].at))


_SEVERAL = 2


def _can_follow(before: Mark, after: Mark, limits: Limits) -> bool:
    cells, cells_after = before.cells_in_series, after.cells_in_series
    if cells is not None and cells_after is not None and cells != cells_after:
        return False
    seconds = _seconds(before, after)
    most_ah = min(limits.largest_a * seconds / 3_600.0, limits.most_ah_a_day * _days(seconds))
    slack_ah = limits.counter_slack_ah
    return (
        _goes_on(before.charged_ah, after.charged_ah, slack_ah, most_ah) is not False
        and _goes_on(before.discharged_ah, after.discharged_ah, slack_ah, most_ah) is not False
        and same_vehicle(before, after, limits) is not False
    )


def _goes_on(before: float | None, after: float | None, slack: float, most: float) -> bool | None:
    if before is None or after is None:
        return None
    return -slack <= after - before <= slack + most


def _distance(line: Line, mark: Mark) -> float:
    known = line.known
    if known is None:
        return 0.0
    apart = (
        (known.odometer_m, mark.odometer_m, 1_000.0),
        (known.charged_ah, mark.charged_ah, 1.0),
        (known.discharged_ah, mark.discharged_ah, 1.0),
    )
    return sum(abs(b - a) / unit for a, b, unit in apart if a is not None and b is not None)


def _days(seconds: float) -> float:
    """Return days, a part of one counted whole: a day's driving may lie in an hour's reports."""
    return max(1.0, seconds / 86_400.0)


def _seconds(before: Mark, after: Mark) -> float:
    return max(0.0, (after.at - before.at).total_seconds())


def _newest(known: Mark | None, mark: Mark) -> Mark:
    if known is None or _tells_all(mark):
        return mark
    return Mark(
        at=mark.at,
        pattern=mark.pattern,
        odometer_m=_first(mark.odometer_m, known.odometer_m),
        charged_ah=_first(mark.charged_ah, known.charged_ah),
        discharged_ah=_first(mark.discharged_ah, known.discharged_ah),
        stated_health_percent=_first(mark.stated_health_percent, known.stated_health_percent),
        cells_in_series=mark.cells_in_series or known.cells_in_series,
    )


def _tells_all(mark: Mark) -> bool:
    """Tell whether a mark leaves nothing to what was known before."""
    return bool(
        mark.cells_in_series
        and mark.odometer_m is not None
        and mark.charged_ah is not None
        and mark.discharged_ah is not None
        and mark.stated_health_percent is not None
    )


def _first(newer: float | None, older: float | None) -> float | None:
    return older if newer is None else newer
