"""Holds files and functions to the size budget; only the hard limits fail.

In: the files of this checkout that git knows or would add. Out: medians and 90th percentiles beside
their budget, each breach of a hard limit by name, and exit code 1 if there is one.
"""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Budget:
    """What a kind of thing may measure in lines; median and 90 % are aims, the limit is hard."""

    median: int | None
    ninety_percent: int | None
    limit: int


@dataclass(frozen=True, slots=True)
class Measure:
    """One file or function and its lines."""

    name: str
    lines: int


FILE_BUDGET = Budget(median=120, ninety_percent=300, limit=500)
FUNCTION_BUDGET = Budget(median=8, ninety_percent=30, limit=60)
BUDGETS = {
    "files of the package": FILE_BUDGET,
    "functions of the package": FUNCTION_BUDGET,
    "files of tests and tools": Budget(median=None, ninety_percent=None, limit=500),
    "functions of tests and tools": Budget(median=None, ninety_percent=None, limit=60),
    "templates": Budget(median=None, ninety_percent=None, limit=250),
    "scripts, styles and contracts": Budget(median=None, ninety_percent=None, limit=500),
}
OTHER_SOURCES = {".js", ".mjs", ".css", ".sol"}
PACKAGE = Path("src")


def main() -> int:
    """Return 0 if no hard limit is broken."""
    measures = measure(tracked_files())
    for kind, budget in BUDGETS.items():
        print(describe(kind, measures[kind], budget))
    breaches = [
        f"{found.name}: {found.lines} lines, at most {budget.limit} ({kind})"
        for kind, budget in BUDGETS.items()
        for found in measures[kind]
        if found.lines > budget.limit
    ]
    print("\n".join(breaches))
    return 1 if breaches else 0


def tracked_files() -> list[Path]:
    """Return the paths, relative to the root, of files that are or would be in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(
        Path(name) for name in set(listed.split("\0")) if name and (ROOT / name).is_file()
    )


def measure(paths: Sequence[Path]) -> dict[str, list[Measure]]:
    """Return what was measured of each kind, without files that say they are generated."""
    measures: dict[str, list[Measure]] = {kind: [] for kind in BUDGETS}
    for path in paths:
        place = "the package" if path.is_relative_to(PACKAGE) else "tests and tools"
        if path.suffix == ".py":
            text = (ROOT / path).read_text(encoding="utf-8")
            if not is_generated(text):
                measures[f"files of {place}"].append(Measure(str(path), line_count(text)))
                measures[f"functions of {place}"].extend(functions(path, text))
        elif kind := kind_of_other(path):
            text = (ROOT / path).read_text(encoding="utf-8")
            if not is_generated(text):
                measures[kind].append(Measure(str(path), line_count(text)))
    return measures


def kind_of_other(path: Path) -> str | None:
    """Return the kind of a file that is not Python, None if it has no budget."""
    if path.suffix == ".html" and "templates" in path.parts:
        return "templates"
    return "scripts, styles and contracts" if path.suffix in OTHER_SOURCES else None


def is_generated(text: str) -> bool:
    """Tell whether line one says that a program wrote the file."""
    return "generated" in text.partition("\n")[0].lower()


def line_count(text: str) -> int:
    """Return the number of lines."""
    return len(text.splitlines())


def functions(path: Path, text: str) -> Iterator[Measure]:
    """Yield each function with its lines, decorators and docstring left out."""
    for node in ast.walk(ast.parse(text, str(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Measure(f"{path}:{node.lineno} {node.name}", lines - docstring_lines(node))


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function's docstring takes."""
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is None:
        return 0
    return (first.end_lineno or first.lineno) - first.lineno + 1


def describe(kind: str, measures: Sequence[Measure], budget: Budget) -> str:
    """Return one line: how many, median, 90 % and longest, each beside its budget."""
    if not measures:
        return f"{kind:30} none"
    lines = sorted(found.lines for found in measures)
    ninety = lines[min(len(lines) - 1, len(lines) * 9 // 10)]
    parts = (
        ("median", round(statistics.median(lines)), budget.median),
        ("90 %", ninety, budget.ninety_percent),
        ("longest", lines[-1], budget.limit),
    )
    shown = "  ".join(f"{name} {value}{against(value, aim)}" for name, value, aim in parts)
    return f"{kind:30} {len(lines):4}  {shown}"


def against(value: int, aim: int | None) -> str:
    """Return the budget in brackets, with a mark if it is passed."""
    if aim is None:
        return ""
    return f" (<= {aim}{', OVER' if value > aim else ''})"


if __name__ == "__main__":
    sys.exit(main())
