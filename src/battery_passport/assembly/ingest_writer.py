"""Group commit: batches that arrive together share one transaction and one wait for the disk.

In: checked batches from the event loop. Out: a future each, done once the batch is durable.
"""

import asyncio
import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from battery_passport.adapters.metrics.takers import TakerState
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import Outcome, ReceivedBatch
from battery_passport.assembly.flow_control import FairQueue, FlowControl
from battery_passport.assembly.intake import GROUP_BATCHES, store_group
from battery_passport.assembly.takers import Tally
from battery_passport.foundation.errors import BatteryPassportError, TemporarilyUnavailable

GATHER_S = 0.005
"""The longest that a batch waits for others while the event loop is busy with more of them."""

_LOG = logging.getLogger(__name__)

ObserveCommit = Callable[[int, float], None]
"""Told of each commit: how many batches, and how many seconds until they were durable."""

Tell = Callable[[Outcome | BatteryPassportError], None]
"""Told in the event loop what became of a batch."""

_Waiting = tuple[ReceivedBatch, Tell, float]
_Group = list[_Waiting]


class IntakeOverloaded(TemporarilyUnavailable):
    """More batches wait for the disk than may; nothing of this one was kept."""

    code = "intake-overloaded"
    remedy = "Keep the batch and send it again after the time given."


class NotDurable(TemporarilyUnavailable):
    """The disk or the database refused; nothing of the batch was kept."""

    code = "batch-not-durable"
    remedy = "Keep the batch and send it again; the server's log tells its operator why."


class IngestWriter:
    """One thread that commits groups, fed by one event loop.

    A group is handed over when a turn of the loop brought no further batch, when it is full, or
    when its first batch has waited for `GATHER_S`.
    """

    _loop: asyncio.AbstractEventLoop

    def __init__(
        self,
        database: Database,
        *,
        queue_batches: int,
        observe: ObserveCommit | None = None,
        observe_wait: Callable[[float], None] | None = None,
        flow: FlowControl | None = None,
    ) -> None:
        self._database = database
        self._observe = observe
        self._observe_wait = observe_wait
        self._queue = FairQueue(queue_batches)
        self.tally = Tally()
        self._flow = flow
        self._gathering: _Group = []
        self._seen_last_turn = 0
        self._hand_over_at_s = 0.0
        self._groups: queue.SimpleQueue[_Group] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ingest-writer", daemon=True)

    def start(self) -> None:
        """Begin to take batches."""
        self._thread.start()

    def stop(self) -> None:
        """Commit what was handed over, then end. The event loop may have ended before."""
        self._groups.put([])
        self._thread.join()

    def submit(self, batch: ReceivedBatch) -> "asyncio.Future[Outcome]":
        """Return a future that ends once the batch is durable; call it in the event loop.

        Raises: IntakeOverloaded, TooManyBatches; the future raises NotDurable or DatabaseBusy.
        """
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.take(batch, partial(_settle, future))
        return future

    def take(self, batch: ReceivedBatch, tell: Tell) -> None:
        """Tell what became of a batch once it is durable, or why it is not; in the event loop.

        Raises: IntakeOverloaded, TooManyBatches; then `tell` is never called.
        """
        sender = batch.device_id.int
        if not self._queue.has_room(sender):
            raise IntakeOverloaded(f"{self._queue.total} batches wait for the disk already.")
        if self._flow is not None:
            self._flow.take(batch)
        now_s = time.perf_counter()
        if not self._gathering:
            loop = self._loop = asyncio.get_running_loop()
            self._seen_last_turn = 0
            self._hand_over_at_s = now_s + GATHER_S
            loop.call_soon(self._look, loop)
        self._gathering.append((batch, tell, now_s))
        self._queue.enter(sender)

    def state(self, transport: str) -> TakerState:
        """Return how far this process is with the batches of a transport."""
        return TakerState(
            transport=transport,
            waiting=self._queue.total,
            longest_wait_s=self.tally.longest_wait_s(),
            outcomes=dict(self.tally.outcomes),
        )

    def waiting(self) -> int:
        """Return how many batches wait to be durable."""
        return self._queue.total

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        count = len(self._gathering)
        is_growing = count > self._seen_last_turn and count < GROUP_BATCHES
        if is_growing and time.perf_counter() < self._hand_over_at_s:
            self._seen_last_turn = count
            loop.call_soon(self._look, loop)
            return
        self._groups.put(self._gathering)
        self._gathering = []

    def _run(self) -> None:
        while group := self._next_group():
            self._commit(group)

    def _next_group(self) -> _Group:
        """Return all that was handed over while the disk was busy; nothing once we are to end."""
        group = self._groups.get()
        while group and len(group) < GROUP_BATCHES:
            try:
                further = self._groups.get_nowait()
            except queue.Empty:
                break
            if not further:
                self._groups.put(further)
                break
            group += further
        return group

    def _commit(self, group: _Group) -> None:
        answers: Sequence[Outcome | BatteryPassportError]
        begun_s = time.perf_counter()
        try:
            answers = store_group(self._database, [batch for batch, _tell, _since_s in group])
        except BatteryPassportError as error:
            answers = [error] * len(group)
        except Exception as error:  # noqa: BLE001 - each sender must hear that nothing was kept
            _LOG.exception("a group of %d batches could not be stored", len(group))
            answers = [NotDurable(f"The batch was not kept: {type(error).__name__}.")] * len(group)
        else:
            if self._observe is not None:
                self._observe(len(group), time.perf_counter() - begun_s)
        try:
            self._loop.call_soon_threadsafe(self._answer, group, answers)
        except RuntimeError:
            _LOG.info("%d batches are durable, and nobody waits for the answer", len(group))

    def _answer(self, group: _Group, answers: Sequence[Outcome | BatteryPassportError]) -> None:
        longest_s = time.perf_counter() - group[0][2]
        self.tally.note(Counter(map(_word, answers)), longest_s)
        if self._observe_wait is not None:
            self._observe_wait(longest_s)
        for (batch, tell, _since_s), answer in zip(group, answers, strict=True):
            self._queue.leave(batch.device_id.int)
            try:
                tell(answer)
            except Exception:  # noqa: BLE001 - the others must hear all the same
                _LOG.exception("a sender could not be told what became of its batch")


def _word(answer: Outcome | BatteryPassportError) -> str:
    return answer.code if isinstance(answer, BatteryPassportError) else answer.value


def _settle(future: "asyncio.Future[Outcome]", answer: Outcome | BatteryPassportError) -> None:
    if future.done():
        return
    if isinstance(answer, BatteryPassportError):
        future.set_exception(answer)
    else:
        future.set_result(answer)
