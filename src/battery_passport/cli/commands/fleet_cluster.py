"""`fleet cluster`: the daily run on the workers of a Dask cluster.

In: the home, a scheduler's address. Out: how many were diagnosed and their grades.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence

from battery_passport.assembly.fleet.cluster import in_cluster
from battery_passport.assembly.fleet.daily import Found
from battery_passport.assembly.fleet.working import Task
from battery_passport.cli.commands.fleet import diagnose


def run(arguments: argparse.Namespace) -> int:
    """Diagnose what is due on the cluster."""

    def spread(work: Callable[[Task], Found], tasks: Sequence[Task]) -> Iterator[Found]:
        return in_cluster(work, tasks, scheduler=arguments.scheduler)

    return diagnose(arguments, spread)
