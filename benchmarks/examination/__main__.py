"""Examines the diagnosis on fresh cities: `python -m benchmarks.examination --seeds 301 302 303`.

In: seeds, cars, months. Out: faults found and missed, false findings, errors of health.
Every car is diagnosed before the truth of any is opened.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from battery_passport.diagnostics.fleet_capacity.model import FleetCurve, read_curve
from benchmarks.examination.examining import DAYS_A_MONTH, Town, examine, learned_curves
from benchmarks.examination.report import document, lines
from benchmarks.examination.scoring import Score, score


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine and print."""
    asked = _parser().parse_args(arguments)
    towns = [
        Town(
            seed=seed,
            vehicles=asked.vehicles,
            months=asked.months,
            faults=asked.faults,
            teachers=asked.teachers,
            taught_by=asked.taught_by,
            health=asked.health,
        )
        for seed in asked.seeds
    ]
    curves = _curves(asked.curves, towns[0], workers=asked.workers) if asked.health else {}
    look = partial(examine, workers=asked.workers, tell=_tell, minutes=asked.minutes)
    said = [(town, look(town, curves)) for town in towns]
    marks = Score()
    for town, outcomes in said:
        marks.add(score(town, outcomes, days_a_month=DAYS_A_MONTH))
    print("\n".join(lines(marks)))
    if asked.json is not None:
        asked.json.write_text(json.dumps(document(marks), indent=1) + "\n", encoding="utf-8")
    return 0


def _curves(kept: Path | None, town: Town, *, workers: int) -> dict[str, FleetCurve]:
    """Return the curves kept in a file, or learned and then kept there."""
    if kept is not None and kept.exists():
        documents = json.loads(kept.read_text(encoding="utf-8"))
        return {name: read_curve(each) for name, each in documents.items()}
    curves = learned_curves(town, workers=workers, tell=_tell)
    if kept is not None:
        documents = {name: each.as_json() for name, each in curves.items()}
        kept.write_text(json.dumps(documents), encoding="utf-8")
    return curves


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.examination", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", required=True, metavar="SEED")
    parser.add_argument("--vehicles", type=int, default=400, help="of each seed")
    parser.add_argument("--months", type=float, default=6.0)
    parser.add_argument("--faults", default="many", help="as `simulate --faults` takes them")
    parser.add_argument("--teachers", type=int, default=24, help="cars that teach a model's curve")
    parser.add_argument("--taught-by", type=int, default=101, metavar="SEED")
    parser.add_argument("--curves", type=Path, metavar="FILE", help="kept between runs")
    parser.add_argument("--health", type=int, default=10_000, help="cars whose health is judged")
    parser.add_argument("--minutes", type=float, help="at most, of each seed; the rest is left out")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
