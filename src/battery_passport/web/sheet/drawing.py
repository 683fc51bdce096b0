"""Pictures of a sheet as SVG: axes with units, lines, bands, dots, level lines.

In: points in the units of the axes. Out: one `svg` element, the same for page and paper. Colours
are attributes, which a style sheet may overrule by class; it holds no style attribute, no script.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT = 440, 262
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 30, 46
FONT = "Pretendard GOV"
INK, SOFT, LINE, PAPER = "#1e2124", "#58616a", "#cdd1d5", "#ffffff"
BLUE, GREY, RED, ORANGE = "#0b50d0", "#6d7882", "#c62d1f", "#9e5b00"
_MOST_TICKS = 6
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and what is written there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis from `low` to `high`, with its name and unit."""

    title: str
    low: float
    high: float
    ticks: tuple[Tick, ...]


def axis(title: str, values: Sequence[float], *, least_span: float = 0.0) -> Axis:
    """Return an axis with round ends that holds the values. At least one value."""
    low, high = min(values), max(values)
    if high - low < least_span or high == low:
        more = (max(least_span, abs(high) * 0.02, 1e-6) - (high - low)) / 2
        low, high = low - more, high + more
    step = _round_step((high - low) / (_MOST_TICKS - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, _has_half(step) - math.floor(math.log10(step) + 1e-9))
    ticks = tuple(
        Tick(number * step, f"{number * step:,.{digits}f}") for number in range(first, last + 1)
    )
    return Axis(title=title, low=first * step, high=last * step, ticks=ticks)


def _round_step(raw: float) -> float:
    power = 10.0 ** math.floor(math.log10(raw))
    return next(each for each in _STEPS if each >= raw / power - 1e-9) * power


def _has_half(step: float) -> bool:
    scaled = step / 10.0 ** math.floor(math.log10(step) + 1e-9)
    return abs(scaled - round(scaled)) > 1e-6


@dataclass(slots=True)
class Chart:
    """A picture that is being drawn; what is drawn first lies below."""

    across: Axis
    up: Axis
    _parts: list[str] = field(default_factory=list)
    _keys: list[tuple[str, str, str]] = field(default_factory=list)

    def band(self, lower: Sequence[Point], upper: Sequence[Point], *, shade: str = "0.16") -> None:
        """Draw an area between two lines over the same places."""
        around = [*upper, *reversed(lower)]
        self._parts.append(
            f'<polygon class="plot__band" fill="{BLUE}" fill-opacity="{shade}" '
            f'points="{self._pairs(around)}"/>'
        )

    def line(self, points: Sequence[Point], *, kind: str, name: str = "") -> None:
        """Draw a line through points; `kind` is `own`, `other` or `level`."""
        colour, look = _KINDS[kind]
        self._parts.append(
            f'<polyline class="plot__line plot__line--{kind}" fill="none" stroke="{colour}" '
            f'{look} points="{self._pairs(points)}"/>'
        )
        if name:
            self._keys.append((kind, colour, name))

    def dots(self, points: Sequence[Point], *, kind: str, radius: float = 3.0) -> None:
        """Draw a dot at each point."""
        colour, _ = _KINDS[kind]
        self._parts += [
            f'<circle class="plot__dot plot__dot--{kind}" fill="{colour}" r="{radius:g}" '
            f'cx="{self._x(x):.1f}" cy="{self._y(y):.1f}"/>'
            for x, y in points
            if self._holds(x, y)
        ]

    def whisker(self, at: float, low: float, high: float) -> None:
        """Draw an interval about a point."""
        x = f"{self._x(at):.1f}"
        self._parts.append(
            f'<line class="plot__line plot__line--own" stroke="{BLUE}" stroke-width="1.5" '
            f'x1="{x}" x2="{x}" y1="{self._y(low):.1f}" y2="{self._y(high):.1f}"/>'
        )

    def level(self, at: float, name: str) -> None:
        """Draw a line across at a height, with its name above its right end."""
        y = self._y(at)
        self._parts.append(
            f'<line class="plot__line plot__line--level" stroke="{ORANGE}" stroke-width="1.2" '
            f'stroke-dasharray="5 3" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        self._parts.append(_text(WIDTH - RIGHT, y - 4, name, anchor="end", colour=ORANGE, size=11))

    def label(self, at: float, height: float, name: str, *, kind: str = "bad") -> None:
        """Write a word beside a point, on whichever side there is room."""
        x, y = self._x(at), self._y(height)
        right = x < WIDTH - RIGHT - 90
        colour, _ = _KINDS[kind]
        self._parts.append(
            _text(
                x + (7 if right else -7),
                min(max(y + 4, TOP + 10), HEIGHT - BOTTOM - 3),
                name,
                anchor="start" if right else "end",
                colour=colour,
            )
        )

    def svg(self, said: str) -> str:
        """Return the picture; `said` is what a screen reader says of it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'role="img" aria-label="{escape(said)}" font-family="{FONT}" font-size="12">'
            f"{self._frame()}{''.join(self._parts)}{self._legend()}</svg>"
        )

    def _frame(self) -> str:
        parts = []
        bottom = HEIGHT - BOTTOM
        for tick in self.up.ticks:
            y = self._y(tick.at)
            parts.append(
                f'<line class="plot__grid" stroke="{LINE}" stroke-width="0.7" x1="{LEFT}" '
                f'x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            )
            parts.append(_text(LEFT - 6, y + 4, tick.text, anchor="end"))
        for tick in self.across.ticks:
            x = self._x(tick.at)
            parts.append(
                f'<line class="plot__grid" stroke="{LINE}" stroke-width="0.7" x1="{x:.1f}" '
                f'x2="{x:.1f}" y1="{bottom}" y2="{bottom + 4}"/>'
            )
            parts.append(_text(x, bottom + 17, tick.text, anchor="middle"))
        middle = (LEFT + WIDTH - RIGHT) / 2
        parts.append(_text(middle, HEIGHT - 8, self.across.title, anchor="middle", colour=INK))
        parts.append(_text(4, 14, self.up.title, anchor="start", colour=INK))
        return "".join(parts)

    def _legend(self) -> str:
        """Return the names of the lines, from the right end of the first line of the picture."""
        parts: list[str] = []
        x = float(WIDTH - RIGHT)
        for kind, colour, name in reversed(self._keys):
            x -= _width(name)
            parts.append(_text(x, 14, name, anchor="start"))
            _, look = _KINDS[kind]
            parts.append(
                f'<line class="plot__line plot__line--{kind}" stroke="{colour}" {look} '
                f'x1="{x - 24}" x2="{x - 5}" y1="10" y2="10"/>'
            )
            x -= 36
        return "".join(parts)

    def _pairs(self, points: Sequence[Point]) -> str:
        return " ".join(f"{self._x(x):.1f},{self._y(y):.1f}" for x, y in points)

    def _holds(self, x: float, y: float) -> bool:
        return self.across.low <= x <= self.across.high and self.up.low <= y <= self.up.high

    def _x(self, value: float) -> float:
        share = (value - self.across.low) / (self.across.high - self.across.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def _y(self, value: float) -> float:
        share = (value - self.up.low) / (self.up.high - self.up.low)
        return HEIGHT - BOTTOM - min(max(share, 0.0), 1.0) * (HEIGHT - TOP - BOTTOM)


_KINDS = {
    "own": (BLUE, 'stroke-width="2"'),
    "other": (GREY, 'stroke-width="1.5" stroke-dasharray="4 3"'),
    "level": (ORANGE, 'stroke-width="1.2" stroke-dasharray="5 3"'),
    "bad": (RED, 'stroke-width="2"'),
}
"""By kind of line: its colour, and how it looks without colour."""


def _text(
    x: float, y: float, words: str, *, anchor: str, colour: str = SOFT, size: int = 12
) -> str:
    name = "ink" if colour == INK else "level" if colour == ORANGE else "soft"
    name = "bad" if colour == RED else name
    return (
        f'<text class="plot__text plot__text--{name}" fill="{colour}" font-size="{size}" '
        f'text-anchor="{anchor}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'
    )


def _width(words: str) -> float:
    """Return about how wide words are in this size: Hangul is as wide as it is high."""
    return sum(12.0 if ord(letter) > 0x1100 else 6.6 for letter in words)
