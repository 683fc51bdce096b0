"""The marks of an examination for people to read and for programs.

In: a score. Out: lines, or a JSON object.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import mean, median

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.fault_model import FaultKind
from benchmarks.examination.scoring import EXPECTED, Error, Score


def lines(score: Score) -> Iterator[str]:
    """Yield the marks for people to read."""
    yield f"{score.cars} vehicles, {score.months:,.0f} vehicle-months"
    yield ""
    yield f"{'injected':<18}{'number':>7}{'found':>7}{'days late: median':>19}{'most':>6}"
    for kind in FaultKind:
        late = _late(score, kind)
        count = sum(each.kind is kind for each in score.faults)
        days = f"{median(late):>19.1f}{max(late):>6.1f}" if late else ""
        yield f"{kind.value:<18}{count:>7}{len(late):>7}{days}"
    yield ""
    yield f"{'false findings':<18}{'number':>7}{'per 1,000 vehicle-months':>26}"
    for name, count in [*_false(score).items(), ("all", len(score.false))]:
        yield f"{name:<18}{count:>7}{_rate(score, count):>26.2f}"
    yield ""
    names = f"{'cars':>5}{'MAE':>6}{'bias':>7}{'worst':>7}{'holds':>7}{'width':>7}"
    yield f"{'health, points':<40}{names}"
    for name, errors in _groups(score):
        if errors:
            yield f"{name:<40}" + _row(errors)
    yield f"fewer than 20 charges: {score.few_charges} cars; without a figure: {score.unanswered}"
    missed = [each for each in score.faults if each.days_late is None]
    yield from (f"missed: {each.kind.value} of {each.serial}" for each in missed)
    yield from (
        f"false: {said.kind} of {serial}, cell {said.cell}, {said.since:%Y-%m-%d}"
        for serial, said in score.false
    )


def document(score: Score) -> JsonObject:
    """Return the marks as `--json` writes them."""
    return {
        "vehicles": score.cars,
        "vehicle_months": round(score.months, 1),
        "faults": {
            kind.value: {
                "injected": sum(each.kind is kind for each in score.faults),
                "found": len(_late(score, kind)),
                "days_late": [round(each, 2) for each in _late(score, kind)],
            }
            for kind in FaultKind
        },
        "false_findings": dict(_false(score)),
        "false_per_1000_vehicle_months": round(_rate(score, len(score.false)), 3),
        "health": {name: _figures(errors) for name, errors in _groups(score) if errors},
        "fewer_than_20_charges": score.few_charges,
        "without_figure": score.unanswered,
    }


def _late(score: Score, kind: FaultKind) -> list[float]:
    return [
        each.days_late for each in score.faults if each.kind is kind and each.days_late is not None
    ]


def _false(score: Score) -> dict[str, int]:
    counted = Counter(said.kind for _, said in score.false)
    names = [*EXPECTED.values(), "health_rose"]
    return {name: counted.get(name, 0) for name in [*names, *sorted(set(counted) - set(names))]}


def _rate(score: Score, count: int) -> float:
    return 1_000.0 * count / score.months if score.months else 0.0


def _groups(score: Score) -> Iterator[tuple[str, Sequence[Error]]]:
    yield "after 20 charges, all", score.early
    yield "after 20 charges, nothing wrong", [each for each in score.early if each.fault is None]
    yield "after 20 charges, a fault", [each for each in score.early if each.fault is not None]
    yield "at the end, all", score.late


def _figures(errors: Sequence[Error]) -> JsonObject:
    points = [each.points for each in errors]
    return {
        "cars": len(errors),
        "mae_points": round(mean(map(abs, points)), 3),
        "bias_points": round(mean(points), 3),
        "worst_points": round(max(map(abs, points)), 3),
        "coverage": round(mean(float(each.holds) for each in errors), 3),
        "median_width_points": round(median(each.width_points for each in errors), 2),
    }


def _row(errors: Sequence[Error]) -> str:
    found = _figures(errors)
    return (
        f"{found['cars']:>5}{found['mae_points']:>6.2f}{found['bias_points']:>7.2f}"
        f"{found['worst_points']:>7.2f}{found['coverage']:>7.2f}"
        f"{found['median_width_points']:>7.1f}"
    )
