"""`ingest`: takes in files of real measurements, signed with the installation's importer key.

In: Parquet or CSV files and a mapping. Out: how many batches were stored, what was assumed.
"""

import argparse
from pathlib import Path

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines
from battery_passport.cli.commands.registry import rating_request


def run(arguments: argparse.Namespace) -> int:
    """Ingest, and print what came of it."""
    mapping = arguments.mapping
    if Path(mapping).is_file():
        mapping = str(Path(mapping).absolute())
    answer = call(
        "ingest",
        {
            "paths": [str(Path(path).absolute()) for path in arguments.paths],
            "battery": arguments.battery,
            "mapping": mapping,
            **rating_request(arguments),
        },
    )
    if arguments.json:
        print_json(answer)
        return 0
    print_lines(
        f"battery {answer['battery']}",
        f"{answer['batches']} batches with {answer['samples']} samples: "
        f"{answer['stored']} stored, {answer['duplicates']} known already",
        f"measured {answer['first']} to {answer['last']}",
    )
    assumptions = answer["assumptions"]
    flags = answer["flags"]
    if isinstance(assumptions, list) and isinstance(flags, dict):
        print_lines(*(f"assumed: {text}" for text in assumptions))
        print_lines(*(f"flagged: {name}, {count} values" for name, count in flags.items()))
    return 0
