"""Opens state epochs: the root over every passport's latest version goes into the log.

In: passport versions announced since the last epoch. Out: the next epoch with its fact. One is due
a while after passports changed, once a day in any case, and whenever a bundle needs it.
"""

from datetime import timedelta

from sqlalchemy import Connection

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.states import StateStore, StoredEpoch
from battery_passport.assembly.recording import FACT_OF_CREDENTIAL
from battery_passport.foundation.clock import Clock
from battery_passport.ledger.state_tree import StateEpoch, StateLeaf
from battery_passport.proof.model import PASSPORT
from battery_passport.proof.records import parse_record_bytes

LONGEST_EPOCH = timedelta(days=1)
"""After so long a new epoch is opened although nothing changed, so that "as of" stays young."""


class StateKeeper:
    """Fulfils `pipeline.Housekeeping`."""

    def __init__(self, database: Database, clock: Clock, *, interval_s: float) -> None:
        self._database = database
        self._clock = clock
        self._interval = timedelta(seconds=interval_s)
        self._looked_through = 0

    def run(self, *, urgent: bool) -> bool:
        """Open an epoch if one is due and nobody waits; return whether one was opened."""
        return False if urgent else self.open_if_due() is not None

    def open_if_due(self) -> StateEpoch | None:
        """Return the epoch that was opened because its time had come."""
        if not self._may_be_due():
            return None
        with self._database.write() as connection:
            newest = StateStore(connection).newest()
            changed = _changed_since(connection, newest)
            if changed or (newest is not None and self._age_of(newest) >= LONGEST_EPOCH):
                return self._open(connection, changed)
        return None

    def cover(self, key: bytes) -> StateEpoch | None:
        """Open an epoch if the newest does not know a passport's latest version; return it."""
        with self._database.read() as connection:
            known = _knows_latest(connection, key)
        if known:
            return None
        with self._database.write() as connection:
            if _knows_latest(connection, key):
                return None
            return self._open(
                connection, _changed_since(connection, StateStore(connection).newest())
            )

    def _may_be_due(self) -> bool:
        """Tell, without a write transaction, whether a look is worth its while."""
        with self._database.read() as connection:
            store = StateStore(connection)
            newest = store.newest()
            if newest is not None and self._age_of(newest) < self._interval:
                return False
            if newest is not None and self._age_of(newest) >= LONGEST_EPOCH:
                return True
            since = max(self._looked_through, 0 if newest is None else newest.through_position)
            last = FactStore(connection).last_position()
            found = store.records_after(since, kind=FACT_OF_CREDENTIAL[PASSPORT])
        if not found:
            self._looked_through = last
        return bool(found)

    def _open(self, connection: Connection, changed: list[StateLeaf]) -> StateEpoch:
        return StateStore(connection).open_epoch(
            changed,
            through_position=FactStore(connection).last_position(),
            moment=self._clock.now(),
        )

    def _age_of(self, epoch: StoredEpoch) -> timedelta:
        return self._clock.now() - epoch.epoch.as_of


def _changed_since(connection: Connection, epoch: StoredEpoch | None) -> list[StateLeaf]:
    """Return the leaves of passport versions announced after an epoch."""
    position = 0 if epoch is None else epoch.through_position
    records = StateStore(connection).records_after(position, kind=FACT_OF_CREDENTIAL[PASSPORT])
    return [state_leaf(record) for record in records]


def _knows_latest(connection: Connection, key: bytes) -> bool:
    newest = StateStore(connection).newest()
    return newest is not None and all(
        leaf.key != key for leaf in _changed_since(connection, newest)
    )


def state_leaf(record: bytes) -> StateLeaf:
    """Return the state leaf of a passport version's record. Raises: RecordMismatch."""
    parsed = parse_record_bytes(record)
    return StateLeaf(key=parsed.key, seq=parsed.seq, cred=parsed.cred)
