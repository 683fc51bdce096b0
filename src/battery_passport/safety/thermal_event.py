"""The thermal event rule: critical on the first sample at which two independent signals agree.

In: readings, one by one. Out: an alarm when it is raised. A real thermal runaway came with no
precursor, hours after the car had fallen silent: what counts is the last that was known, however
long ago, and nothing is waited for.
"""

import numpy as np

from battery_passport.safety.limits import SIGNALS_NEEDED, ThermalLimits
from battery_passport.safety.memory import Usual, UsualCells
from battery_passport.safety.model import Alarm, Reading, Severity, Signal

KIND = "thermal_event"


class ThermalWatch:
    """Watches one battery; remembers what was usual over the last minutes of telemetry.

    Invariant: nothing it says depends on a later reading.
    """

    def __init__(self, limits: ThermalLimits | None = None) -> None:
        self._limits = limits or ThermalLimits()
        self._cells = UsualCells()
        self._hottest = Usual()
        self._insulation = Usual()
        self._own_alarm = Usual()
        self._last_ms: int | None = None
        self._raised: Alarm | None = None

    @property
    def raised(self) -> Alarm | None:
        """The alarm that nobody has acknowledged yet."""
        return self._raised

    def acknowledge(self) -> None:
        """Let the rule raise its alarm anew."""
        self._raised = None

    def see(self, reading: Reading) -> Alarm | None:
        """Return the alarm if this reading raises it."""
        signals, cell = self._signals(reading)
        self._remember(reading)
        if len(signals) < SIGNALS_NEEDED or self._raised is not None:
            return None
        self._raised = Alarm(
            kind=KIND,
            severity=Severity.CRITICAL,
            at_ms=reading.at_ms,
            cell=cell,
            signals=signals,
        )
        return self._raised

    def _signals(self, reading: Reading) -> tuple[tuple[Signal, ...], int | None]:
        is_hot = self._is_hot(reading)
        has_collapsed, cell = self._collapse(reading)
        if is_hot and not has_collapsed:
            # A cell that reads zero may be a broken wire; beside a heat it is a dead cell.
            has_collapsed, cell = self._fell_silent(reading)
        found = {
            Signal.VOLTAGE: has_collapsed,
            Signal.TEMPERATURE: is_hot,
            Signal.INSULATION: self._has_lost_insulation(reading),
            Signal.OWN_ALARM: reading.own_alarm and not self._is_standing(),
        }
        return tuple(signal for signal, is_given in found.items() if is_given), cell

    def _collapse(self, reading: Reading) -> tuple[bool, int | None]:
        limits, cells_v = self._limits, reading.cell_voltage_v
        typical_v = _median(cells_v)
        if np.isnan(typical_v):
            return False, None
        left = self._cells.left_ratio(cells_v, typical_v)
        if left.size and float(left.min()) <= 1.0 - limits.cell_loss_ratio:
            return True, int(left.argmin())
        lowest = int(np.nanargmin(cells_v))
        if cells_v[lowest] < limits.dead_cell_v and typical_v > limits.living_pack_v:
            return True, lowest
        usual_v = self._cells.typical_v
        return typical_v <= (1.0 - limits.pack_loss_ratio) * usual_v, None

    def _fell_silent(self, reading: Reading) -> tuple[bool, int | None]:
        silent = np.flatnonzero(reading.is_silent & self._cells.is_known(reading.is_silent.size))
        return (True, int(silent[0])) if silent.size else (False, None)

    def _is_hot(self, reading: Reading) -> bool:
        limits, hottest = self._limits, _hottest(reading)
        if np.isnan(hottest):
            return False
        apart = hottest - _median(reading.probe_celsius)
        usual = self._hottest.value
        has_risen = (
            apart >= limits.apart_celsius
            if usual is None
            else (hottest >= usual + limits.rise_celsius)
        )
        is_apart = hottest >= limits.warm_celsius and apart >= limits.apart_celsius
        return bool(has_risen and (hottest >= limits.hot_celsius or is_apart))

    def _has_lost_insulation(self, reading: Reading) -> bool:
        limits, now, usual = self._limits, reading.insulation_kohm, self._insulation.value
        if np.isnan(now):
            return False
        is_unsafe = 1_000.0 * now < limits.insulation_ohm_per_v * reading.pack_voltage_v
        if usual is None:
            return bool(is_unsafe)
        has_fallen = now < limits.insulation_fall_ratio * usual
        return bool(has_fallen or (is_unsafe and now < limits.insulation_half_ratio * usual))

    def _is_standing(self) -> bool:
        """Tell whether the car's own alarm has been up for minutes: then it is no news.

        A BMS that warns of a weak cell for weeks is no second witness when that cell dips.
        """
        usual = self._own_alarm.value
        return usual is not None and usual >= self._limits.standing_ratio

    def _remember(self, reading: Reading) -> None:
        last_ms = reading.at_ms if self._last_ms is None else self._last_ms
        elapsed_s = max(0.0, (reading.at_ms - last_ms) / 1_000.0)
        weight = float(-np.expm1(-elapsed_s / self._limits.memory_s))
        self._cells.blend(reading.cell_voltage_v, _median(reading.cell_voltage_v), weight)
        self._hottest.blend(_hottest(reading), weight)
        self._insulation.blend(reading.insulation_kohm, weight)
        self._own_alarm.blend(float(reading.own_alarm), weight)
        self._last_ms = reading.at_ms


def _hottest(reading: Reading) -> float:
    known = reading.probe_celsius[np.isfinite(reading.probe_celsius)]
    stated = reading.stated_hottest_celsius
    if not known.size:
        return stated
    return float(np.fmax(known.max(), stated))


def _median(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")
