"""`pack-capacity`: health from whole charges (a check) and from windows of a charge.

In: folders of staged charges. Out: four tasks, scored per car and pooled, beside two baselines.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

import numpy as np

from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.assembly.evaluating.model import Request, TasksReport
from battery_passport.assembly.evaluating.staged_charges import (
    RefusedCar,
    StagedCar,
    read_staged_folder,
)
from battery_passport.diagnostics.capacity.few_cars import Caution, caution
from battery_passport.diagnostics.capacity.library import CurveLibrary, learn_library
from battery_passport.diagnostics.capacity.stretch import ChargeStretch, KnownCar
from battery_passport.diagnostics.capacity.window import window_health
from battery_passport.diagnostics.evaluation.model import EvaluationReport, Item, TaskReport
from battery_passport.diagnostics.model import Interval, NotDetermined

WINDOW_PERCENTS = (70, 30, 20)
STARTS = 20
_LONGEST_SHARE = 0.98
_COUNTING_SD = 0.003
"""One standard deviation of adding up a whole charge, as a share of it."""
_UNIT = "points"
_NOBODY = "No labelled car but this one is there to learn from."
_BASELINES: dict[str, Callable[[Sequence[float]], float]] = {
    "mean_of_others": fmean,
    "median_of_others": median,
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A car, and the known cars that it may be answered by."""

    car: StagedCar
    others: Sequence[KnownCar]


def run(request: Request) -> TasksReport:
    """Return how well health is told from whole charges and from windows of them.

    Raises: UnusableFolder.
    """
    train = read_staged_folder(request.train)
    test = train if request.is_crossed else read_staged_folder(request.test)
    known = sum(car.known() is not None for car in train.cars)
    request.tell(f"{known} cars to learn from, {len(test.cars)} to score")
    for each in train.refused:
        request.tell(f"car {each.name} teaches nothing: {each.reason}")
    questions = [_Asked(car, known_others(car, train.cars)) for car in test.cars]
    if not any(each.others for each in questions):
        raise UnusableFolder(
            f"No labelled car of {request.train} is left to answer others by; expected labels.json "
            "there to state soh of at least one other car."
        )
    tasks = [_task("whole", [(each, [_whole(each.car)]) for each in questions], test.refused)]
    tasks += [
        _task(
            f"window-{percent}",
            _windowed_cars(questions, percent, request),
            test.refused,
            windows=STARTS,
        )
        for percent in WINDOW_PERCENTS
    ]
    return TasksReport(EvaluationReport(tasks), with_groups=True)


def known_others(car: StagedCar, learned_from: Sequence[StagedCar]) -> list[KnownCar]:
    """Return the labelled cars but for this very recording, under whatever name it comes."""
    return [
        known
        for other in learned_from
        if other.fingerprint != car.fingerprint and (known := other.known()) is not None
    ]


def _windowed_cars(
    questions: Sequence[_Asked], percent: int, request: Request
) -> Iterator[tuple[_Asked, list[Item]]]:
    for number, each in enumerate(questions, start=1):
        yield each, _windowed_car(each, percent, seed=request.seed)
        request.tell(f"window-{percent}: car {number} of {len(questions)}")


def _windowed_car(asked: _Asked, percent: int, *, seed: int) -> list[Item]:
    car = asked.car
    if not asked.others:
        return _refusals(car.name, car.health_ratio, _NOBODY, count=STARTS)
    library = learn_library(asked.others)
    careful = caution(asked.others, percent / 100.0)
    windows = cut_windows(car, percent, seed=seed)
    return [_windowed(car, each, library, careful) for each in enumerate(windows)]


def cut_windows(car: StagedCar, percent: int, *, seed: int) -> Iterator[ChargeStretch]:
    """Return windows of a share of the rated capacity, at starts that the seed chooses."""
    whole_ah = car.charge.counted_ah
    length_ah = min(percent / 100.0 * car.rated_ah, _LONGEST_SHARE * whole_ah)
    name = int(car.name) if car.name.isdigit() else 0
    chosen = np.random.default_rng([seed, name, percent])
    lowest_ah = float(car.charge.charged_ah.min())
    for start_ah in chosen.uniform(0.0, whole_ah - length_ah, STARTS):
        yield car.charge.cut(lowest_ah + float(start_ah), length_ah)


def _windowed(
    car: StagedCar,
    window: tuple[int, ChargeStretch],
    library: CurveLibrary,
    careful: Caution | None,
) -> Item:
    start, stretch = window
    answer = window_health(stretch, rated_ah=car.rated_ah, library=library)
    if isinstance(answer, Interval) and careful is not None:
        answer = careful.applied(answer)
    return _item(car, start, answer)


def _whole(car: StagedCar) -> Item:
    value = car.taken_up_ah / car.rated_ah
    reach = 1.645 * _COUNTING_SD * value
    return _item(car, 0, Interval(value, value - reach, value + reach))


def _refusals(name: str, health_ratio: float | None, reason: str, *, count: int) -> list[Item]:
    return [
        Item(id=f"{name}/{start}", group=name, truth=_points(health_ratio), reason=reason)
        for start in range(count)
    ]


def _item(car: StagedCar, start: int, answer: Interval | NotDetermined) -> Item:
    truth, name = _points(car.health_ratio), f"{car.name}/{start}"
    if isinstance(answer, NotDetermined):
        return Item(id=name, group=car.name, truth=truth, reason=answer.sentence)
    points = answer.scaled(100.0)
    return Item(
        id=name,
        group=car.name,
        truth=truth,
        value=points.value,
        low=points.low,
        high=points.high,
    )


def _points(health_ratio: float | None) -> float | None:
    return None if health_ratio is None else 100.0 * health_ratio


def _task(
    name: str,
    answered: Iterable[tuple[_Asked, list[Item]]],
    refused: Sequence[RefusedCar],
    *,
    windows: int = 1,
) -> TaskReport:
    items, middles = [], {baseline: list[float | None]() for baseline in _BASELINES}
    for each, found in answered:
        items += found
        healths = [other.health_ratio for other in each.others]
        for baseline, middle in _BASELINES.items():
            middles[baseline] += [_points(middle(healths) if healths else None)] * len(found)
    for car in refused:
        items += _refusals(car.name, car.health_ratio, car.reason, count=windows)
        for values in middles.values():
            values.extend([None] * windows)
    return TaskReport(name=name, unit=_UNIT, items=items, baselines=middles)
