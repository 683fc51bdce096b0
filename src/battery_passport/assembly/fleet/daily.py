"""The daily run: every battery with something new is diagnosed anew.

In: an opened installation, where to work. Out: how many were diagnosed, and which failed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from battery_passport.adapters.sql.diagnoses import DiagnosisStore, StoredDiagnosis
from battery_passport.assembly.fleet.pools import in_processes
from battery_passport.assembly.fleet.working import Failed, Place, Task, close_sources, diagnose_one
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.strict_json import JsonObject

_SAVED_AT_ONCE = 25

Tell = Callable[[int, int], None]
"""Told how many batteries are done, of how many."""


Found = StoredDiagnosis | Failed
Spread = Callable[[Callable[[Task], Found], Sequence[Task]], Iterator[Found]]
"""Does the work for each task somewhere, and yields what comes back."""


def on_this_machine(workers: int) -> Spread:
    """Return a way to work in so many processes; here, where one is enough."""

    def spread(work: Callable[[Task], Found], tasks: Sequence[Task]) -> Iterator[Found]:
        if workers <= 1 or len(tasks) <= 1:
            return _here(work, tasks)
        return in_processes(work, tasks, workers=min(workers, len(tasks)))

    return spread


def _here(work: Callable[[Task], Found], tasks: Sequence[Task]) -> Iterator[Found]:
    try:
        yield from map(work, tasks)
    finally:
        close_sources()


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyReport:
    """What a run did. `grades` counts all batteries that have a diagnosis, not only these."""

    diagnosed: int
    unchanged: int
    failed: tuple[Failed, ...]
    grades: dict[str | None, int]

    def as_json(self) -> JsonObject:
        """Return the counts, and the batteries that failed."""
        return {
            "diagnosed": self.diagnosed,
            "unchanged": self.unchanged,
            "failed": [
                {"battery": str(each.battery_id), "error": each.error} for each in self.failed
            ],
            "grades": {grade or "none": count for grade, count in sorted_grades(self.grades)},
        }


def sorted_grades(grades: dict[str | None, int]) -> list[tuple[str | None, int]]:
    """Return the counts by letter, those without one last."""
    return sorted(grades.items(), key=lambda pair: pair[0] or "Z")


def diagnose_fleet(
    installation: Installation, spread: Spread, tell: Tell, *, everything: bool = False
) -> DailyReport:
    """Diagnose what is due and save it group by group; what was saved before an end stays.

    With `everything` also what has nothing new, and each from its whole history.
    """
    installation.pipeline.settle()
    due, unchanged = due_batteries(installation, everything=everything)
    as_of = installation.clock.now()
    tasks = [Task(battery_id, basis, as_of, anew=everything) for battery_id, basis in due]
    settings = installation.settings
    place = Place(settings.home, settings.database_url)
    failed: list[Failed] = []
    diagnosed = 0
    for group in _groups(spread(partial(diagnose_one, place), tasks)):
        found = [each for each in group if isinstance(each, StoredDiagnosis)]
        failed += [each for each in group if isinstance(each, Failed)]
        with installation.database.write() as connection:
            DiagnosisStore(connection).save(found)
        diagnosed += len(found)
        tell(diagnosed + len(failed), len(tasks))
    with installation.database.read() as connection:
        grades = DiagnosisStore(connection).grades()
    return DailyReport(
        diagnosed=diagnosed, unchanged=unchanged, failed=tuple(failed), grades=grades
    )


def due_batteries(
    installation: Installation, *, everything: bool
) -> tuple[list[tuple[UUID, str]], int]:
    """Return the batteries to look at with what that rests on, and how many are as they were."""
    with installation.database.read() as connection:
        store = DiagnosisStore(connection)
        bases, known = store.bases(), {} if everything else store.known_bases()
    due = [(each, basis) for each, basis in bases.items() if known.get(each) != basis]
    return sorted(due), len(bases) - len(due)


def _groups(found: Iterable[Found]) -> Iterator[list[Found]]:
    group: list[Found] = []
    for each in found:
        group.append(each)
        if len(group) >= _SAVED_AT_ONCE:
            yield group
            group = []
    if group:
        yield group
