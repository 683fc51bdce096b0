"""What news say of a session, and what names them; pure.

In: news and rows. Out: happenings for the machine, names of batteries, JSON of rows.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from battery_passport.adapters.ocpp.news import BatteryNews, Stage, TransactionNews
from battery_passport.adapters.ocpp.rows import most_recent
from battery_passport.adapters.sql.gateway_bindings import BindingKind
from battery_passport.foundation.strict_json import JsonValue, canonical_json
from battery_passport.safety.charging.model import Happening
from battery_passport.telemetry.rows import Row

_PERMYRIAD: Final = 10_000
_SOC, _FLOWS = "bms_soc_permyriad", ("charger_power_w", "current_ma", "charger_current_ma")
_OWN_ALARM_LEVEL: Final = 3


def soc_ratio_of(rows: Sequence[Row]) -> float | None:
    """Return the last state of charge that rows tell, if it is one."""
    told = most_recent(rows, _SOC)
    return told / _PERMYRIAD if told is not None and 0 <= told <= _PERMYRIAD else None


_METERED: Final = {
    "power_w": ("charger_power_w",),
    "current_ma": ("current_ma", "charger_current_ma"),
    "voltage_mv": ("pack_voltage_mv", "charger_voltage_mv"),
    "register_wh": ("charger_import_wh",),
}


def metered_by(rows: Sequence[Row], before: Mapping[str, int] | None) -> Mapping[str, int] | None:
    """Return what a meter says now: its latest figures, and where its register began.

    Figures that a message does not name are those from before; what is older changes nothing.
    """
    known = dict(before or {})
    at_ms = max((row.sampled_at_ms for row in rows), default=0)
    found = {
        name: value
        for name, columns in _METERED.items()
        for column in columns
        if (value := most_recent(rows, column)) is not None
    }
    if not found or at_ms < known.get("at_ms", 0):
        return before
    if "register_wh" in found:
        known.setdefault("begun_wh", found["register_wh"])
    return {**known, **found, "at_ms": at_ms}


def is_alarmed(news: BatteryNews) -> bool:
    """Return whether the battery itself raises its highest alarm."""
    level, alarm = news.values.get("bms_warning_level"), news.values.get("thermal_alarm")
    return alarm == 1 or (isinstance(level, int) and level >= _OWN_ALARM_LEVEL)


def rows_text(rows: Sequence[Row]) -> bytes:
    """Return the one writing of rows."""
    written: list[JsonValue] = [
        [row.sampled_at_ms, {name: json_value(value) for name, value in row.values.items()}]
        for row in rows
    ]
    return canonical_json(written)


def names_of(news: BatteryNews) -> tuple[tuple[BindingKind, str], ...]:
    """Return what names the battery in news, the surest first."""
    return (
        (BindingKind.VIN, news.vin),
        (BindingKind.PACK, news.pack),
        (BindingKind.TOKEN, news.token),
    )


def happenings(news: TransactionNews, rows: Sequence[Row]) -> list[Happening]:
    """Return what a piece of news says of its session, in the order in which it happened."""
    found = [Happening.PLUGGED] if news.stage is Stage.STARTED else []
    flows = any(
        isinstance(flow := row.values.get(name), int) and flow < 0
        for row in rows
        for name in _FLOWS
    )
    if news.is_charging or (news.is_charging is None and flows):
        found.append(Happening.CHARGING)
    elif news.is_charging is False:
        found.append(Happening.PAUSED)
    found.append(Happening.MEASURED)
    return [*found, Happening.STOPPED] if news.stage is Stage.ENDED else found


def json_value(value: int | Sequence[int | None]) -> JsonValue:
    """Return a column's value as JSON."""
    return value if isinstance(value, int) else list(value)
