"""How long things take, and what a process has used.

In: something to do, or a process. Out: rates per CPU-second, medians in milliseconds.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import psutil

T = TypeVar("T")


def rate_per_cpu_s(
    work: Callable[[T], object], items: Sequence[T], *, least_s: float = 1.0
) -> float:
    """Return how often a second of CPU does the work, over all items again and again."""
    for item in items[: len(items) // 10 + 1]:
        work(item)
    done, begun = 0, time.process_time()
    while time.process_time() - begun < least_s:
        for item in items:
            work(item)
        done += len(items)
    return done / (time.process_time() - begun)


def median_ms(work: Callable[[], object], *, times: int) -> float:
    """Return the median duration of so many runs."""
    return statistics.median(_durations_ms(work, times))


def cpu_s(pid: int) -> float:
    """Return the CPU time that a process has used itself, without its children."""
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)


def _durations_ms(work: Callable[[], object], times: int) -> Iterable[float]:
    for _ in range(times):
        begun = time.perf_counter()
        work()
        yield 1_000 * (time.perf_counter() - begun)
