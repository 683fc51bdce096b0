"""What is filled and owed of a battery, remembered until something about it changes.

In: a transaction and batteries. Out: `Owing` of each. Working it out reads all of a battery's
events and its newest version; a maker's list asks for thousands.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from uuid import UUID

from sqlalchemy import Connection, func, select

from battery_passport.adapters.sql.schema import credentials, events
from battery_passport.assembly.installation import Installation
from battery_passport.passport.declaring import may_be_declared
from battery_passport.proof.model import PASSPORT
from battery_passport.registry.model import Battery
from battery_passport.web.consoles.manufacture.ports import OwedPoint

MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """Where a battery's passport stands today."""

    version: int | None
    issued_at: datetime | None
    filled: int
    owed: tuple[OwedPoint, ...]
    open_recalls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Key:
    battery_id: UUID
    model_id: UUID | None
    events: int
    version: int
    on: date


class OwingBook:
    """Works out what is owed; safe between threads."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._known: OrderedDict[_Key, Owing] = OrderedDict()
        self._lock = Lock()

    def of(self, connection: Connection, batteries: Sequence[Battery]) -> list[Owing]:
        """Return where each battery's passport stands."""
        moment = self._installation.clock.now()
        events_of = _count_events(connection)
        versions = _versions(connection)
        found = []
        for battery in batteries:
            name = str(battery.battery_id)
            key = _Key(
                battery.battery_id,
                battery.model_id,
                events_of.get(name, 0),
                versions.get(name, 0),
                moment.date(),
            )
            found.append(self._remembered(key) or self._work_out(connection, battery, key, moment))
        return found

    def _remembered(self, key: _Key) -> Owing | None:
        with self._lock:
            return self._known.get(key)

    def _work_out(
        self, connection: Connection, battery: Battery, key: _Key, moment: datetime
    ) -> Owing:
        content, last = self._installation.issuer.content(connection, battery, moment)
        made = Owing(
            version=None if last is None else last.version,
            issued_at=None if last is None else last.issued_at,
            filled=len(content.values),
            owed=tuple(
                OwedPoint(
                    number=each.point.number,
                    due_on=each.due_on,
                    overdue=each.overdue,
                    declarable=may_be_declared(each),
                )
                for each in content.missing
            ),
            open_recalls=content.state.open_recalls,
        )
        with self._lock:
            self._known[key] = made
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return made


def _count_events(connection: Connection) -> dict[str, int]:
    query = select(events.c.battery_id, func.count()).group_by(events.c.battery_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def _versions(connection: Connection) -> dict[str, int]:
    query = (
        select(credentials.c.battery_id, func.max(credentials.c.sequence))
        .where(credentials.c.kind == PASSPORT)
        .group_by(credentials.c.battery_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
