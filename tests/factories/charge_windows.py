"""Whole charges of made-up cars of several models, whose health and curves are known.

In: what a test varies. Out: known cars and parts of their charges; the same on every run.
"""

from dataclasses import dataclass, replace

import numpy as np

from battery_passport.diagnostics.capacity.memory import remembered
from battery_passport.diagnostics.capacity.stretch import ChargeStretch, KnownCar, SocMark
from tests.factories.diagnostics import SLOPING_CURVE

STEP_S = 20.0


@dataclass(frozen=True, kw_only=True)
class MadeUpPack:
    """A car charged in three stages with rests between; `tilt_v` and `bow_v` bend its curve."""

    name: str = "1"
    health: float = 0.9
    rated_ah: float = 100.0
    tilt_v: float = 0.0
    bow_v: float = 0.0
    resistance_v: float = 0.17
    bms_bend: float = -0.02
    c_rate: float = 0.33


def curve_v(pack: MadeUpPack, soc: np.ndarray) -> np.ndarray:
    """Return the pack's rested cell voltage."""
    typical: np.ndarray = np.interp(soc, *SLOPING_CURVE)
    return typical + pack.tilt_v * (soc - 0.5) + pack.bow_v * np.sin(np.pi * soc)


def make_known(pack: MadeUpPack) -> KnownCar:
    """Return the pack's whole charge with its true health."""
    capacity_ah = pack.health * pack.rated_ah
    current_a, starts = [], []
    for share in (0.2, 0.5, 0.3):
        moving = round(share * capacity_ah / (pack.c_rate * pack.rated_ah) * 3_600 / STEP_S)
        amperes = share * capacity_ah * 3_600 / (moving * STEP_S)
        current_a += [np.full(30, 0.0), np.full(moving, amperes), np.full(30, 0.0)]
        starts += [60 + moving]
    inflow_a = np.concatenate(current_a)
    charged_ah = np.cumsum(inflow_a) * STEP_S / 3_600
    starts_segment = np.zeros(inflow_a.size, dtype=np.bool_)
    firsts = np.concatenate([[0], np.cumsum(starts)[:-1]])
    starts_segment[firsts] = True
    lasts = np.concatenate([firsts[1:], [inflow_a.size]]) - 1
    soc = charged_ah / capacity_ah
    stated = soc + 4.0 * pack.bms_bend * soc * (1.0 - soc)
    return KnownCar(
        name=pack.name,
        charge=ChargeStretch(
            elapsed_s=STEP_S * np.arange(inflow_a.size, dtype=np.float64),
            charged_ah=charged_ah,
            current_a=-inflow_a,
            cell_voltage_v=curve_v(pack, soc) + _load_v(pack, inflow_a, starts_segment),
            starts_segment=starts_segment,
            marks=tuple(
                SocMark(int(row), round(float(stated[row]), 2)) for row in sorted([*firsts, *lasts])
            ),
        ),
        rated_ah=pack.rated_ah,
        health_ratio=pack.health,
    )


def _load_v(pack: MadeUpPack, inflow_a: np.ndarray, starts_segment: np.ndarray) -> np.ndarray:
    """Return what the current adds: half of it at once, the rest within one and ten minutes."""
    times_s = STEP_S * np.arange(inflow_a.size, dtype=np.float64)
    minute, ten = (
        remembered(inflow_a, times_s, starts_segment, memory_s=memory_s)
        for memory_s in (60.0, 600.0)
    )
    added: np.ndarray = 0.5 * inflow_a + 0.3 * minute + 0.2 * ten
    return pack.resistance_v * added / pack.rated_ah


def make_fleet(count: int, *, seed: int = 3) -> list[KnownCar]:
    """Return cars of different models."""
    chance = np.random.default_rng(seed)
    return [
        make_known(
            MadeUpPack(
                name=str(number),
                health=float(chance.uniform(0.82, 1.0)),
                tilt_v=float(chance.normal(0.0, 0.04)),
                bow_v=float(chance.normal(0.0, 0.02)),
                resistance_v=float(chance.uniform(0.12, 0.22)),
            )
        )
        for number in range(count)
    ]


def unmarked(stretch: ChargeStretch) -> ChargeStretch:
    """Return a stretch whose BMS stated nothing."""
    return replace(stretch, marks=())
