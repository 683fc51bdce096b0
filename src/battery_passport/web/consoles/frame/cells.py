"""What stands in one field of a list, and a figure with its trend.

In: values in words of a language. Out: frozen contexts for the templates.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a badge says by its colour; its words say the same."""

    PLAIN = ""
    GOOD = "success"
    NOTICE = "warning"
    BAD = "danger"
    QUIET = "gray"
    ACTION = "primary"


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a list: its text, in what manner, and a second line in small type."""

    text: str
    link: str = ""
    tone: Tone = Tone.PLAIN
    code: bool = False
    small: str = ""
    figure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A line through equal spans of time, drawn in 160 by 40; `said` is the same in words."""

    points: str
    last_x: str
    last_y: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A large number with its unit, what it is in plain words, and where it is from."""

    label: str
    figure: str
    unit: str = ""
    origin: str
    link: str = ""
    trend: Trend | None = None


TREND_WIDTH, TREND_HEIGHT, TREND_MARGIN = 160, 40, 4


def draw_trend(values: list[int], said: str) -> Trend:
    """Return a line through the values, from nothing to the highest of them."""
    top = max(values, default=0) or 1
    step = (TREND_WIDTH - 2 * TREND_MARGIN) / max(1, len(values) - 1)
    drawn = [
        (
            TREND_MARGIN + place * step,
            TREND_HEIGHT - TREND_MARGIN - value * (TREND_HEIGHT - 2 * TREND_MARGIN) / top,
        )
        for place, value in enumerate(values)
    ]
    last_x, last_y = drawn[-1] if drawn else (0.0, 0.0)
    return Trend(
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in drawn),
        last_x=f"{last_x:.1f}",
        last_y=f"{last_y:.1f}",
        said=said,
    )
