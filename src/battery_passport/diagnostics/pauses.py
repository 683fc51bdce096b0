"""Whether anything uncounted can have moved in a pause between two samples.

In: signals, their sums and voltages. Out: the jump in state of charge across a pause, or None.
"""

from collections.abc import Callable

from battery_passport.diagnostics.course import readings_around
from battery_passport.diagnostics.open_circuit import FLAT
from battery_passport.diagnostics.swings import Recording
from battery_passport.diagnostics.voltage_reading import VoltageReader
from battery_passport.registry.model import Rating

_GENTLE_V = 0.06


def pause_judge(
    recording: Recording, voltages: VoltageReader, rating: Rating
) -> Callable[[int, int], float | None]:
    """Return a function that tells the jump in state of charge between two samples.

    By the car's own state of charge where it was read on both sides; else by voltages: no jump if
    they agree once the load is allowed for, unknown otherwise.
    """
    soc = recording.signals.soc_ratio
    before, after = readings_around(soc)
    still_ah = recording.parameters.stillness_ratio * recording.capacity_ah

    def is_near(reading: int, sample: int) -> bool:
        if not 0 <= reading < soc.size:
            return False
        counted_ah = recording.course.counted_ah
        return abs(float(counted_ah[reading] - counted_ah[sample])) <= still_ah

    def judge(left: int, right: int) -> float | None:
        read_left, read_right = int(before[left]), int(after[right])
        if is_near(read_left, left) and is_near(read_right, right):
            return float(soc[read_right] - soc[read_left])
        if rating.chemistry in FLAT:
            return None
        return _jump_by_voltage(recording, voltages, (left, right))

    return judge


def _jump_by_voltage(
    recording: Recording, voltages: VoltageReader, sides: tuple[int, int]
) -> float | None:
    loads = [voltages.load_v(side, capacity_ah=recording.capacity_ah) for side in sides]
    rested = [voltages.voltage_v(side) + load for side, load in zip(sides, loads, strict=True)]
    gentle = max(abs(load) for load in loads) <= _GENTLE_V
    agrees = abs(rested[1] - rested[0]) <= recording.parameters.largest_pause_step_v
    return 0.0 if gentle and agrees else None
