"""Readings of a charger as columns of a battery's history.

In: readings, and whether the charger gives direct or alternating current. Out: rows, and what was
assumed. Current and power are negative while charging, as discharge is positive everywhere here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from battery_passport.adapters.ocpp.news import BatteryNews, Metered, Sampled
from battery_passport.foundation.clock import unix_ms
from battery_passport.telemetry.rows import SIGNED_BY_GATEWAY, Row


class Supply(StrEnum):
    """What flows through a charger's cable."""

    DIRECT = "dc"
    ALTERNATING = "ac"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A column's stem and ending, and the factor from base units; `pack` is its name if direct."""

    stem: str
    ending: str
    factor: float
    pack: str = ""


_RULES: Mapping[str, _Rule] = MappingProxyType(
    {
        "Power.Active.Import": _Rule("power", "w", -1),
        "Power.Active.Export": _Rule("power", "w", 1),
        "Current.Import": _Rule("current", "ma", -1_000, "current_ma"),
        "Current.Export": _Rule("current", "ma", 1_000, "current_ma"),
        "Voltage": _Rule("voltage", "mv", 1_000, "pack_voltage_mv"),
        "Energy.Active.Import.Register": _Rule("import", "wh", 1),
        "Energy.Active.Export.Register": _Rule("export", "wh", 1),
        "Current.Offered": _Rule("offered_current", "ma", 1_000),
        "Power.Offered": _Rule("offered_power", "w", 1),
        "Temperature": _Rule("temperature", "dc", 10),
        "SoC": _Rule("soc", "permyriad", 100, "bms_soc_permyriad"),
    }
)
_STATE_OF_CHARGE = "SoC"
_GRID_SIDE = "Inlet"
_BOTH_WAYS = ("power", "current")


def charger_rows(readings: Iterable[Metered], supply: Supply) -> list[Row]:
    """Return a row for each moment; a value said twice otherwise makes a further row."""
    rows: list[Row] = []
    for reading in readings:
        rows += _rows_of(reading, supply)
    return rows


def _rows_of(reading: Metered, supply: Supply) -> list[Row]:
    rows = [Row(unix_ms(reading.at))]
    flows: dict[str, dict[str, int]] = {}
    for sampled in reading.values:
        rule = _RULES.get(sampled.measurand)
        if rule is None:
            continue
        name, number = _column(sampled, rule, supply), round(sampled.value * rule.factor)
        if rule.stem in _BOTH_WAYS:
            known = flows.setdefault(name, {})
            if sampled.measurand not in known:
                known[sampled.measurand] = number
                continue
        _put(rows, name, number)
    for name, ways in flows.items():
        # A charger of both directions tells each with its own sign; one of the two is nothing.
        _put(rows, name, sum(ways.values()))
    return [row for row in rows if row.values]


def _put(rows: list[Row], name: str, number: int) -> None:
    row = next((row for row in rows if row.values.get(name, number) == number), None)
    if row is None:
        row = Row(rows[0].sampled_at_ms)
        rows.append(row)
    row.values[name] = number


def _column(sampled: Sampled, rule: _Rule, supply: Supply) -> str:
    """Return where a value belongs: to the pack only if what flows is what the pack takes."""
    if sampled.measurand == _STATE_OF_CHARGE:
        return rule.pack
    on_grid = sampled.location == _GRID_SIDE
    if rule.pack and not on_grid and not sampled.phase and supply is Supply.DIRECT:
        return rule.pack
    phase = sampled.phase.lower().replace("-", "_")
    parts = ("grid" if on_grid else "charger", rule.stem, phase, rule.ending)
    return "_".join(part for part in parts if part)


def battery_row(news: BatteryNews) -> Row:
    """Return the row of what a battery said through its charger."""
    return Row(unix_ms(news.at), dict(news.values))


def assumptions(version: str, supply: Supply, *, of_battery: bool) -> tuple[str, ...]:
    """Return what whoever reads the evidence must know of it."""
    told = "Current and voltage were measured by the charger at its outlet, not in the pack"
    if supply is Supply.ALTERNATING:
        told = "The charger gives alternating current: it says nothing of the pack's own current"
    if of_battery:
        told = "The car's battery told these values to the charger, which passed them on"
    return (
        SIGNED_BY_GATEWAY,
        f"The car did not sign: a charger said this over OCPP {version}, a gateway signed it",
        told,
    )


def most_recent(rows: Sequence[Row], column: str) -> int | None:
    """Return a column's value in the last row that has one."""
    found = [row.values[column] for row in rows if isinstance(row.values.get(column), int)]
    value = found[-1] if found else None
    return value if isinstance(value, int) else None
