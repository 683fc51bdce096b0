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
    "The resistance declared for the new pack was measured at 25 °C with pulses of about as many "
    "seconds as lie between the samples of a step.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Units: ratios of charge, volts of one cell; `z_90` bounds nine tenths of a normal spread.

    `comparable_sd_ratio`: how far pulses of a maker and steps of driving read differently.
    """

    high_soc_ratio: float = 0.8
    low_soc_ratio: float = 0.2
    typical_voltage_sd_v: float = 0.03
    comparable_sd_ratio: float = 0.08
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
    pack = _Pack(rating=rating, declared=declared, curve=curve, parameters=parameters)
    over_new = _over_new(ohm, pack)
    return PowerEstimate(
        at_80_kw=_power(parameters.high_soc_ratio, ohm, pack),
        at_20_kw=_power(parameters.low_soc_ratio, ohm, pack),
        fade_percent=_told(over_new, _fade_percent),
        resistance_increase_percent=_told(over_new, _increase_percent),
        assumptions=(
            _PULSE,
            *(() if curve is not None else (_TYPICAL,)),
            *((_COMPARABLE,) if isinstance(over_new, Interval) else ()),
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


def _fade_percent(ratio: float) -> float:
    return _PERCENT * (1.0 - 1.0 / ratio)


def _increase_percent(ratio: float) -> float:
    return _PERCENT * (ratio - 1.0)


def _over_new(ohm: Interval | NotDetermined, pack: _Pack) -> Interval | NotDetermined:
    """Return the present resistance over the initial one, with what unlike pulses leave open."""
    new_ohm = pack.declared.initial_resistance_ohm
    if isinstance(ohm, NotDetermined):
        return ohm
    if new_ohm is None:
        return _missing(
            "no-initial-resistance", "The resistance of the new pack is not declared of its model."
        )
    unlike = pack.parameters.z_90 * pack.parameters.comparable_sd_ratio
    value = ohm.value / new_ohm
    below = float(np.hypot(np.log(ohm.value / ohm.low), unlike))
    above = float(np.hypot(np.log(ohm.high / ohm.value), unlike))
    found = Interval(value, value * float(np.exp(-below)), value * float(np.exp(above)))
    if found.high < 1.0:
        return NotDetermined(
            "not-measured-alike",
            "The steps show less resistance than is declared of the new pack: the two were not "
            "measured alike.",
            {"declared_ohm": new_ohm},
        )
    return found


def _told(
    ratio: Interval | NotDetermined, tell: Callable[[float], float]
) -> Interval | NotDetermined:
    if isinstance(ratio, NotDetermined):
        return ratio
    return Interval(tell(ratio.value), tell(ratio.low), tell(ratio.high))


def _missing(code: str, sentence: str) -> NotDetermined:
    return NotDetermined(code, sentence, {})
