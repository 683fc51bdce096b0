"""The method `pulse-power`, version 1: power down to the lower voltage limit, at 80 and 20 %.

In: the pack's resistance, what is declared, a curve of rested voltage. Out: a `PowerEstimate`.
With rested voltage U, limit L and resistance R the pack gives L (U - L) / R. At one U and L the
share that is left of it is the initial resistance over the present one.
Source: EU-2023-1542 annex-vii (remaining power capability, power fade).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from battery_passport.diagnostics.fleet_capacity.model import FleetCurve
from battery_passport.diagnostics.model import Assumption, Interval, NotDetermined
from battery_passport.diagnostics.power.model import Declared, PowerEstimate
from battery_passport.diagnostics.power.rested import rested_voltage
from battery_passport.diagnostics.resistance.model import ResistanceEstimate
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import Rating

NAME = "pulse-power"
VERSION = "1"
_W_PER_KW = 1_000.0
_PERCENT = 100.0

_PULSE = Assumption(
    "pulse-of-steps",
    "The power is that of a pulse as long as the steps of driving the resistance was read from; "
    "other limits, as of the car's electronics, may allow less.",
)
_TYPICAL = Assumption(
    "typical-rested-voltage",
    "No curve of this battery's model is known; the rested voltage is typical of its chemistry.",
)
_COMPARABLE = Assumption(
    "comparable-resistance",
    "The resistance declared for the new pack was measured with pulses of similar length.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Units: ratios of charge, volts of one cell; `z_90` bounds nine tenths of a normal spread."""

    high_soc_ratio: float = 0.8
    low_soc_ratio: float = 0.2
    typical_voltage_sd_v: float = 0.03
    z_90: float = 1.645

    def as_json(self) -> JsonObject:
        """Return the constants by name."""
        return asdict(self)


V1 = Parameters()


def estimate_power(
    resistance: ResistanceEstimate,
    rating: Rating,
    declared: Declared,
    *,
    curve: FleetCurve | None = None,
    parameters: Parameters = V1,
) -> PowerEstimate:
    """Return the power at both states of charge and what was lost, each or the reason why not."""
    ohm = resistance.resistance_ohm
    increase = _against_new(ohm, declared, _increase_percent)
    pack = _Pack(rating=rating, declared=declared, curve=curve, parameters=parameters)
    return PowerEstimate(
        at_80_kw=_power(parameters.high_soc_ratio, ohm, pack),
        at_20_kw=_power(parameters.low_soc_ratio, ohm, pack),
        fade_percent=_against_new(ohm, declared, _fade_percent),
        resistance_increase_percent=increase,
        assumptions=(
            _PULSE,
            *(() if curve is not None else (_TYPICAL,)),
            *((_COMPARABLE,) if isinstance(increase, Interval) else ()),
        ),
        as_of=resistance.as_of,
        evidence=resistance.evidence,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pack:
    """What is known of the pack besides its resistance."""

    rating: Rating
    declared: Declared
    curve: FleetCurve | None
    parameters: Parameters


def _power(
    soc_ratio: float, ohm: Interval | NotDetermined, pack: _Pack
) -> Interval | NotDetermined:
    if isinstance(ohm, NotDetermined):
        return ohm
    cells, limit_v = pack.rating.cells_in_series, pack.declared.minimum_voltage_v
    if cells is None:
        return _missing("no-cell-count", "How many cells are in series is not declared.")
    if limit_v is None:
        return _missing("no-voltage-limit", "The lowest voltage of the pack is not declared.")
    rested = rested_voltage(
        soc_ratio,
        chemistry=pack.rating.chemistry,
        curve=pack.curve,
        sd_v=pack.parameters.typical_voltage_sd_v,
    )
    if rested is None:
        return _missing("no-chemistry", "Neither a curve of the model nor a chemistry is known.")
    room_v = cells * rested.voltage_v - limit_v
    spread_v = pack.parameters.z_90 * cells * rested.sd_v
    if room_v <= spread_v:
        return NotDetermined(
            "no-room-above-limit",
            f"The declared lowest voltage of {limit_v:g} V leaves no room below the rested voltage "
            f"of {cells} cells.",
            {"limit_v": limit_v, "cells": cells},
        )
    return _down_to(limit_v, room_v, ohm=ohm, voltage_share=spread_v / room_v)


def _down_to(limit_v: float, room_v: float, *, ohm: Interval, voltage_share: float) -> Interval:
    value_kw = limit_v * room_v / ohm.value / _W_PER_KW
    below = float(np.hypot(np.log(ohm.high / ohm.value), voltage_share))
    above = float(np.hypot(np.log(ohm.value / ohm.low), voltage_share))
    return Interval(value_kw, value_kw * float(np.exp(-below)), value_kw * float(np.exp(above)))


def _fade_percent(present_ohm: float, new_ohm: float) -> float:
    return _PERCENT * (1.0 - new_ohm / present_ohm)


def _increase_percent(present_ohm: float, new_ohm: float) -> float:
    return _PERCENT * (present_ohm / new_ohm - 1.0)


def _against_new(
    ohm: Interval | NotDetermined, declared: Declared, change: Callable[[float, float], float]
) -> Interval | NotDetermined:
    new_ohm = declared.initial_resistance_ohm
    if isinstance(ohm, NotDetermined):
        return ohm
    if new_ohm is None:
        return _missing(
            "no-initial-resistance", "The resistance of the new pack is not declared of its model."
        )
    return Interval(change(ohm.value, new_ohm), change(ohm.low, new_ohm), change(ohm.high, new_ohm))


def _missing(code: str, sentence: str) -> NotDetermined:
    return NotDetermined(code, sentence, {})
