"""What a rule sees and what it says, as frozen values.

In: values made from telemetry. Out: alarms.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


class Severity(StrEnum):
    """How urgent a finding is."""

    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"


class Signal(StrEnum):
    """What speaks for a thermal event; each is measured apart from the others."""

    VOLTAGE = "voltage-collapse"
    TEMPERATURE = "temperature"
    INSULATION = "insulation"
    OWN_ALARM = "own-alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One sample; NaN where nothing possible was measured.

    `is_silent` marks cells that read exactly zero, which a broken wire does as well as a dead cell.
    Shape: cell_voltage_v and is_silent (cells,), probe_celsius (probes,).
    """

    at_ms: int
    cell_voltage_v: Floats
    is_silent: Booleans
    probe_celsius: Floats
    stated_hottest_celsius: float = float("nan")
    pack_voltage_v: float = float("nan")
    insulation_kohm: float = float("nan")
    own_alarm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm raised at a sample; `cell` counts from 0, None if no single cell stands out."""

    kind: str
    severity: Severity
    at_ms: int
    cell: int | None
    signals: tuple[Signal, ...]
