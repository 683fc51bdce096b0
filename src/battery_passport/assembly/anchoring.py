"""Signs checkpoints and carries them to the chain; one process of a home at a time.

In: the log and a way to open the chain. Out: anchored checkpoints, and how far the chain lags.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.assembly.leases import Leases, Role
from battery_passport.assembly.pipeline import Pipeline
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.anchoring import Anchorer
from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.ledger.model import Anchor, AnchorLag, AnchorReceipt, SignedCheckpoint
from battery_passport.ledger.ports import AnchorLedger

CHAIN_PATIENCE_S = 30.0
"""How long a verb waits for the chain before it says "later"."""

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

        Raises: RoleTaken, ChainUnavailable.
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
            waiting = store.larger_than(size, limit=10_000)
        if not waiting:
            return AnchorLag(waiting=0, oldest_age_s=0.0)
        age = self._clock.now() - waiting[0].signed_at
        return AnchorLag(waiting=len(waiting), oldest_age_s=age.total_seconds())

    def _anchor_waiting(self, chain: AnchorLedger) -> None:
        with self._database.read() as connection:
            receipts = Anchorer(SqlCheckpointStore(connection), chain, self._clock).anchor_waiting()
        self._remember(chain, receipts)

    def _remember(self, chain: AnchorLedger, receipts: list[AnchorReceipt]) -> None:
        """Note where checkpoints are anchored, also those whose receipts were lost on the way."""
        with self._database.read() as connection:
            known = SqlCheckpointStore(connection).latest_anchored()
        noted = -1 if known is None else known.number
        anchors = [receipt.anchor for receipt in receipts]
        latest = anchors[-1] if anchors else chain.latest()
        if latest is None or latest.number == noted:
            return
        if not anchors or anchors[0].number != noted + 1:
            anchors = [anchor for anchor in chain.anchors() if anchor.number > noted]
        by_number = {receipt.anchor.number: receipt for receipt in receipts}
        with self._database.write() as connection:
            store = SqlCheckpointStore(connection)
            for anchor in anchors:
                details = _details(anchor, by_number.get(anchor.number))
                store.mark_anchored(anchor.head.size, anchor=details, moment=anchor.anchored_at)


def _details(anchor: Anchor, receipt: AnchorReceipt | None) -> JsonObject:
    details: JsonObject = {"number": anchor.number}
    if receipt is not None:
        details["block"] = receipt.block_number
        details["transaction"] = receipt.transaction_hash.hex()
    return details
