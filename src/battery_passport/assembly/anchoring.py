"""Signs checkpoints and carries them to the chain; one process of a home at a time.

In: the log and a way to open the chain. Out: anchored checkpoints, and how far the chain lags.
No transaction of the database is open while the chain is asked: records never wait for it.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.assembly.anchor_notes import AnchorNotes
from battery_passport.assembly.leases import Leases, Role
from battery_passport.assembly.pipeline import Pipeline
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.ledger.anchoring import BATCH, Anchorer
from battery_passport.ledger.errors import AnchorContradictsLog, ChainUnavailable
from battery_passport.ledger.model import AnchorLag, SignedCheckpoint
from battery_passport.ledger.ports import AnchorLedger

_LOG = logging.getLogger(__name__)

CHAIN_PATIENCE_S = 30.0
"""How long a verb waits for the chain before it says "later"."""

CATCH_UP_S = 5.0
"""How long one run goes on anchoring what an outage has left behind; the next run goes on."""

OpenChain = Callable[[], AbstractContextManager[AnchorLedger]]


class NotAnchoredYet(TemporarilyUnavailable):
    """The checkpoint that is needed is not on the chain yet."""

    code = "not-anchored-yet"
    remedy = "Try again in half a minute; if it stays so, look at the anchoring lag on /readyz."


class ChainAnchoring:
    """The anchoring role; the chain is opened at first use and closed with the role."""

    def __init__(
        self,
        database: Database,
        leases: Leases,
        *,
        pipeline: Pipeline,
        clock: Clock,
        open_chain: OpenChain,
    ) -> None:
        self.notes = AnchorNotes(database)
        self.contradiction: str | None = None
        self._database = database
        self._leases = leases
        self._pipeline = pipeline
        self._clock = clock
        self._open_chain = open_chain
        self._stack = ExitStack()
        self._chain: AnchorLedger | None = None

    def close(self) -> None:
        """Close the chain, if it was opened."""
        self._chain = None
        self._stack.close()

    def anchor_now(self) -> SignedCheckpoint | None:
        """Sign the log as it is and anchor what waits; None while the log is empty.

        Raises: RoleTaken, ChainUnavailable, AnchorContradictsLog.
        """
        checkpoint = self.sign_checkpoint()
        if checkpoint is not None:
            with self.chain() as chain:
                self._anchor_waiting(chain)
        return checkpoint

    def sign_checkpoint(self) -> SignedCheckpoint | None:
        """Sign the log as it is, unless that was done already; None while it is empty."""
        with (
            self._leases.hold(Role.SEQUENCER, timeout_s=CHAIN_PATIENCE_S),
            self._database.write() as connection,
        ):
            log = self._pipeline.log_of(connection)
            return log.make_checkpoint() if log.head().size else None

    @contextmanager
    def chain(self) -> Iterator[AnchorLedger]:
        """Hold the anchoring role and give its chain, which stays open until `close`."""
        with self._leases.hold(Role.ANCHORER, timeout_s=CHAIN_PATIENCE_S):
            if self._chain is None:
                self._leases.keep(Role.ANCHORER, timeout_s=CHAIN_PATIENCE_S)
                self._stack.callback(self._leases.give_up, Role.ANCHORER)
                self._chain = self._stack.enter_context(self._open_chain())
            try:
                yield self._chain
            except ChainUnavailable:
                # The next use opens the chain anew: its process may have died.
                self.close()
                raise

    def lag(self) -> AnchorLag:
        """Return how far the chain lags, by what this home last heard from it."""
        with self._database.read() as connection:
            store = SqlCheckpointStore(connection)
            known = store.latest_anchored()
            size = 0 if known is None else known.checkpoint.head.size
            waiting, oldest = store.count_larger_than(size)
        if oldest is None:
            return AnchorLag(waiting=0, oldest_age_s=0.0)
        return AnchorLag(waiting=waiting, oldest_age_s=(self._clock.now() - oldest).total_seconds())

    def _anchor_waiting(self, chain: AnchorLedger) -> None:
        """Bring notes and chain together, then anchor portions until none or no time is left."""
        self.notes.reconcile(chain)
        deadline_s = time.monotonic() + CATCH_UP_S
        try:
            while self._anchor_portion(chain) == BATCH and time.monotonic() < deadline_s:
                pass
        except AnchorContradictsLog as error:
            self.contradiction = error.message
            raise
        self.contradiction = None

    def _anchor_portion(self, chain: AnchorLedger) -> int:
        receipts = Anchorer(_Waiting(self._database), chain, self._clock).anchor_waiting()
        if receipts:
            self.notes.note(receipts, chain.finality)
        return len(receipts)


class _Waiting:
    """The checkpoints as the anchorer asks for them, each time in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def larger_than(self, size: int, *, limit: int) -> Sequence[SignedCheckpoint]:
        """Return up to `limit` checkpoints of a greater size, the smallest first."""
        with self._database.read() as connection:
            return SqlCheckpointStore(connection).larger_than(size, limit=limit)


__all__ = ["CHAIN_PATIENCE_S", "ChainAnchoring", "NotAnchoredYet", "OpenChain"]
