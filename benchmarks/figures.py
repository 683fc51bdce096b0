"""What was measured, beside its goal: as a table for people and as JSON for machines.

In: figures. Out: text, and the JSON document of a run.
"""

import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One value. A goal is a least value, or the most that it may be if `at_most`."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_most: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None if there is none."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.at_most else self.value >= self.goal


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| measured | value | goal |", "|---|---:|---|"]
    lines += [
        f"| {each.name} | {_number(each.value)} {each.unit} | {_goal(each)} |" for each in figures
    ]
    return "\n".join(lines)


def document(figures: Iterable[Figure]) -> dict[str, object]:
    """Return the run as JSON members."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processor": _processor(), "python": platform.python_version()},
        "figures": [{**asdict(each), "is_met": each.is_met} for each in figures],
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    sign = "≤" if figure.at_most else "≥"
    return f"{sign} {_number(figure.goal)}: {'met' if figure.is_met else 'NOT MET'}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor()
