"""`evaluate`: scores a method on labelled data, beside the trivial baselines.

In: a folder to learn from and one to score. Out: the figures; progress on stderr.
"""

import argparse
from pathlib import Path

from battery_passport.assembly.evaluating.model import Request
from battery_passport.assembly.evaluating.table import evaluate
from battery_passport.cli.commands.output import note, print_json


def run(arguments: argparse.Namespace) -> int:
    """Evaluate and print the figures."""
    report = evaluate(
        arguments.task,
        Request(
            train=Path(arguments.train),
            test=Path(arguments.test),
            seed=arguments.seed,
            tell=note,
        ),
    )
    if arguments.json:
        print_json(report.as_json())
    else:
        print("\n".join(report.lines()))
    return 0
