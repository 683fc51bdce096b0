"""What each published method says of a table, as stated values with their evidence.

In: a telemetry table, a basis. Out: `FoundFigure`s. One function a figure and version.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from battery_passport.diagnostics.conditions.method import ConditionsMet, Range, find_conditions
from battery_passport.diagnostics.evidence import only_ordinals
from battery_passport.diagnostics.model import Interval, NotDetermined
from battery_passport.diagnostics.power.method import estimate_power
from battery_passport.diagnostics.resistance.method import estimate_resistance
from battery_passport.diagnostics.stating.leaves import Rounded, Stated
from battery_passport.diagnostics.stating.model import Basis, FoundFigure
from battery_passport.diagnostics.stating.writing import (
    stated_assumptions,
    stated_interval,
    stated_moment,
)
from battery_passport.diagnostics.usage.efficiency import Efficiency
from battery_passport.diagnostics.usage.figures import UsageFigures, count_usage
from battery_passport.foundation.clock import DAY_MS
from battery_passport.telemetry.table import TelemetryTable

PERIOD_DAYS = 366
"""What is counted over a period is counted over the newest so many days, by whole batches."""

SENSOR_PERCENT = 2.5
"""Nine current sensors in ten are off by less, so that counted charge and energy are too."""

_MILLI = 1_000.0
_PERCENT = 100.0
_MINUTES = 60.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def resistance_1(table: TelemetryTable, basis: Basis) -> FoundFigure:
    """Return the pack's resistance at 25 °C by `step-resistance` 1."""
    found = estimate_resistance(table, basis.rating)
    ohm = found.resistance_ohm
    milliohm = ohm.scaled(_MILLI) if isinstance(ohm, Interval) else ohm
    return FoundFigure(
        values={
            **stated_interval("mohm", milliohm, 1),
            "reference_celsius": 25.0,
            "steps": found.steps,
            "days": found.days,
            "seconds_between_samples": _rounded(found.seconds_between, 3),
            "low_celsius": None if found.celsius is None else Rounded(found.celsius[0], 1),
            "high_celsius": None if found.celsius is None else Rounded(found.celsius[1], 1),
            "as_of": stated_moment(found.as_of),
        },
        evidence=found.evidence,
    )


def power_1(table: TelemetryTable, basis: Basis) -> FoundFigure:
    """Return power at 80 and 20 %, and what was lost, by `pulse-power` 1."""
    resistance = estimate_resistance(table, basis.rating)
    found = estimate_power(resistance, basis.rating, basis.declared, curve=basis.curve)
    parts = (
        found.at_80_kw,
        found.at_20_kw,
        found.fade_percent,
        found.resistance_increase_percent,
    )
    is_found = any(isinstance(each, Interval) for each in parts)
    return FoundFigure(
        values={
            "at_80_percent": stated_interval("kw", found.at_80_kw, 1),
            "at_20_percent": stated_interval("kw", found.at_20_kw, 1),
            "fade": stated_interval("percent", found.fade_percent, 1),
            "resistance_increase": stated_interval("percent", found.resistance_increase_percent, 1),
            "assumptions": stated_assumptions(found.assumptions),
            "as_of": stated_moment(found.as_of),
        },
        evidence=found.evidence if is_found else (),
    )


def usage_1(table: TelemetryTable, basis: Basis) -> FoundFigure:
    """Return what the battery went through in the newest year, by `usage` 1."""
    table = newest_period(table)
    return FoundFigure(
        values=_usage(count_usage(table, basis.rating)), evidence=table.batch_digests
    )


def conditions_1(table: TelemetryTable, basis: Basis) -> FoundFigure:
    """Return temperatures and states of charge of the newest year, by `conditions-met` 1."""
    table = newest_period(table)
    met = find_conditions(table, basis.rating)
    is_found = met.celsius is not None or met.soc_ratio is not None
    return FoundFigure(
        values={**_period(table), **_conditions(met)},
        evidence=table.batch_digests if is_found else (),
    )


def efficiency_1(table: TelemetryTable, basis: Basis) -> FoundFigure:
    """Return the energy given back, and the loss since new, by `round-trip` 1."""
    table = newest_period(table)
    found = count_usage(table, basis.rating).efficiency
    if found is None:
        reason = NotDetermined(
            "no-span-throughout",
            "No stretch was measured throughout that ends as full as it began and moves the "
            "battery's energy once.",
            {},
        )
        return FoundFigure(values=stated_interval("percent", reason, 1), evidence=())
    percent = Interval(found.ratio, found.low, found.high).scaled(_PERCENT)
    return FoundFigure(
        values={
            **stated_interval("percent", percent, 1),
            "loss_since_new": stated_interval("percent", _loss(percent, basis), 1),
            "in_kwh": Rounded(found.in_kwh, 1),
            "out_kwh": Rounded(found.out_kwh, 1),
            **_span(found),
        },
        evidence=table.batch_digests,
    )


def newest_period(table: TelemetryTable) -> TelemetryTable:
    """Return all rows of the batches that have any within the newest year."""
    if table.row_count == 0:
        return table
    first_ms = int(table.sampled_at_ms[-1]) - PERIOD_DAYS * DAY_MS
    newest = np.unique(table.batch_ordinal[table.sampled_at_ms >= first_ms])
    if newest.size == len(table.batch_digests):
        return table
    return only_ordinals(table, newest)


def _loss(percent: Interval, basis: Basis) -> Interval | NotDetermined:
    new = basis.declared.initial_efficiency_percent
    if new is None:
        return NotDetermined(
            "no-initial-efficiency", "The efficiency of the new pack is not declared.", {}
        )
    return Interval(
        _PERCENT * (1.0 - percent.value / new),
        _PERCENT * (1.0 - percent.high / new),
        _PERCENT * (1.0 - percent.low / new),
    )


def _usage(found: UsageFigures) -> Mapping[str, Stated]:
    return {
        "sensor_leaves_open_percent": SENSOR_PERCENT,
        "started_at": stated_moment(found.started_at),
        "ended_at": stated_moment(found.ended_at),
        "covered_hours": Rounded(found.covered_h, 1),
        "charged_ah": Rounded(found.charged_ah, 1),
        "discharged_ah": Rounded(found.discharged_ah, 1),
        "charged_kwh": Rounded(found.charged_kwh, 1),
        "discharged_kwh": Rounded(found.discharged_kwh, 1),
        "full_cycles": _rounded(found.full_cycles, 1),
        "charges": len(found.charges),
        "fast_charges": found.fast_charges,
        "hours_above_45_celsius": Rounded(found.warm_h, 1),
        "hours_below_0_celsius": Rounded(found.cold_h, 1),
        "hours_above_90_percent": Rounded(found.full_h, 1),
        "hours_below_10_percent": Rounded(found.empty_h, 1),
    }


def _period(table: TelemetryTable) -> Mapping[str, Stated]:
    times = table.sampled_at_ms
    ends = (float(times[0]), float(times[-1])) if times.size else (None, None)
    return {
        "started_at": None if ends[0] is None else stated_moment(_moment(ends[0])),
        "ended_at": None if ends[1] is None else stated_moment(_moment(ends[1])),
    }


def _conditions(met: ConditionsMet) -> Mapping[str, Stated]:
    return {
        "temperature_celsius": _range(met.celsius, 1.0),
        "state_of_charge_percent": _range(met.soc_ratio, _PERCENT),
        "minutes_above_45_celsius": Rounded(met.warm_h * _MINUTES, 0),
        "minutes_below_0_celsius": Rounded(met.cold_h * _MINUTES, 0),
        "deep_discharges": met.deep_discharges,
    }


def _range(found: Range | None, factor: float) -> Stated:
    if found is None:
        return None
    return {
        "lowest": Rounded(found.lowest * factor, 1),
        "highest": Rounded(found.highest * factor, 1),
        "mean": Rounded(found.mean * factor, 1),
    }


def _span(found: Efficiency) -> Mapping[str, Stated]:
    return {
        "started_at": stated_moment(_moment(found.started_ms)),
        "ended_at": stated_moment(_moment(found.ended_ms)),
    }


def _rounded(value: float | None, decimals: int) -> Stated:
    return None if value is None else Rounded(value, decimals)


def _moment(at_ms: float) -> datetime:
    return _EPOCH + timedelta(milliseconds=at_ms)
