"""Work that goes on beside requests: one thread for each repeating task.

In: tasks and their interval. Out: the tasks run until the process ends; a failure is logged and
retried later, and `failures` counts those in a row.
"""

import logging
import threading
from collections.abc import Callable

_LOG = logging.getLogger(__name__)
_LONGEST_WAIT_S = 30.0


class Repeating:
    """Runs one task again and again in a thread of its own."""

    def __init__(self, name: str, task: Callable[[], object], *, interval_s: float) -> None:
        self.name = name
        self.failures = 0
        self._task = task
        self._interval_s = interval_s
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let the present run end, and begin no other."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def wake(self) -> None:
        """Begin the next run now."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._run_once()
            # Failures in a row double the wait, so that a dead neighbour is not hammered.
            wait_s = min(self._interval_s * 2**self.failures, _LONGEST_WAIT_S)
            self._wake.wait(max(wait_s, self._interval_s))
            self._wake.clear()

    def _run_once(self) -> None:
        try:
            self._task()
        except Exception:  # noqa: BLE001 - a task must outlive whatever it meets
            self.failures = min(self.failures + 1, 16)
            _LOG.exception("%s failed %d times in a row", self.name, self.failures)
        else:
            self.failures = 0
