"""Sends what waits, oldest first, and waits longer after each failure.

In: a queue, a way to send, a clock. Out: a `Delivery`; the queue is what remains to be done.
"""

import hashlib
from collections import Counter

from battery_passport.device_agent.errors import Unreachable
from battery_passport.device_agent.model import (
    Acknowledged,
    Delivery,
    Duplicate,
    Outcome,
    Refused,
    RetryLater,
)
from battery_passport.device_agent.ports import AgentClock, Queue, SendBatch

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 300.0
_MOST_DOUBLINGS = 16


class Courier:
    """Delivers a queue's batches one by one; after a failure it leaves the platform in peace.

    The wait doubles from 1 s to 5 min. `spread` (any bytes of the device's own) shifts it by up to
    a half, so that a thousand devices do not come back in the same second.
    """

    def __init__(self, *, send: SendBatch, queue: Queue, clock: AgentClock, spread: bytes) -> None:
        self._send = send
        self._queue = queue
        self._clock = clock
        self._spread = spread
        self._failures = 0
        self._not_before_ms = 0

    def deliver(self, *, at_most: int | None = None) -> Delivery:
        """Return what became of the batches sent: all that wait, or up to the first failure."""
        counts: Counter[type[Outcome]] = Counter()
        while self._wait_s() == 0 and (at_most is None or counts.total() < at_most):
            encoded = self._queue.first()
            if encoded is None:
                break
            outcome = self._attempt(encoded)
            counts[type(outcome)] += 1
            self._settle(outcome)
        return Delivery(
            acknowledged=counts[Acknowledged],
            duplicates=counts[Duplicate],
            refused=counts[Refused],
            waiting=self._queue.waiting(),
            wait_s=self._wait_s(),
        )

    def _attempt(self, encoded: bytes) -> Outcome:
        try:
            return self._send(encoded)
        except Unreachable as error:
            return RetryLater(retry_after_s=error.retry_after_s)

    def _settle(self, outcome: Outcome) -> None:
        if isinstance(outcome, RetryLater):
            self._failures += 1
            wait_s = max(outcome.retry_after_s, self._backoff_s())
            self._not_before_ms = self._clock.monotonic_ms() + round(1_000 * wait_s)
            return
        self._failures = 0
        if isinstance(outcome, Refused):
            self._queue.set_aside_first(outcome)
        else:
            self._queue.remove_first()

    def _backoff_s(self) -> float:
        doublings = min(self._failures - 1, _MOST_DOUBLINGS)
        salt = self._failures.to_bytes(8, "big")
        share = hashlib.sha256(self._spread + salt).digest()[0] / 255
        return min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0**doublings) * (1 + share / 2)

    def _wait_s(self) -> float:
        return max(0, self._not_before_ms - self._clock.monotonic_ms()) / 1_000
