"""Finds the laws, standards and papers that the code says it rests on.

In: Python files and `standards/sources.toml`. Out: references (source, clause, file), or what is
wrong with a `Source:` line: it must begin with a registered key, as in `Source: RFC 9562 §5.7`.
"""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REGISTER = ROOT / "standards" / "sources.toml"

_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# What follows the label, to the end of its paragraph or the next label.
_LABELLED = re.compile(
    r"(?<!`)\bSource:\s*(.+?)(?=\n\s*\n|\b(?:In|Out|Raises|Units|Shape):|\Z)", re.DOTALL
)
_COMMENT = re.compile(r"#\s*Source:\s*(.+)")
# Looks like a document of its own, so it must be registered under that name.
_DOCUMENT = re.compile(
    r"\b(?:RFC|FIPS|EIP-|ERC-|ISO|IEC|IEEE|UN R|SAE|EU-)\s?\d[\d-]*|\bdraft-[\w-]+"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A law, standard or paper, and the words that name it in docstrings."""

    key: str
    title: str
    publisher: str
    address: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """One clause of one source, and the file that rests on it."""

    key: str
    clause: str
    file: Path


class UnresolvedSource(Exception):
    """A `Source:` line names something that is not registered."""


def read_register(path: Path = REGISTER) -> dict[str, Source]:
    """Return the registered sources by key."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: Source(key=key, **fields) for key, fields in tables.items()}


def stated_sources(text: str) -> Iterator[str]:
    """Yield what each `Source:` label in a Python text says, on one line."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, _DOCUMENTED):
            for found in _LABELLED.findall(ast.get_docstring(node) or ""):
                yield " ".join(found.split())
    for line in text.splitlines():
        comment = _COMMENT.search(line)
        if comment:
            yield comment[1].strip()


def resolve(stated: str, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Return (key, clause) for everything that a `Source:` label states, remarks with their clause.

    Raises: UnresolvedSource if it begins with no key, or names another document on the way.
    """
    longest_first = sorted(keys, key=len, reverse=True)
    any_key = re.compile("|".join(rf"{re.escape(key)}(?![\w-])" for key in longest_first))
    starts = list(any_key.finditer(stated))
    if not starts or starts[0].start() != 0:
        raise UnresolvedSource(f"{stated!r} begins with no key of standards/sources.toml")
    ends = [*(found.start() for found in starts[1:]), len(stated)]
    return [
        (found[0], _checked_clause(stated[found.end() : end]))
        for found, end in zip(starts, ends, strict=True)
    ]


def _checked_clause(text: str) -> str:
    stranger = _DOCUMENT.search(text)
    if stranger:
        raise UnresolvedSource(f"{stranger[0]!r} is not in standards/sources.toml")
    return text.strip(" ,;.").removesuffix(" and").strip(" ,;")


def references_of(path: Path, register: Mapping[str, Source]) -> list[Reference]:
    """Return what one Python file says it rests on.

    Raises: UnresolvedSource, naming the file.
    """
    relative = path.relative_to(ROOT)
    try:
        return [
            Reference(key, clause, relative)
            for stated in stated_sources(path.read_text(encoding="utf-8"))
            for key, clause in resolve(stated, register)
        ]
    except UnresolvedSource as error:
        raise UnresolvedSource(f"{relative}: {error}") from error


def python_files(folders: Sequence[str]) -> list[Path]:
    """Return the Python files under folders of the root, in order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
