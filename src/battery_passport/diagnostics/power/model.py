"""What is declared of a battery model when new, and what the power method says, as frozen values.

In: values made by the method. Out: figures with intervals, or the reason why there are none.
"""

from dataclasses import dataclass
from datetime import datetime

from battery_passport.diagnostics.model import Assumption, Interval, NotDetermined


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the maker declared of the model; each may be unknown. Units: ohms, volts, percent.

    Of the whole pack, at 25 °C. Source: EU-2023-1542 annex-xiii points 1(h), (n), (o).
    """

    initial_resistance_ohm: float | None = None
    minimum_voltage_v: float | None = None
    initial_efficiency_percent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerEstimate:
    """Power in kilowatts at two states of charge, and losses in percent of what was new.

    `evidence` holds the digests of the batches behind the resistance that all of it rests on.
    """

    at_80_kw: Interval | NotDetermined
    at_20_kw: Interval | NotDetermined
    fade_percent: Interval | NotDetermined
    resistance_increase_percent: Interval | NotDetermined
    assumptions: tuple[Assumption, ...]
    as_of: datetime | None
    evidence: tuple[bytes, ...]
