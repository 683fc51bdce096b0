"""The interface's description as a page: every operation, every problem, from the OpenAPI document.

In: the OpenAPI document and the table of problems. Out: the page's typed context.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from battery_passport.web.pages.layout import Shell
from battery_passport.web.problems import PROBLEM_TYPES


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the interface."""

    method: str
    path: str
    summary: str
    description: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One code of the problem table."""

    code: str
    status: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopersPage:
    """The context of `developers.html`."""

    template: ClassVar[str] = "developers.html"
    shell: Shell
    public_address: str
    operations: tuple[Operation, ...]
    problems: tuple[ProblemRow, ...]


def build_developers_page(
    shell: Shell, *, document: Mapping[str, Any], public_address: str
) -> DevelopersPage:
    """Return the page of an OpenAPI document."""
    translate = shell.language.text
    return DevelopersPage(
        shell=shell,
        public_address=public_address,
        operations=tuple(
            Operation(
                method.upper(), path, translate(entry["summary"]), translate(entry["description"])
            )
            for path, entries in document["paths"].items()
            for method, entry in entries.items()
        ),
        problems=tuple(
            ProblemRow(code, entry.status, translate(entry.title))
            for code, entry in PROBLEM_TYPES.items()
        ),
    )
