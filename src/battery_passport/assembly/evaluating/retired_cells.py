"""`retired-cells`: health of retired cells from single pulse trains, and from all of one cell.

In: folders of pulse trains. Out: a task for each kind of cell, then one for whole cells of each.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.assembly.evaluating.model import Request, TasksReport
from battery_passport.assembly.evaluating.pulse_trains import PulseTrains, read_pulse_trains
from battery_passport.diagnostics.errors import TooFewCells
from battery_passport.diagnostics.evaluation.model import EvaluationReport, Item, TaskReport
from battery_passport.diagnostics.pulses.chemistry import refusal
from battery_passport.diagnostics.pulses.method_5 import INDEPENDENT_TRAINS, PulseMethod
from battery_passport.diagnostics.pulses.mixture import intervals, joined_interval
from battery_passport.diagnostics.pulses.model import HealthInterval, KnownPulses, Mixture

T = TypeVar("T")

KINDS = ("LMO_10Ah", "NMC_21Ah", "NMC_2.1Ah", "LFP_35Ah")
FOLDS = 10
_SHARE = 0.90
_UNIT = "points"
_POSSIBLE_V = (0.5, 6.0)
_UNREADABLE = "A voltage of the pulse train is missing, or is none that a cell can have."


@dataclass(frozen=True, slots=True)
class _Fold:
    """Rows to score, and all that may be learnt from for them."""

    rows: np.ndarray
    known: KnownPulses | None


@dataclass(slots=True)
class _Answers:
    """What was found for each row of one kind; nothing where it was refused."""

    mixtures: list[Mixture | None]
    reasons: list[str | None]
    trained_mean: list[float | None]


def run(request: Request) -> TasksReport:
    """Return how well pulses tell the health of cells never seen. Raises: UnusableFolder."""
    train = read_pulse_trains(request.train)
    test = train if request.is_crossed else read_pulse_trains(request.test)
    for kind in sorted(set(test) - set(KINDS)):
        request.tell(f"{kind}: {len(test[kind])} pulse trains of a kind that is not scored")
    by_pulse, by_cell = [], []
    for kind in KINDS:
        asked = test.get(kind)
        if asked is None:
            by_pulse.append(TaskReport(name=kind, unit=_UNIT, items=[]))
            by_cell.append(TaskReport(name=f"{kind}/cell", unit=_UNIT, items=[]))
            continue
        request.tell(f"{kind}: {len(asked)} pulse trains to score")
        answers = _answered(asked, train.get(kind), request)
        by_pulse.append(_pulse_task(asked, answers))
        by_cell.append(_cell_task(asked, answers))
    return TasksReport(EvaluationReport([*by_pulse, *by_cell]))


def _answered(asked: PulseTrains, learned: PulseTrains | None, request: Request) -> _Answers:
    count = len(asked)
    answers = _Answers([None] * count, [None] * count, [None] * count)
    refused = refusal(asked.material)
    readable = _readable(asked)
    for fold in _folds(asked, learned, request):
        mean = _mean_health(fold.known)
        for row in fold.rows:
            answers.trained_mean[row] = mean
            answers.reasons[row] = refused or (None if readable[row] else _UNREADABLE)
        rows = fold.rows[readable[fold.rows]]
        if refused or not len(rows):
            continue
        _answer(asked, rows, fold.known, answers)
    return answers


def _readable(pulses: PulseTrains) -> np.ndarray:
    lowest_v, highest_v = _POSSIBLE_V
    voltages_v = pulses.voltages_v
    return np.asarray(((voltages_v >= lowest_v) & (voltages_v <= highest_v)).all(axis=1))


def _mean_health(known: KnownPulses | None) -> float | None:
    if known is None or not len(known.health_ratio):
        return None
    return float(known.health_ratio.mean())


def _answer(
    asked: PulseTrains, rows: np.ndarray, known: KnownPulses | None, answers: _Answers
) -> None:
    if known is None:
        _refuse(rows, "The train folder holds no labelled pulses of this kind of cell.", answers)
        return
    try:
        mixture = PulseMethod.learn(known).estimate(asked.voltages_v[rows])
    except TooFewCells as error:
        _refuse(rows, error.message, answers)
        return
    for place, row in enumerate(rows):
        own = slice(place, place + 1)
        answers.mixtures[row] = Mixture(
            mixture.weights[own], mixture.means[own], mixture.deviations[own]
        )


def _refuse(rows: np.ndarray, reason: str, answers: _Answers) -> None:
    for row in rows:
        answers.reasons[row] = reason


def _folds(asked: PulseTrains, learned: PulseTrains | None, request: Request) -> Iterator[_Fold]:
    every = np.arange(len(asked))
    if learned is None:
        yield _Fold(every, None)
        return
    if not request.is_crossed:
        yield _Fold(every, _known(learned, np.full(len(learned), fill_value=True)))
        return
    cells = np.asarray(_labelled(learned.cells, "cell"))
    names = np.unique(cells)
    np.random.default_rng(request.seed).shuffle(names)
    for first in range(min(FOLDS, len(names))):
        left_out = np.isin(cells, names[first::FOLDS])
        yield _Fold(every[left_out], _known(learned, ~left_out))


def _known(learned: PulseTrains, rows: np.ndarray) -> KnownPulses:
    rows = rows & _readable(learned)
    health = np.asarray(_labelled(learned.health_ratio, "SOH"))
    level = np.asarray(_labelled(learned.level_ratio, "SOC"))
    rows &= np.isfinite(health) & np.isfinite(level)
    cells = _labelled(learned.cells, "cell")
    return KnownPulses(
        voltages_v=learned.voltages_v[rows],
        health_ratio=health[rows],
        level_ratio=level[rows],
        cells=[cell for cell, is_own in zip(cells, rows, strict=True) if is_own],
    )


def _labelled(column: T | None, name: str) -> T:
    if column is None:
        raise UnusableFolder(f"The pulses to learn from lack the column {name}.")
    return column


def _pulse_task(asked: PulseTrains, answers: _Answers) -> TaskReport:
    items = [
        _item(asked, answers, [row], name=f"pulse/{asked.row[row]}", find=_of_one)
        for row in range(len(asked))
    ]
    means = [_points(mean) for mean in answers.trained_mean]
    return _task(asked, asked.kind, items, means)


def _cell_task(asked: PulseTrains, answers: _Answers) -> TaskReport:
    groups: dict[str, list[int]] = {}
    if asked.cells is not None and asked.file_names is not None:
        for row, (cell, file_name) in enumerate(zip(asked.cells, asked.file_names, strict=True)):
            groups.setdefault(f"{cell}/{file_name}", []).append(row)
    items = [_item(asked, answers, rows, name=name, find=_of_all) for name, rows in groups.items()]
    means = [_points(answers.trained_mean[rows[0]]) for rows in groups.values()]
    return _task(asked, f"{asked.kind}/cell", items, means)


def _task(
    asked: PulseTrains, name: str, items: Sequence[Item], means: Sequence[float | None]
) -> TaskReport:
    spread = None
    if asked.health_ratio is not None and np.isfinite(asked.health_ratio).any():
        spread = round(100.0 * float(np.nanstd(asked.health_ratio)), 4)
    return TaskReport(
        name=name,
        unit=_UNIT,
        items=items,
        baselines={"mean_of_training": means},
        also={"spread_of_truth": spread},
    )


def _of_one(mixtures: Sequence[Mixture]) -> HealthInterval:
    return intervals(mixtures[0], share=_SHARE)[0]


def _of_all(mixtures: Sequence[Mixture]) -> HealthInterval:
    joined = Mixture(
        np.vstack([each.weights for each in mixtures]),
        np.vstack([each.means for each in mixtures]),
        np.vstack([each.deviations for each in mixtures]),
    )
    return joined_interval(joined, share=_SHARE, independent_trains=INDEPENDENT_TRAINS)


def _item(
    asked: PulseTrains,
    answers: _Answers,
    rows: Sequence[int],
    *,
    name: str,
    find: Callable[[Sequence[Mixture]], HealthInterval],
) -> Item:
    truth = None if asked.health_ratio is None else _points(float(asked.health_ratio[rows[0]]))
    truth = truth if truth is not None and np.isfinite(truth) else None
    group = "" if asked.cells is None else asked.cells[rows[0]]
    mixtures = [found for row in rows if (found := answers.mixtures[row]) is not None]
    if not mixtures:
        return Item(id=name, group=group, truth=truth, reason=answers.reasons[rows[0]])
    health = find(mixtures)
    return Item(
        id=name,
        group=group,
        truth=truth,
        value=_points(health.value),
        low=_points(health.low),
        high=_points(health.high),
    )


def _points(ratio: float | None) -> float | None:
    return None if ratio is None else 100.0 * ratio
