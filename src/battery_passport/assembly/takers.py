"""How far every process is that takes batches: told by each in a file, read by the server.

In: a writer and the home's folder of what runs now. Out: one file a process, renewed every few
seconds; the states of those that are alive. So all transports are watched in one place.
"""

import json
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from battery_passport.adapters.metrics.takers import TakerState
from battery_passport.assembly.background import Repeating

TOLD_EVERY_S = 2.0
LATELY_S = 60.0
_FOLDER = "takers"


class Tally:
    """What became of a process's batches, and how long they waited lately."""

    def __init__(self, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self.outcomes: Counter[str] = Counter()
        self._monotonic_s = monotonic_s
        self._waits: deque[tuple[float, float]] = deque()

    def note(self, outcomes: Mapping[str, int], longest_wait_s: float) -> None:
        """Count the batches of one commit."""
        self.outcomes.update(outcomes)
        now_s = self._monotonic_s()
        # Only waits that a later and longer one does not hide are kept.
        while self._waits and self._waits[-1][1] <= longest_wait_s:
            self._waits.pop()
        self._waits.append((now_s, longest_wait_s))
        self._forget(now_s)

    def longest_wait_s(self) -> float:
        """Return the longest wait of the last minute."""
        self._forget(self._monotonic_s())
        return self._waits[0][1] if self._waits else 0.0

    def _forget(self, now_s: float) -> None:
        while self._waits and self._waits[0][0] < now_s - LATELY_S:
            self._waits.popleft()


@contextmanager
def telling(run_folder: Path, read: Callable[[], TakerState]) -> Iterator[None]:
    """Tell how far this process is, as long as the block lasts."""
    folder = run_folder / _FOLDER
    folder.mkdir(exist_ok=True, mode=0o700)
    path = folder / f"{os.getpid()}.json"
    task = Repeating("telling", lambda: _write(path, read()), interval_s=TOLD_EVERY_S)
    task.start()
    try:
        yield
    finally:
        task.stop()
        path.unlink(missing_ok=True)


def told(run_folder: Path) -> list[TakerState]:
    """Return what the living processes tell; what dead ones left is removed."""
    found = []
    for path in (run_folder / _FOLDER).glob("*.json"):
        if not _is_alive(path.stem):
            path.unlink(missing_ok=True)
            continue
        with suppress(OSError, ValueError, TypeError):
            found.append(TakerState(**json.loads(path.read_text("utf-8"))))
    return found


def _write(path: Path, state: TakerState) -> None:
    members = {
        "transport": state.transport,
        "waiting": state.waiting,
        "longest_wait_s": round(state.longest_wait_s, 6),
        "outcomes": dict(state.outcomes),
    }
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(members), "utf-8")
    temporary.replace(path)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
