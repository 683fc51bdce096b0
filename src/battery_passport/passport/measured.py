"""Data points filled from signed figures: what diagnostics stated, each with its interval.

In: the claims of a statement of figures, the battery's folded events. Out: values by number.
A figure that does not have the form of its data point is left out, never bent into it.
Source: EU-2023-1542 annex-xiii point 4(a), (b), (d).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.model import LifecycleState
from battery_passport.passport.data_points import data_point
from battery_passport.passport.model import PointValue
from battery_passport.passport.values import SHAPES

FROM_FIGURES = "figures-statement"

_W_PER_KW = 1_000.0
_OHM_PER_MOHM = 0.001
_SINCE_NEW = timedelta(days=7)
_COVERED_SINCE_NEW = 0.9
_S_PER_HOUR = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFigures:
    """A battery's newest signed statement of figures; `number` counts its statements."""

    number: int
    claims: JsonObject


@dataclass(frozen=True, slots=True)
class _Found:
    value: JsonValue
    as_of: JsonValue
    interval: tuple[float, float] | None = None


def measured_values(
    stated: StatedFigures | None, state: LifecycleState
) -> Mapping[int, PointValue]:
    """Return the values that a statement gives, none without one."""
    figures = None if stated is None else stated.claims.get("figures")
    if stated is None or not isinstance(figures, Mapping):
        return {}
    values = (
        _value(number, figures[name], (find, state), stated.number)
        for number, (name, find) in _ROWS.items()
        if name in figures
    )
    return {each.point.number: each for each in values if each is not None}


def _value(
    number: int,
    figure: JsonValue,
    how: tuple["_Find", LifecycleState],
    statement: int,
) -> PointValue | None:
    find, state = how
    values = figure.get("values") if isinstance(figure, Mapping) else None
    if not isinstance(figure, Mapping) or not isinstance(values, Mapping):
        return None
    found = find(values, state)
    point = data_point(number)
    if found is None or not isinstance(found.as_of, str) or SHAPES[point.kind].fault(found.value):
        return None
    return PointValue(
        point=point,
        value=found.value,
        source=f"{FROM_FIGURES}:{statement}",
        as_of=parse_utc(found.as_of),
        method=f"{figure.get('method')} {figure.get('version')}",
        interval=found.interval,
    )


_Values = Mapping[str, JsonValue]
_Find = Callable[[_Values, LifecycleState], _Found | None]


def _in_unit(path: tuple[str, ...], unit: str, *, factor: float, decimals: int) -> _Find:
    """Return how a figure with an interval is found and brought to the data point's unit."""

    def find(values: _Values, _state: LifecycleState) -> _Found | None:
        part: JsonValue = values
        for name in path:
            part = part.get(name) if isinstance(part, Mapping) else None
        if not isinstance(part, Mapping):
            return None
        numbers = list(_numbers(part, unit))
        if len(numbers) != len(_ENDS):
            return None
        value, low, high = (round(each * factor, decimals) for each in numbers)
        as_of = values.get("as_of", values.get("ended_at"))
        return _Found(value, as_of, (low, high))

    return find


_ENDS = ("value", "low", "high")


def _numbers(part: _Values, unit: str) -> Iterator[float]:
    for end in _ENDS:
        number = part.get(f"{end}_{unit}")
        if isinstance(number, int | float) and not isinstance(number, bool):
            yield float(number)


def _full_cycles(values: _Values, state: LifecycleState) -> _Found | None:
    """Return the cycles so far, only where nearly all of the battery's life was counted."""
    placed, cycles = state.placed_on_market_at, values.get("full_cycles")
    ends = [values.get(name) for name in ("started_at", "ended_at")]
    hours, open_percent = values.get("covered_hours"), values.get("sensor_leaves_open_percent")
    texts = [each for each in ends if isinstance(each, str)]
    known = [each for each in (cycles, hours, open_percent) if isinstance(each, int | float)]
    if placed is None or len(texts) != len(ends) or len(known) != 3:
        return None
    started, ended = (parse_utc(each) for each in texts)
    life_h = (ended - placed).total_seconds() / _S_PER_HOUR
    if started - placed > _SINCE_NEW or known[1] < _COVERED_SINCE_NEW * life_h:
        return None
    apart = known[0] * known[2] / 100
    return _Found(known[0], ends[1], (round(known[0] - apart, 1), round(known[0] + apart, 1)))


def _temperatures(values: _Values, _state: LifecycleState) -> _Found | None:
    met, warm = values.get("temperature_celsius"), values.get("minutes_above_45_celsius")
    period = _period(values)
    if not isinstance(met, Mapping) or period is None or not isinstance(warm, int | float):
        return None
    value: JsonObject = {
        **period,
        "lowest_celsius": met.get("lowest"),
        "highest_celsius": met.get("highest"),
        "mean_celsius": met.get("mean"),
        "minutes_above_45_celsius": int(warm),
    }
    return _Found(value, values.get("ended_at"))


def _charge_levels(values: _Values, _state: LifecycleState) -> _Found | None:
    met, period = values.get("state_of_charge_percent"), _period(values)
    if not isinstance(met, Mapping) or period is None:
        return None
    value: JsonObject = {
        **period,
        "lowest_percent": met.get("lowest"),
        "highest_percent": met.get("highest"),
        "mean_percent": met.get("mean"),
    }
    return _Found(value, values.get("ended_at"))


def _period(values: _Values) -> JsonObject | None:
    started, ended = values.get("started_at"), values.get("ended_at")
    if not isinstance(started, str) or not isinstance(ended, str):
        return None
    return {"from": _day(parse_utc(started)), "to": _day(parse_utc(ended))}


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


_POWER = _in_unit(("at_20_percent",), "kw", factor=_W_PER_KW, decimals=0)
_RESISTANCE = _in_unit((), "mohm", factor=_OHM_PER_MOHM, decimals=5)
_EFFICIENCY = _in_unit((), "percent", factor=1.0, decimals=1)
_ROWS: Mapping[int, tuple[str, _Find]] = {
    53: ("power", _POWER),
    54: ("power", _in_unit(("fade",), "percent", factor=1.0, decimals=1)),
    55: ("resistance", _RESISTANCE),
    56: ("power", _in_unit(("resistance_increase",), "percent", factor=1.0, decimals=1)),
    57: ("round_trip", _EFFICIENCY),
    58: ("round_trip", _in_unit(("loss_since_new",), "percent", factor=1.0, decimals=1)),
    63: ("power", _POWER),
    64: ("round_trip", _EFFICIENCY),
    66: ("resistance", _RESISTANCE),
    68: ("usage", _full_cycles),
    70: ("conditions", _temperatures),
    71: ("conditions", _charge_levels),
}
"""For each data point: the figure it comes from, and how. Rules of the category close some."""
