"""What a recording holds: its newest charges, or else drives, and the swings read from them.

In: a recording and the battery's rating. Out: a survey, which `usable_capacity` fits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.legs import RawLeg, find_legs
from battery_passport.diagnostics.model import Anchor, Direction
from battery_passport.diagnostics.open_circuit import OpenCircuitCurve
from battery_passport.diagnostics.pauses import pause_judge
from battery_passport.diagnostics.swings import Recording, Swing, swing_by_soc, swing_by_voltage
from battery_passport.diagnostics.voltage_reading import VoltageReader, choose_curve
from battery_passport.foundation.clock import DAY_S
from battery_passport.registry.model import Rating


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Charges or drives looked at, in the order of time, and the swings that could be read."""

    legs: tuple[RawLeg, ...]
    swings: tuple[Swing, ...]

    def of(self, anchor: Anchor) -> list[Swing]:
        """Return the swings read by an anchor."""
        return [swing for swing in self.swings if swing.anchor is anchor]


def survey(recording: Recording, voltages: VoltageReader, rating: Rating) -> Survey:
    """Return the newest charges with their swings; drives only where no charge says anything."""
    legs = find_legs(
        recording.signals,
        recording.course,
        recording.parameters,
        capacity_ah=recording.capacity_ah,
        judge_pause=pause_judge(recording, voltages, rating),
    )
    surveys = [
        _read(recording, voltages, rating, _newest(recording, legs, direction))
        for direction in (Direction.CHARGE, Direction.DISCHARGE)
    ]
    charges, drives = surveys
    return charges if charges.swings or not drives.swings else drives


def _newest(
    recording: Recording, legs: Sequence[RawLeg], direction: Direction
) -> tuple[RawLeg, ...]:
    alike = [leg for leg in legs if leg.direction is direction]
    if not alike:
        return ()
    times_s = recording.signals.elapsed_s
    oldest_s = times_s[alike[-1].last] - recording.parameters.newest_days * DAY_S
    recent = [leg for leg in alike if times_s[leg.first] >= oldest_s]
    return tuple(recent[-recording.parameters.most_legs :])


def _read(
    recording: Recording, voltages: VoltageReader, rating: Rating, legs: tuple[RawLeg, ...]
) -> Survey:
    highest_v = max((voltages.voltage_v(leg.last) for leg in legs), default=np.nan)
    curve = choose_curve(rating, highest_v)
    return Survey(legs=legs, swings=tuple(_swings(recording, voltages, curve, legs)))


def _swings(
    recording: Recording,
    voltages: VoltageReader,
    curve: OpenCircuitCurve | None,
    legs: tuple[RawLeg, ...],
) -> Iterator[Swing]:
    numbered = tuple(enumerate(legs))
    by_soc = [swing_by_soc(recording, leg, number) for number, leg in numbered]
    stated = [swing for swing in by_soc if swing is not None]
    yield from stated
    # From near empty to near full the car shows its own limits: those of a typical car, which a
    # typical curve brings in, would only blur them.
    whole_ratio = recording.parameters.whole_ratio
    if curve is None or any(swing.swing_ratio >= whole_ratio for swing in stated):
        return
    for number, leg in numbered:
        by_voltage = swing_by_voltage(recording, leg, number, voltages=voltages, curve=curve)
        if by_voltage is not None:
            yield by_voltage
