"""Runs the benchmarks named, or all of them.

In: names. Out: a table on stdout and `build/benchmarks.json`, each figure beside its goal.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from benchmarks import (
    anchoring,
    bundles,
    console_pages,
    diagnostics,
    fleet_year,
    ingest,
    issuing,
    pages,
    policy,
    processes,
    signing_in,
    sizes,
    storage,
    trees,
)
from benchmarks.figures import Figure, document, table
from benchmarks.fleet import FLEETS

RESULTS = Path("build", "benchmarks.json")
BENCHMARKS: Mapping[str, Callable[[Path], list[Figure]]] = MappingProxyType(
    {
        "ingest": ingest.measure,
        "processes": processes.measure,
        "storage": storage.measure,
        "anchoring": anchoring.measure,
        "sizes": sizes.measure,
        "bundles": bundles.measure,
        "issuing": issuing.measure,
        "diagnostics": diagnostics.measure,
        "fleet-year": fleet_year.measure,
        "trees": trees.measure,
        "policy": policy.measure,
        "pages": pages.measure,
        "sign-in": signing_in.measure,
    }
)
ALL = {**BENCHMARKS, **FLEETS, **fleet_year.YEARS, "console-pages": console_pages.measure}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; a goal that is not met is told in the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    names = parser.parse_args(arguments).names or list(BENCHMARKS)
    unknown = set(names) - set(ALL)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    figures = [figure for name in names for figure in _measured(name)]
    print(table(figures))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(document(figures), indent=1) + "\n", encoding="utf-8")
    return 0


def _measured(name: str) -> list[Figure]:
    print(f"measuring {name} ...", file=sys.stderr)
    folder = Path(tempfile.mkdtemp(prefix=f"bench-{name}-"))
    try:
        return ALL[name](folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
