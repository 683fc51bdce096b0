"""Where the work of the daily run is done on one machine: processes beside this one.

In: a function, tasks. Out: its results, in whatever order they are ready.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_WAITING_FOR_EACH = 4
_MIB = 1 << 20
_ALONE = MappingProxyType(
    {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MALLOC_MMAP_THRESHOLD_": str(32 * _MIB),
        "MALLOC_TRIM_THRESHOLD_": str(1_024 * _MIB),
        "MALLOC_TOP_PAD_": str(32 * _MIB),
    }
)
"""How each worker begins: its algebra in one thread, as there are as many as processors, and what
an array leaves is kept for the next (glibc; others pass it over) instead of asked for page by page.
"""


class Submit(Protocol):
    """Takes a call and gives a future of its result."""

    def __call__(self, function: Callable[..., Any], /, *arguments: Any) -> "Future[Any]": ...


def in_processes(work: Callable[[T], R], tasks: Iterable[T], *, workers: int) -> Iterator[R]:
    """Yield results from so many processes of this machine.

    Processes are started anew, not forked: threads and open files of this one stay here.
    """
    context = multiprocessing.get_context("spawn")
    with (
        _begun_alone(),
        ProcessPoolExecutor(max_workers=workers, mp_context=context) as pool,
    ):
        yield from _results(pool.submit, work, tasks, at_once=workers * _WAITING_FOR_EACH)


@contextmanager
def _begun_alone() -> Iterator[None]:
    """Let processes begun meanwhile work as those that have a processor each, unless told else."""
    added = {name: value for name, value in _ALONE.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def own_cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def _results(
    submit: Submit, work: Callable[[T], R], tasks: Iterable[T], *, at_once: int
) -> Iterator[R]:
    """Keep a bounded number of tasks under way, so that results are not piled up."""
    under_way: set[Future[R]] = set()
    for task in tasks:
        under_way.add(submit(work, task))
        if len(under_way) >= at_once:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    while under_way:
        done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in done)
