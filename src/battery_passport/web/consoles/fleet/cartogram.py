"""A schematic map: each district one hexagon, placed so that neighbours stay neighbours.

In: a value by district. Out: hexagons with their step on a scale, in the units of an SVG.
The shapes are our own; no map data went into them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

WIDTH, HEIGHT = 108, 94
"""Of one hexagon, standing on a corner; rows overlap by a quarter."""

_ROW = HEIGHT * 3 // 4 + 6
_HALF = WIDTH // 2 + 2

# Column in half hexagons, row; the sea is below and to the right.
_PLACES_BUSAN: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "21110": (4, 0),
        "21310": (6, 0),
        "21120": (1, 1),
        "21080": (3, 1),
        "21060": (5, 1),
        "21090": (7, 1),
        "21150": (2, 2),
        "21050": (4, 2),
        "21130": (6, 2),
        "21140": (8, 2),
        "21100": (1, 3),
        "21020": (3, 3),
        "21030": (5, 3),
        "21070": (7, 3),
        "21010": (4, 4),
        "21040": (6, 4),
    }
)
PLACES: Mapping[str, Mapping[str, tuple[int, int]]] = MappingProxyType({"busan": _PLACES_BUSAN})

STEPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One district as drawn: its corners, where its words stand, its step from 0 to 4."""

    code: str
    points: str
    x: int
    y: int
    name: str
    figure: str
    said: str
    step: int = 0
    link: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a district lies."""

    code: str
    points: str
    x: int
    y: int


def shapes_of(region: str) -> tuple[Shape, ...]:
    """Return the hexagons of a city, none if it has no map."""
    return tuple(
        Shape(code, _corners(*_middle(*place)), *_middle(*place))
        for code, place in PLACES.get(region, {}).items()
    )


def size_of(region: str) -> tuple[int, int]:
    """Return width and height of a city's map."""
    places = PLACES.get(region, {}).values()
    columns = max((column for column, _ in places), default=0)
    rows = max((row for _, row in places), default=0)
    return (columns + 1) * _HALF + 8, rows * _ROW + HEIGHT + 8


def step_bounds(values: Sequence[float]) -> tuple[float, ...]:
    """Return where the upper four of five steps begin: even steps from the lowest value up."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    return tuple(low + (high - low) * step / STEPS for step in range(1, STEPS))


def step_of(value: float, bounds: Sequence[float]) -> int:
    """Return the step of a value."""
    return sum(value >= bound for bound in bounds) if bounds and bounds[-1] > bounds[0] else 0


def _middle(column: int, row: int) -> tuple[int, int]:
    return column * _HALF + 4, row * _ROW + HEIGHT // 2 + 4


def _corners(x: int, y: int) -> str:
    half, quarter = WIDTH // 2, HEIGHT // 4
    corners = (
        (x, y - HEIGHT // 2),
        (x + half, y - quarter),
        (x + half, y + quarter),
        (x, y + HEIGHT // 2),
        (x - half, y + quarter),
        (x - half, y - quarter),
    )
    return " ".join(f"{left},{top}" for left, top in corners)
