"""The evaluations by name; a new one is one row here.

In: a name and a request. Out: the report of that evaluation.
"""

from collections.abc import Callable, Mapping

from battery_passport.assembly.evaluating import cycle_life, faults, pack_capacity, retired_cells
from battery_passport.assembly.evaluating.errors import UnknownEvaluation
from battery_passport.assembly.evaluating.model import Report, Request

EVALUATIONS: Mapping[str, Callable[[Request], Report]] = {
    "pack-capacity": pack_capacity.run,
    "retired-cells": retired_cells.run,
    "cycle-life": cycle_life.run,
    "faults": faults.run,
}


def evaluate(name: str, request: Request) -> Report:
    """Return what the named evaluation finds.

    Raises: UnknownEvaluation; UnusableFolder if a folder does not hold what is needed.
    """
    run = EVALUATIONS.get(name)
    if run is None:
        there_are = ", ".join(EVALUATIONS)
        raise UnknownEvaluation(f"There is no evaluation {name}; there are: {there_are}.")
    return run(request)
