"""Issues passport versions that are due, at most daily for each battery.

In: `passports_due` rows. Out: new versions, or rows that stay until their day has come.
"""

from datetime import datetime
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.projections import ProjectionStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.issuing import Issuer
from battery_passport.foundation.clock import Clock


class PassportKeeper:
    """Fulfils `pipeline.Housekeeping`."""

    def __init__(self, database: Database, issuer: Issuer, clock: Clock) -> None:
        self._database = database
        self._issuer = issuer
        self._clock = clock
        self._not_before: dict[UUID, datetime] = {}

    def run(self, *, urgent: bool) -> bool:  # noqa: ARG002 - rules of law, not of haste
        """Issue one due version; return whether one was issued."""
        with self._database.read() as connection:
            due = ProjectionStore(connection).passports_due()
        now = self._clock.now()
        ready = [each for each in due if self._not_before.get(each, now) <= now]
        return any(self._look_at(battery_id, now) for battery_id in ready)

    def _look_at(self, battery_id: UUID, now: datetime) -> bool:
        with self._database.write() as connection:
            battery = RegistryStore(connection).battery(battery_id)
            if battery is None:
                raise LookupError(f"The battery {battery_id} of a due passport is not registered.")
            decision = self._issuer.issue_if_due(connection, battery, now)
            if decision.not_before is not None:
                self._not_before[battery_id] = decision.not_before
                return False
            ProjectionStore(connection).clear_passport_due(battery_id)
        return decision.issue
