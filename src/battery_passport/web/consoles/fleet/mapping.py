"""The map of districts and the figures of the fleet, in words.

In: a fleet's state and the measure chosen. Out: contexts.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil

from battery_passport.registry.districts import DISTRICTS_OF
from battery_passport.web.consoles.fleet.cartogram import (
    Shape,
    Tile,
    shapes_of,
    size_of,
    step_bounds,
    step_of,
)
from battery_passport.web.consoles.fleet.contexts import MapLink, MapView
from battery_passport.web.consoles.fleet.lists import district_name
from battery_passport.web.consoles.fleet.measures import (
    MEASURES,
    Measure,
    heard_percent,
    is_heard,
    usual_lag_s,
    written_duration,
)
from battery_passport.web.consoles.fleet.ports import Car, FleetState
from battery_passport.web.consoles.frame.cells import Figure, Trend, draw_trend
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.language import Language

NOTHING = "–"


def map_of(
    state: FleetState, region: str, chosen: str, shell: ConsoleShell, *, base: str
) -> MapView | None:
    """Return the map of a city, or None for a city without one."""
    shapes = shapes_of(region)
    if not shapes:
        return None
    language, measure = shell.language, MEASURES.get(chosen, MEASURES["cars"])
    by_district = _by_district(state.cars)
    cars_path = f"{base}/cars"
    values = {
        shape.code: measure.value(by_district.get(shape.code, ()), state.at) for shape in shapes
    }
    known = [value for value in values.values() if value is not None]
    bounds = step_bounds(known)
    width, height = size_of(region)
    tiles = tuple(
        replace(
            _tile(shape, value, measure, language),
            step=step_of(value or 0.0, bounds),
            link=shell.address(cars_path, district=shape.code),
        )
        for shape, value in zip(shapes, values.values(), strict=True)
    )
    return MapView(
        title=language.text(measure.title),
        meaning=language.text(measure.meaning),
        said=language.text(
            "Map of the districts by: %(measure)s. The table below says the same.",
            measure=language.text(measure.title),
        ),
        width=width,
        height=height,
        tiles=tiles,
        measures=tuple(
            MapLink(
                title=language.text(each.title),
                link=shell.address(shell.path, measure=each.key),
                chosen=each is measure,
            )
            for each in MEASURES.values()
        ),
        legend=_legend(known, measure, language),
        headings=(
            language.text("District"),
            *(language.text(each.title) for each in MEASURES.values()),
        ),
        rows=_rows(state, region, by_district, language),
        cars_link=shell.address(cars_path),
    )


def figures_of(state: FleetState, shell: ConsoleShell) -> tuple[Figure, ...]:
    """Return the four figures of the fleet with their trend over the days."""
    language = shell.language
    text, number = language.text, language.number
    cars, days = state.cars, state.days
    heard = sum(is_heard(car, state.at) for car in cars)
    share, lag = heard_percent(cars, state.at), usual_lag_s(cars, state.at)
    found = sum(car.findings > 0 for car in cars)
    late = [round(100 * day.backfilled / day.samples) if day.samples else 0 for day in days]
    return (
        Figure(
            label=text("Cars enrolled"),
            figure=number(len(cars)),
            origin=text("each has a collection device of its own"),
        ),
        Figure(
            label=text("Heard of in 24 hours"),
            figure=NOTHING if share is None else number(round(share)),
            unit="" if share is None else "%",
            origin=text("%(count)s cars; below: cars heard of by day", count=number(heard)),
            trend=_trend([day.batteries for day in days], language),
        ),
        Figure(
            label=text("Delay"),
            figure=NOTHING if lag is None else written_duration(lag, language),
            origin=text(
                "from measurement to receipt, middle of all cars; below: share sent late by day"
            ),
            trend=_trend(late, language),
        ),
        Figure(
            label=text("Cars with findings"),
            figure=number(found),
            origin=text("in the last 7 days; below: samples by day"),
            trend=_trend([day.samples for day in days], language),
        ),
    )


def _by_district(cars: Sequence[Car]) -> dict[str, list[Car]]:
    found: dict[str, list[Car]] = {}
    for car in cars:
        found.setdefault(car.district, []).append(car)
    return found


def _tile(shape: Shape, value: float | None, measure: Measure, language: Language) -> Tile:
    name = district_name(shape.code, language)
    figure = NOTHING if value is None else measure.written(value, language)
    return Tile(
        code=shape.code,
        points=shape.points,
        x=shape.x,
        y=shape.y,
        name=name.removesuffix("-gu").removesuffix("-gun"),
        figure=figure,
        said=f"{name}: {figure}",
    )


def _legend(values: Sequence[float], measure: Measure, language: Language) -> tuple[str, ...]:
    """Return from where to where each step of the scale goes; one step where all are alike."""
    if not values:
        return ()
    bounds = (min(values), *step_bounds(values), max(values))
    if bounds[0] == bounds[-1]:
        return (measure.written(bounds[0], language),)
    if measure.counted:
        return tuple(_counts(low, high, language) for low, high in _whole_steps(bounds))
    written = [measure.written(bound, language) for bound in bounds]
    return tuple(low if low == high else f"{low} – {high}" for low, high in pairwise(written))


def _whole_steps(bounds: Sequence[float]) -> list[tuple[int, int]]:
    """Return the lowest and the highest whole number of each step; the last holds its end."""
    steps = [(ceil(low), ceil(high) - 1) for low, high in pairwise(bounds)]
    steps[-1] = (steps[-1][0], int(bounds[-1]))
    return steps


def _counts(low: int, high: int, language: Language) -> str:
    """Return a step in whole numbers, nothing where it holds none."""
    if low > high:
        return ""
    first, last = language.number(low), language.number(high)
    return first if low == high else f"{first} – {last}"


def _rows(
    state: FleetState, region: str, by_district: dict[str, list[Car]], language: Language
) -> tuple[tuple[str, ...], ...]:
    codes = [each.code for each in DISTRICTS_OF.get(region, ())]
    if "" in by_district:
        codes.append("")
    rows = []
    for code in codes:
        cars = by_district.get(code, [])
        values = ((each, each.value(cars, state.at)) for each in MEASURES.values())
        figures = (
            NOTHING if value is None else each.written(value, language) for each, value in values
        )
        rows.append((district_name(code, language), *figures))
    return tuple(rows)


def _trend(values: list[int], language: Language) -> Trend | None:
    """Return the line of the days; none where all of them are zero."""
    if not any(values):
        return None
    said = language.text(
        "%(days)s days ago %(before)s, today %(now)s",
        days=len(values) - 1,
        before=language.number(values[0]),
        now=language.number(values[-1]),
    )
    return draw_trend(values, said)
