"""How far curves of a few foreign cars may be trusted, judged by leaving out each in turn.

In: fewer than five known cars and the length of the window asked about. Out: the share of the way
from the middle of the known cars to the curves' answer that is gone, and an honest interval.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from battery_passport.diagnostics.capacity.constants import V1, Constants
from battery_passport.diagnostics.capacity.library import learn_library
from battery_passport.diagnostics.capacity.stretch import KnownCar
from battery_passport.diagnostics.capacity.window import window_health
from battery_passport.diagnostics.model import Interval

_STUDENT_95 = {1: 6.314, 2: 2.920, 3: 2.353, 4: 2.132}
"""The 95 % point of Student's t by degrees of freedom."""
_GIVEN_AWAY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """What leaving out each known car showed.

    `trust_ratio` is the share of the spread between cars that the curves explained, beyond what
    so few cars explain by chance; `reach_ratio` is half the width of the interval.
    """

    middle_ratio: float
    trust_ratio: float
    reach_ratio: float

    def applied(self, answer: Interval) -> Interval:
        """Return the answer pulled to the middle, with the wider of both intervals."""
        value = self.middle_ratio + self.trust_ratio * (answer.value - self.middle_ratio)
        return Interval(
            value=value,
            low=value - self.reach_ratio,
            high=value + self.reach_ratio,
        )


def caution(
    cars: Sequence[KnownCar], window_ratio: float, constants: Constants = V1
) -> Caution | None:
    """Return how careful to be about windows of a length; None where enough cars are known."""
    count = len(cars)
    if count >= constants.fewest_cars:
        return None
    middle = median(car.health_ratio for car in cars)
    trials = [trial for car in cars for trial in _trials(car, cars, window_ratio, constants)]
    blind = math.fsum(trial.by_middle**2 for trial in trials)
    taught = math.fsum(trial.by_curves**2 for trial in trials)
    trust = _explained(taught, blind, count)
    left = math.fsum((trial.by_middle + trust * trial.moved) ** 2 for trial in trials)
    scale = math.sqrt(left / len(trials)) if trials else 0.0
    student = _STUDENT_95[max(1, count - 1)]
    return Caution(
        middle_ratio=middle,
        trust_ratio=trust,
        reach_ratio=student * math.sqrt(1.0 + 1.0 / count) * max(scale, constants.health_sd_ratio),
    )


def _explained(taught: float, blind: float, count: int) -> float:
    """Return the share of the squared errors that the curves removed, beyond chance.

    Adjusted as usual for the middle and the trust itself, both of which the same cars give.
    """
    if count <= _GIVEN_AWAY or not blind:
        return 0.0
    return max(0.0, 1.0 - taught / blind * (count - 1) / (count - _GIVEN_AWAY))


@dataclass(frozen=True, slots=True)
class _Trial:
    """Errors for one window of a known car: of the others' middle, and of their curves."""

    by_middle: float
    by_curves: float

    @property
    def moved(self) -> float:
        return self.by_curves - self.by_middle


def _trials(
    car: KnownCar, cars: Sequence[KnownCar], window_ratio: float, constants: Constants
) -> list[_Trial]:
    others = [other for other in cars if other is not car]
    if not others:
        return []
    library = learn_library(others, constants)
    middle = median(other.health_ratio for other in others)
    room_ah = max(0.0, car.charge.counted_ah - window_ratio * car.rated_ah)
    found = []
    for start_ah in np.linspace(0.0, room_ah, constants.trial_windows):
        window = car.charge.cut(float(start_ah), window_ratio * car.rated_ah)
        answer = window_health(window, rated_ah=car.rated_ah, library=library, constants=constants)
        if isinstance(answer, Interval):
            truth = car.health_ratio
            found.append(_Trial(middle - truth, answer.value - truth))
    return found
