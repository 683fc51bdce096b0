"""A picture of a way in stations, drawn on the server: lying for wide pages, upright for phones.

In: stations with a state. Out: SVG without style or script; the words beside it say the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from battery_passport.web.explorer.glyphs import GLYPHS, SIDE


class StationState(StrEnum):
    """How far the way has come here."""

    DONE = "done"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Station:
    """A station: which drawing, how it stands, what it is called, and its figure."""

    glyph: str
    state: StationState
    title: str
    figure: str


_STEP, _TILE_TOP, _BELOW = 150, 8, 10
_LINE, _SMALL_LINE = 21, 18
_TITLE_AT, _MOST_LINES, _TITLE_WIDTH, _FIGURE_WIDTH = 96, 3, 15.0, 19.0
_ROW, _UPRIGHT_WIDTH, _UPRIGHT_TITLE_WIDTH = 84, 350, 30.0
_GAP = 8


def lying(stations: Sequence[Station], label: str) -> str:
    """Return the picture from left to right, as wide as a page."""
    pieces: list[str] = []
    lowest = 0
    for place, station in enumerate(stations):
        middle = place * _STEP + _STEP // 2
        left = middle - SIDE // 2
        if place + 1 < len(stations):
            start, end = left + SIDE + _GAP, left + _STEP - _GAP
            pieces.append(_arrow(start, end, _TILE_TOP + SIDE // 2, stations[place + 1].state))
        pieces.append(_tile(station, left, _TILE_TOP))
        lines = list(_wrapped(station.title, _TITLE_WIDTH))[:_MOST_LINES]
        for line, text in enumerate(lines):
            pieces.append(
                _text(text, middle, _TITLE_AT + line * _LINE, kind="title", anchor="middle")
            )
        below = _TITLE_AT + len(lines) * _LINE
        lowest = max(lowest, below - _LINE)
        for line, text in enumerate(list(_wrapped(station.figure, _FIGURE_WIDTH))[:_MOST_LINES]):
            y = below + line * _SMALL_LINE
            lowest = max(lowest, y)
            pieces.append(_text(text, middle, y, kind="figure", anchor="middle"))
    return _svg(pieces, (len(stations) * _STEP, lowest + _BELOW), label, kind="way__lying")


def upright(stations: Sequence[Station], label: str) -> str:
    """Return the picture from top to bottom, as wide as a phone."""
    pieces: list[str] = []
    for place, station in enumerate(stations):
        top = place * _ROW + _TILE_TOP
        if place + 1 < len(stations):
            pieces.append(_drop(top + SIDE + 3, top + _ROW - 3, stations[place + 1].state))
        pieces.append(_tile(station, 2, top))
        lines = list(_wrapped(station.title, _UPRIGHT_TITLE_WIDTH))[:2]
        first = top + (SIDE - len(lines) * _LINE) // 2 + 5
        for line, text in enumerate(lines):
            pieces.append(_text(text, SIDE + 20, first + line * _LINE, kind="title"))
        below = first + len(lines) * _LINE
        pieces.append(_text(station.figure, SIDE + 20, below, kind="figure"))
    height = (len(stations) - 1) * _ROW + SIDE + 2 * _TILE_TOP
    return _svg(pieces, (_UPRIGHT_WIDTH, height), label, kind="way__upright")


def glyph(name: str, state: StationState) -> str:
    """Return one drawing alone, for the words beside it."""
    return (
        f'<svg class="way__glyph" viewBox="0 0 {SIDE} {SIDE}" aria-hidden="true" '
        f'focusable="false">{_tile(Station(name, state, "", ""), 0, 0)}</svg>'
    )


def _plain(text: str) -> str:
    """Return text that stands between tags or double quotes as itself."""
    return escape(text, quote=False).replace('"', "&quot;")


def _svg(pieces: Sequence[str], size: tuple[int, int], label: str, *, kind: str) -> str:
    width, height = size
    return (
        f'<svg class="way__picture {kind}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{_plain(label)}">{"".join(pieces)}</svg>'
    )


def _tile(station: Station, left: int, top: int) -> str:
    return (
        f'<g class="way__tile way__tile--{station.state}" transform="translate({left} {top})">'
        f'<rect class="way__ground" width="{SIDE}" height="{SIDE}" rx="14"/>'
        f'<g class="way__drawing">{GLYPHS[station.glyph]}</g></g>'
    )


def _arrow(start: int, end: int, y: int, state: StationState) -> str:
    return f'<path class="way__arrow way__arrow--{state}" d="M{start} {y}H{end}m-7-6 7 6-7 6"/>'


def _drop(start: int, end: int, state: StationState) -> str:
    x = SIDE // 2 + 2
    return f'<path class="way__arrow way__arrow--{state}" d="M{x} {start}V{end}m-6-7 6 7 6-7"/>'


def _text(text: str, x: int, y: int, *, kind: str, anchor: str = "start") -> str:
    return (
        f'<text class="way__{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{_plain(text)}</text>'
        if text
        else ""
    )


def _wrapped(text: str, width: float) -> Iterator[str]:
    """Yield lines no wider than so many letters; Korean letters count almost twice."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and _width(longer) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _width(text: str) -> float:
    return sum(1.7 if ord(letter) > 0x1100 else 1.0 for letter in text)
