"""How charge, polarisation and temperature follow a given current; the values of any course.

In: a pack's circuit, how it begins, a current. Out: a `Course`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation.course_kernel import given_rows
from battery_passport.simulation.heat import circuit_of
from battery_passport.simulation.pack_state import PackState


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Where the mean cell stands: true state of charge, polarisation, temperature."""

    soc: float
    polarisation_v: float
    celsius: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the mean cell goes through, and where it stands one step after the last.

    Shape: each (steps,). Units: A (positive on discharge), true ratio, V, °C.
    """

    current_a: NDArray[np.float64]
    soc: NDArray[np.float64]
    polarisation_v: NDArray[np.float64]
    celsius: NDArray[np.float64]
    after: Condition


def given_course(
    pack: PackState,
    start: Condition,
    current_a: NDArray[np.float64],
    *,
    air_celsius: float,
    step_s: float,
) -> Course:
    """Return the course of a pack from which the given current is drawn."""
    moved_ah = np.concatenate(([0.0], np.cumsum(current_a))) * step_s / 3_600
    soc = start.soc - moved_ah / pack.capacity_ah
    circuit = circuit_of(pack, air_celsius=air_celsius, step_s=step_s)
    rows = given_rows(circuit, current_a, start.polarisation_v, start.celsius)
    return Course(
        current_a=current_a,
        soc=soc[:-1],
        polarisation_v=rows[:-1, 0],
        celsius=rows[:-1, 1],
        after=Condition(
            soc=float(soc[-1]), polarisation_v=float(rows[-1, 0]), celsius=float(rows[-1, 1])
        ),
    )


def joined_course(*courses: Course) -> Course:
    """Return courses that followed one another as one."""
    return Course(
        current_a=np.concatenate([course.current_a for course in courses]),
        soc=np.concatenate([course.soc for course in courses]),
        polarisation_v=np.concatenate([course.polarisation_v for course in courses]),
        celsius=np.concatenate([course.celsius for course in courses]),
        after=courses[-1].after,
    )
