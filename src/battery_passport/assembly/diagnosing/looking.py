"""A battery's measurements as a diagnosis looks at them: rows, and what only single cells tell.

In: a telemetry table with its cells. Out: `Looked`.
"""

from dataclasses import dataclass

from battery_passport.assembly.diagnosing.drifting import CellsOfDay, recent_days
from battery_passport.assembly.diagnosing.marking import marks_of
from battery_passport.assembly.diagnosing.resting import rests_of
from battery_passport.diagnostics.imbalance.rests import Rest
from battery_passport.lifecycle.tampering.model import Mark
from battery_passport.safety.model import Alarm
from battery_passport.safety.scanning import thermal_events
from battery_passport.telemetry.table import TelemetryTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the methods see; `table` may be condensed, its cells are in the other members.

    `days` are those of the last months, the last of which is not over.
    """

    table: TelemetryTable
    marks: list[Mark]
    days: tuple[CellsOfDay, ...]
    rests: tuple[Rest, ...] = ()
    alarms: tuple[Alarm, ...] = ()


def look_at(table: TelemetryTable) -> Looked:
    """Return a whole table as a diagnosis looks at it."""
    return Looked(
        table=table,
        marks=marks_of(table),
        days=recent_days(table),
        rests=rests_of(table),
        alarms=thermal_events(table),
    )
