"""Which fact wakes which handler: facts get their log index, then every handler sees each once.

In: the outbox. Out: a log that holds every record, and projections that are up to date.

    batch-stored      BatchReader       decodes, flags, raises alarms, puts batches in line for the
                                        history
    event-recorded    PassportWatcher   marks the passport as due for a new version
    event-recorded,   RegistryWatcher   notes what the ledger's registry is to be told of
    passport-issued
    (then)            AlarmKeeper       writes alarms into the histories of their batteries
    (then)            HistoryKeeper     brings waiting batches into the history
    act-recorded      (nobody)          stands in the log, and wakes nothing
    records-erased    (nobody)          likewise
    (then)            PassportKeeper    issues due passports, at most daily
    (then)            StateKeeper       opens the next epoch of the state tree
    state-recorded    (nobody)          stands in the log, and wakes nothing
    (then)            ErasureKeeper     erases records of people who left, under a tombstone
    (then)            EvidenceSealer    moves old batches into segments
    (then)            EvidenceExpirer   lets go of evidence whose time is over, under tombstones
    (then)            HistoryThinner    takes what came of it out of the history
"""

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.facts import Fact, FactStore
from battery_passport.adapters.sql.log import SqlCheckpointStore, SqlTileStore
from battery_passport.assembly.leases import Leases, Role, RoleTaken
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.ledger.entry import entry_bytes
from battery_passport.ledger.note import NoteSigner
from battery_passport.ledger.service import MerkleLog
from battery_passport.ledger.swift_hashing import SwiftHashes

_LOG = logging.getLogger(__name__)
_SEQUENCE_AT_ONCE = 2_000
_HANDLE_AT_ONCE = 500
_HASHES = SwiftHashes()
# A full disk or a busy database says nothing about a fact: the same is tried again later.
_PASSING = (TemporarilyUnavailable, OperationalError)

Effect = Callable[[Connection], None]
"""What a handler writes, in the transaction that also moves its cursor."""


class Handler(Protocol):
    """Turns facts into projections."""

    @property
    def name(self) -> str: ...

    @property
    def kinds(self) -> frozenset[str]: ...

    def prepare(self, facts: Sequence[Fact]) -> Effect:
        """Do the slow part outside any write transaction, and return what is to be written."""
        ...


class Housekeeping(Protocol):
    """Work that is due after facts were handled."""

    def run(self, *, urgent: bool) -> bool:
        """Do a piece of the work; return whether something was done.

        Work that gains by gathering does it now only if it is urgent.
        """
        ...


class Pipeline:
    """Runs sequencer, handlers and housekeeping; only the sequencer's lease holder runs it."""

    def __init__(  # noqa: PLR0913 - everything is handed in
        self,
        database: Database,
        leases: Leases,
        *,
        signer: NoteSigner,
        clock: Clock,
        handlers: Sequence[Handler],
        housekeeping: Sequence[Housekeeping],
        following: Sequence[Housekeeping] = (),
    ) -> None:
        """`following` is the housekeeping that gains by coming right behind a group of facts."""
        self._database = database
        self._leases = leases
        self._signer = signer
        self._clock = clock
        self.handlers = handlers
        self._housekeeping = housekeeping
        self._following = following

    def settle(self, *, timeout_s: float = 60) -> None:
        """Return once everything recorded before the call is sequenced and projected.

        Raises: RoleTaken if another process keeps the sequencer's lease for longer.
        """
        with self._leases.hold(Role.SEQUENCER, timeout_s=timeout_s):
            self._catch_up(urgent=True)

    def keep_up(self) -> None:
        """Sequence and handle what is there, unless another process is at it already.

        What gains by gathering is left to gather.
        """
        try:
            with self._leases.hold(Role.SEQUENCER, timeout_s=0):
                self._catch_up(urgent=False)
        except RoleTaken:
            _LOG.debug("another process is the sequencer for now")

    def _catch_up(self, *, urgent: bool) -> None:
        """Do what there is to do at the call; what comes in meanwhile is left to the next call.

        Housekeeping ends, because only handlers put work in its line, and they stand still.
        """
        self._project()
        worked = False
        while any(work.run(urgent=urgent) for work in self._housekeeping):
            worked = True
        if worked:
            self._project()  # what housekeeping recorded, such as new passport versions

    def _project(self) -> None:
        """Put everything recorded before the call into the log, and let handlers see it."""
        with self._database.read() as connection:
            last_position = FactStore(connection).last_position()
        while self._sequence(last_position):
            pass
        with self._database.read() as connection:
            end = self.log_of(connection).head().size
        for handler in self.handlers:
            while self._handle(handler, end):
                while any(work.run(urgent=False) for work in self._following):
                    pass

    def log_of(self, connection: Connection) -> MerkleLog:
        """Return the log within a transaction."""
        return MerkleLog(
            SqlTileStore(connection),
            SqlCheckpointStore(connection),
            signer=self._signer,
            clock=self._clock,
            hashes=_HASHES,
        )

    def _sequence(self, last_position: int) -> bool:
        with self._database.read() as connection:
            oldest = FactStore(connection).pending(1)
        if not oldest or oldest[0].position > last_position:
            return False
        with self._database.write() as connection:
            store = FactStore(connection)
            pending = store.pending_entries(_SEQUENCE_AT_ONCE)
            entries = [entry_bytes(salt, digest) for _position, salt, digest in pending]
            indices = self.log_of(connection).sequence(entries).indices
            store.number(indices.start, [position for position, _salt, _digest in pending])
        return True

    def _handle(self, handler: Handler, end: int) -> bool:
        with self._database.read() as connection:
            store = FactStore(connection)
            cursor = store.cursor(handler.name)
            facts = store.of_kinds(
                handler.kinds, first_index=cursor, end=end, limit=_HANDLE_AT_ONCE
            )
        if cursor >= end:
            return False
        following = end if len(facts) < _HANDLE_AT_ONCE else _index(facts[-1]) + 1
        try:
            self._apply(handler, facts, following)
        except _PASSING:
            raise
        except Exception:  # noqa: BLE001 - whatever a handler meets, the facts behind it go on
            _LOG.exception("handler %s failed on a group; trying one by one", handler.name)
            for fact in facts:
                self._apply_or_poison(handler, fact)
        return True

    def _apply_or_poison(self, handler: Handler, fact: Fact) -> None:
        try:
            self._apply(handler, [fact], _index(fact) + 1)
        except _PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - kept where a person sees it
            _LOG.exception("handler %s cannot digest fact %s", handler.name, fact.fact_id)
            with self._database.write() as connection:
                store = FactStore(connection)
                store.poison(
                    fact, handler=handler.name, error=repr(error), moment=self._clock.now()
                )
                store.move_cursor(handler.name, _index(fact) + 1)

    def _apply(self, handler: Handler, facts: Sequence[Fact], following: int) -> None:
        """Let a handler see facts, and move its cursor to where it goes on."""
        effect = handler.prepare(facts) if facts else None
        with self._database.write() as connection:
            if effect is not None:
                effect(connection)
            FactStore(connection).move_cursor(handler.name, following)


def _index(fact: Fact) -> int:
    if fact.log_index is None:
        raise ValueError(f"Fact {fact.fact_id} has no log index yet.")
    return fact.log_index
