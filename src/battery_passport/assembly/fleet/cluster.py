"""Where the work of the daily run is done when one machine is too small: a Dask cluster.

In: a function, tasks, a scheduler's address. Out: its results, in whatever order they are ready.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from distributed import Client, as_completed

T = TypeVar("T")
R = TypeVar("R")

_PATIENCE_S = 30


def in_cluster(work: Callable[[T], R], tasks: Iterable[T], *, scheduler: str) -> Iterator[R]:
    """Yield results from the cluster's workers, which must see the same database and history.

    Raises: OSError if no scheduler answers there within half a minute.
    """
    with Client(scheduler, timeout=_PATIENCE_S) as client:
        futures = [client.submit(work, task, pure=False) for task in tasks]
        for future in as_completed(futures):
            yield future.result()
