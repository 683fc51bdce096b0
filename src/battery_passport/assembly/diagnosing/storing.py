"""A diagnosis as it is kept.

In: a diagnosis, the basis that it rests on. Out: the row of the table of diagnoses.
"""

from datetime import datetime

from battery_passport.adapters.sql.diagnoses import StoredDiagnosis
from battery_passport.assembly.diagnosing.whole import Diagnosis
from battery_passport.diagnostics.model import Interval

_PERCENT = 100.0


def as_stored(found: Diagnosis, *, basis: str, made_at: datetime) -> StoredDiagnosis:
    """Return what is kept of a diagnosis."""
    ratio = found.health.findings.health_ratio
    health = ratio.scaled(_PERCENT) if isinstance(ratio, Interval) else None
    return StoredDiagnosis(
        battery_id=found.battery.battery_id,
        basis=basis,
        made_at=made_at,
        health_percent=None if health is None else health.value,
        health_low_percent=None if health is None else health.low,
        grade=None if found.verdict.grade is None else found.verdict.grade.value,
        document=found.as_json(),
    )
