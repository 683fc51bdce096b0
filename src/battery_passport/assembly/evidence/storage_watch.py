"""A full disk stops what needs room on it, and nothing else; what stopped goes on by itself.

In: housekeeping that writes files. Out: the same, which waits while there is no room, and what
waits for room, for `/readyz` and the metrics.
"""

import errno
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Protocol

from battery_passport.foundation.clock import Clock

_LOG = logging.getLogger(__name__)

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_TRIED_EVERY: Final = timedelta(seconds=10)


class Task(Protocol):
    """A piece of housekeeping."""

    def run(self, *, urgent: bool) -> bool:
        """Do a piece of the work; return whether something was done."""


class StorageWatch:
    """What waits for room, by name, since when."""

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}

    @property
    def waiting(self) -> Mapping[str, datetime]:
        """What waits for room now."""
        return MappingProxyType(dict(self._since))

    def note_full(self, name: str, moment: datetime) -> None:
        """Remember that there was no room."""
        if name not in self._since:
            _LOG.error("no room on the disk for the %s: it waits, everything else goes on", name)
            self._since[name] = moment

    def note_room(self, name: str) -> None:
        """Remember that there was room."""
        if self._since.pop(name, None) is not None:
            _LOG.warning("there is room again for the %s", name)


class WaitingForRoom:
    """Fulfils `pipeline.Housekeeping` by another that writes files."""

    def __init__(self, name: str, task: Task, *, watch: StorageWatch, clock: Clock) -> None:
        self._name = name
        self._task = task
        self._watch = watch
        self._clock = clock
        self._tried_at: datetime | None = None

    def run(self, *, urgent: bool) -> bool:
        """Do a piece of the work unless there was no room a moment ago."""
        now = self._clock.now()
        if self._tried_at is not None and self._tried_at <= now < self._tried_at + _TRIED_EVERY:
            return False
        try:
            worked = self._task.run(urgent=urgent)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            self._tried_at = now
            self._watch.note_full(self._name, now)
            return False
        if worked or self._tried_at is not None:
            self._watch.note_room(self._name)
        self._tried_at = None
        return worked
