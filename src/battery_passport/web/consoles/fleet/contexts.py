"""What the fleet's templates are given.

In: figures in words. Out: typed contexts.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.consoles.fleet.cartogram import Tile
from battery_passport.web.consoles.frame.cells import Figure
from battery_passport.web.consoles.frame.listing import ListView
from battery_passport.web.consoles.frame.pages import ConsolePage, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLink:
    """A measure to colour the map by."""

    title: str
    link: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """The map of districts, its scale, and the same as a table."""

    title: str
    meaning: str
    said: str
    width: int
    height: int
    tiles: tuple[Tile, ...]
    measures: tuple[MapLink, ...]
    legend: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cars_link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPage(ConsolePage):
    """The context of `consoles/fleet/overview.html`."""

    template: ClassVar[str] = "consoles/fleet/overview.html"
    figures: tuple[Figure, ...]
    map: MapView | None
    every_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveListPage(ConsolePage):
    """The context of `consoles/fleet/list.html`: a list that keeps itself up to date."""

    template: ClassVar[str] = "consoles/fleet/list.html"
    list: ListView
    every_s: int
    way: str = ""
    way_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPage(ConsolePage):
    """The context of `consoles/fleet/quality.html`: one battery's findings and devices."""

    template: ClassVar[str] = "consoles/fleet/quality.html"
    back: str
    back_text: str
    figures: tuple[Figure, ...]
    list: ListView
    devices: tuple[tuple[Term, ...], ...]
    telemetry: str
    sheet: str
