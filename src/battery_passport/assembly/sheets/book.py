"""The sheets of batteries: what is kept at once, the rest made in one thread beside requests.

In: an installation. Out: fulfils `web.sheet.ports.SheetBook`.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from uuid import UUID

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.sheets.gathering import gather
from battery_passport.assembly.sheets.making import Made, is_fresh, kept_of, make_anew
from battery_passport.web.consoles.fleet.ports import FleetBook
from battery_passport.web.sheet.ports import SheetSources


class SheetMaker:
    """Makes what is asked for one battery after the other; a second request waits for the first."""

    def __init__(self, installation: Installation, fleet: FleetBook) -> None:
        self._installation = installation
        self._fleet = fleet
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sheets")
        self._under_way: dict[UUID, Future[Made]] = {}
        self._lock = Lock()

    def sources(self, battery_id: UUID, *, patience_s: float) -> SheetSources | None:
        """Return what a sheet tells, older if nothing newer is ready in time; None if nothing is.

        Raises: what the making failed on.
        """
        installation = self._installation
        kept, basis = kept_of(installation.database, battery_id)
        if kept is not None and is_fresh(kept, basis, installation.clock.now()):
            return self._gathered(battery_id, kept, outdated=kept.diagnosis.basis != basis)
        task = self._task(battery_id)
        try:
            made = task.result(timeout=patience_s)
        except TimeoutError:
            if task.done():
                raise
            return None if kept is None else self._gathered(battery_id, kept, outdated=True)
        return self._gathered(battery_id, made, outdated=False)

    def newest(self, battery_id: UUID) -> SheetSources:
        """Return what a sheet tells of everything that came in before, however long it takes."""
        kept, basis = kept_of(self._installation.database, battery_id)
        if kept is None or {kept.diagnosis.basis, kept.pictures.basis} != {basis}:
            kept = self._make(battery_id)
        return self._gathered(battery_id, kept, outdated=False)

    def _task(self, battery_id: UUID) -> Future[Made]:
        with self._lock:
            task = self._under_way.get(battery_id)
            if task is None or task.done():
                task = self._worker.submit(self._make, battery_id)
                self._under_way[battery_id] = task
            return task

    def _make(self, battery_id: UUID) -> Made:
        installation = self._installation
        try:
            return make_anew(
                installation.database,
                installation.history,
                battery_id,
                as_of=installation.clock.now(),
            )
        finally:
            with self._lock:
                self._under_way.pop(battery_id, None)

    def _gathered(self, battery_id: UUID, made: Made, *, outdated: bool) -> SheetSources:
        quality = self._fleet.quality(battery_id)
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery(battery_id)
            if battery is None:
                raise LookupError(f"The battery {battery_id} is not registered.")
            return gather(connection, battery, made, outdated=outdated, quality=quality)
