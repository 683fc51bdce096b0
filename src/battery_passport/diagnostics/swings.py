"""How far the state of charge moved in a charge or drive, and how sure that is.

In: a leg, its signals and readers. Out: swings: the charge counted and the state of charge gone
through between the same samples, with the sources of error named.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.cleaning import Floats
from battery_passport.diagnostics.course import Course
from battery_passport.diagnostics.legs import RawLeg
from battery_passport.diagnostics.model import Anchor, Direction
from battery_passport.diagnostics.open_circuit import OpenCircuitCurve
from battery_passport.diagnostics.parameters import Parameters
from battery_passport.diagnostics.signals import Signals
from battery_passport.diagnostics.voltage_reading import VoltageReader, VoltageReading

_RESTING_V = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """Charge counted and state of charge gone through; both positive if all is well.

    `ends` are the (from, to) places on the anchor's scale: an error that depends on the place is
    common to all swings over it. `own_variance` is this swing's alone. `load_error` is the
    error if resistances were twice what is assumed; `hours` is the time a current offset adds up.
    """

    leg: int
    anchor: Anchor
    sign: float
    counted_ah: float
    swing_ratio: float
    ends: tuple[tuple[float, float], ...]
    own_variance: float
    load_error: float
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What swings are read from: signals, their sums, and a rough capacity to scale errors by."""

    signals: Signals
    course: Course
    capacity_ah: float
    parameters: Parameters


def swing_by_soc(recording: Recording, leg: RawLeg, number: int) -> Swing | None:
    """Return the swing by the states of charge that the car itself states.

    A charge is read from end to end, since nothing but charging raises the state of charge. A
    drive is read piece by piece: what the car used up in a pause was not counted.
    """
    spans = [found for piece in _pieces(leg) if (found := _read_span(recording, piece))]
    if not spans:
        return None
    parameters = recording.parameters
    ends = tuple((_unbent(recording, first), _unbent(recording, last)) for first, last in spans)
    stated_by_bms = recording.signals.soc_anchor is Anchor.BMS
    reading_sd = parameters.bms_reading_sd if stated_by_bms else parameters.display_reading_sd
    rounding = 2.0 * len(spans) * parameters.rounding_sd**2
    return Swing(
        leg=number,
        anchor=recording.signals.soc_anchor,
        sign=leg.sign,
        counted_ah=leg.sign * _total(recording.course.counted_ah, spans),
        swing_ratio=leg.sign * sum(end - start for start, end in ends),
        ends=ends,
        own_variance=2.0 * reading_sd**2 + rounding + _counting_variance(recording, leg, spans),
        load_error=0.0,
        hours=leg.sign * _total(recording.course.counted_h, spans),
    )


def swing_by_voltage(
    recording: Recording,
    leg: RawLeg,
    number: int,
    *,
    voltages: VoltageReader,
    curve: OpenCircuitCurve,
) -> Swing | None:
    """Return the swing by the voltage at both ends; a drive must begin and end at rest."""
    start = _least_loaded(recording, voltages, curve, (leg.head, leg.first))
    end = _least_loaded(recording, voltages, curve, (leg.tail, leg.last))
    if start is None or end is None:
        return None
    (first, before), (last, after) = start, end
    moved_unseen = leg.direction is Direction.DISCHARGE and (
        bool(leg.pauses) or max(abs(before.load_v), abs(after.load_v)) > _RESTING_V
    )
    if moved_unseen or first >= last:
        return None
    spans = [(first, last)]
    parameters = recording.parameters
    return Swing(
        leg=number,
        anchor=Anchor.VOLTAGE,
        sign=leg.sign,
        counted_ah=leg.sign * _total(recording.course.counted_ah, spans),
        swing_ratio=leg.sign * (after.soc_ratio - before.soc_ratio),
        ends=((before.soc_ratio, after.soc_ratio),),
        own_variance=before.own_variance(parameters)
        + after.own_variance(parameters)
        + _counting_variance(recording, leg, spans),
        load_error=leg.sign * (after.load_v / after.slope_v - before.load_v / before.slope_v),
        hours=leg.sign * _total(recording.course.counted_h, spans),
    )


def _pieces(leg: RawLeg) -> list[tuple[int, int]]:
    if leg.direction is Direction.CHARGE:
        return [(leg.head, leg.tail)]
    starts = [leg.head, *(pause.before + 1 for pause in leg.pauses)]
    ends = [*(pause.before for pause in leg.pauses), leg.tail]
    return list(zip(starts, ends, strict=True))


def _read_span(recording: Recording, piece: tuple[int, int]) -> tuple[int, int] | None:
    """Return the first and last sample of a piece that state a state of charge."""
    read = np.flatnonzero(np.isfinite(recording.signals.soc_ratio[piece[0] : piece[1] + 1]))
    if read.size < 2:
        return None
    return piece[0] + int(read[0]), piece[0] + int(read[-1])


def _unbent(recording: Recording, sample: int) -> float:
    """Return the state of charge stated at a sample, less what cars understate on average.

    They are right where they recognise empty and full and read low in between.
    """
    stated = float(recording.signals.soc_ratio[sample])
    if recording.signals.soc_anchor is not Anchor.BMS:
        return stated
    return stated - 4.0 * recording.parameters.bms_middle_bend * stated * (1.0 - stated)


def _least_loaded(
    recording: Recording,
    voltages: VoltageReader,
    curve: OpenCircuitCurve,
    samples: Sequence[int],
) -> tuple[int, VoltageReading] | None:
    read = (
        (sample, voltages.read(sample, capacity_ah=recording.capacity_ah, curve=curve))
        for sample in samples
    )
    found = [(sample, reading) for sample, reading in read if reading is not None]
    return min(found, key=lambda candidate: abs(candidate[1].load_v), default=None)


def _counting_variance(
    recording: Recording, leg: RawLeg, spans: Sequence[tuple[int, int]]
) -> float:
    """Return the variance, in SoC, of what was counted between samples and across pauses."""
    missed = _total(recording.course.missed_ah2, spans) / recording.capacity_ah**2
    if leg.direction is Direction.DISCHARGE:
        return missed
    sds = [recording.parameters.pause_sd + 0.5 * abs(pause.jump_ratio) for pause in leg.pauses]
    return missed + sum(sd * sd for sd in sds)


def _total(sums: Floats, spans: Sequence[tuple[int, int]]) -> float:
    return sum(float(sums[last] - sums[first]) for first, last in spans)
