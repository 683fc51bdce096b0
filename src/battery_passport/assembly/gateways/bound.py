"""The battery that an operator bound to a token, a vehicle or a pack.

In: keyed hashes. Out: a battery, or none; what was asked is remembered for a moment.
"""

import time
from dataclasses import dataclass
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.gateway_bindings import BindingKind, BindingStore
from battery_passport.adapters.sql.registry import RegistryStore

_REMEMBERED_S = 2.0
"""So long a binding that was changed may still seem to hold."""

_MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class BoundBattery:
    """A battery as batches name it."""

    battery_id: UUID
    battery_ref: bytes


class BoundBatteries:
    """Looks bindings up, each that holds at most every two seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[BindingKind, bytes], tuple[float, BoundBattery]] = {}
        self._refs: dict[UUID, BoundBattery] = {}

    def find(self, kind: BindingKind, subject: bytes) -> BoundBattery | None:
        """Return the battery that is bound, or None."""
        now = time.monotonic()
        known = self._known.get((kind, subject))
        if known is not None and now - known[0] < _REMEMBERED_S:
            return known[1]
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        with self._database.read() as connection:
            battery_id = BindingStore(connection).battery_of(kind, subject)
        found = None if battery_id is None else self.of(battery_id)
        if found is not None:
            self._known[kind, subject] = (now, found)
        return found

    def any_of(self, subject: bytes) -> BoundBattery | None:
        """Return the battery that is bound to a hash of whatever kind."""
        found = (self.find(kind, subject) for kind in BindingKind)
        return next((battery for battery in found if battery is not None), None)

    def of(self, battery_id: UUID) -> BoundBattery | None:
        """Return a battery by its id."""
        if battery_id not in self._refs:
            with self._database.read() as connection:
                battery = RegistryStore(connection).battery(battery_id)
            if battery is None:
                return None
            self._refs[battery_id] = BoundBattery(battery_id, battery.battery_ref)
        return self._refs[battery_id]
