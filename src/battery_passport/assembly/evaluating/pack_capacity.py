"""`pack-capacity`: health from whole charges (a check) and from windows of a charge.

In: folders of staged charges. Out: four tasks, scored per car and pooled, beside two baselines.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

import numpy as np

from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.assembly.evaluating.model import Request, TasksReport
from battery_passport.assembly.evaluating.staged_charges import StagedCar, read_staged_cars
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
    learned_from = read_staged_cars(request.train)
    asked = learned_from if request.is_crossed else read_staged_cars(request.test)
    questions = [_Asked(car, known_others(car, learned_from)) for car in asked]
    request.tell(f"{len(learned_from)} cars to learn from, {len(asked)} to score")
    tasks = [_task("whole", [(each, [_whole(each.car)]) for each in questions])]
    tasks += [_windows_task(questions, percent, request) for percent in WINDOW_PERCENTS]
    return TasksReport(EvaluationReport(tasks), with_groups=True)


def known_others(car: StagedCar, learned_from: Sequence[StagedCar]) -> list[KnownCar]:
    """Return the labelled cars but for this very recording, under whatever name it comes."""
    others = [
        known
        for other in learned_from
        if other.fingerprint != car.fingerprint and (known := other.known()) is not None
    ]
    if not others:
        raise UnusableFolder(
            f"No labelled car is left to answer vehicle {car.name} by; expected labels.json of the "
            "train folder to state soh of at least one other car."
        )
    return others


def _windows_task(questions: Sequence[_Asked], percent: int, request: Request) -> TaskReport:
    answered = []
    for number, each in enumerate(questions, start=1):
        library = learn_library(each.others)
        careful = caution(each.others, percent / 100.0)
        windows = cut_windows(each.car, percent, seed=request.seed)
        items = [
            _windowed(each.car, (start, window), library, careful)
            for start, window in enumerate(windows)
        ]
        answered.append((each, items))
        request.tell(f"window-{percent}: car {number} of {len(questions)}")
    return _task(f"window-{percent}", answered)


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


def _item(car: StagedCar, start: int, answer: Interval | NotDetermined) -> Item:
    truth = None if car.health_ratio is None else 100.0 * car.health_ratio
    name = f"{car.name}/{start}"
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


def _task(name: str, answered: Sequence[tuple[_Asked, list[Item]]]) -> TaskReport:
    return TaskReport(
        name=name,
        unit=_UNIT,
        items=[item for _, items in answered for item in items],
        baselines={
            baseline: [
                100.0 * middle([other.health_ratio for other in each.others])
                for each, items in answered
                for _ in items
            ]
            for baseline, middle in _BASELINES.items()
        },
    )
