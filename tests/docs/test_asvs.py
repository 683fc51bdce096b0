"""The table against OWASP ASVS names each requirement of levels 1 and 2 once, and what exists.

The requirements themselves are read from the published file; none of their text is kept here.
"""

import ast
import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from battery_passport.assembly.logs import JsonLines

_PUBLISHED = (
    "vectors/asvs/5.0/docs_en/OWASP_Application_Security_Verification_Standard_5.0.0_en.flat.json"
)
_ROW = re.compile(r"^\| (V\d+\.\d+\.\d+) \| ([^|]+) \| (.+) \|$")
_NAMED = re.compile(r"`([^`]+)`")
_WAIVED = "waiver: "
_FEWEST_WORDS_OF_A_REASON = 8
_MOST_WORDS = 14
_COPIED_WORDS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement, what it is about in our words, and the evidence or the waiver."""

    identifier: str
    words: str
    evidence: str

    @property
    def is_waived(self) -> bool:
        return self.evidence.startswith(_WAIVED)


@pytest.fixture(scope="module")
def rows(repository: Path) -> list[Row]:
    pages = sorted((repository / "docs" / "reference" / "asvs").glob("V*.md"))
    lines = (line for page in pages for line in page.read_text("utf-8").splitlines())
    return [Row(*found.groups()) for line in lines if (found := _ROW.match(line))]


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[str, str]:
    """The texts of the requirements of levels 1 and 2 by identifier."""
    document = json.loads((shared / _PUBLISHED).read_text("utf-8"))
    return {
        each["req_id"]: each["req_description"]
        for each in document["requirements"]
        if each["L"] in ("1", "2")
    }


def test_every_requirement_of_levels_1_and_2_has_one_row(
    rows: list[Row], published: dict[str, str]
) -> None:
    assert len(published) == 253
    assert sorted(row.identifier for row in rows) == sorted(published)


def test_every_row_is_a_row(repository: Path, rows: list[Row]) -> None:
    """A line that the pattern does not see would be a requirement that nobody checks."""
    pages = (repository / "docs" / "reference" / "asvs").glob("V*.md")
    lines = [line for page in pages for line in page.read_text("utf-8").splitlines()]
    assert sum(line.startswith("| V") for line in lines) == len(rows)


def _fault(repository: Path, named: str) -> str:
    """Return what is wrong with `path` or `path::name`, empty if nothing."""
    path, _, name = named.partition("::")
    file = repository / path
    if not file.is_file():
        return f"there is no {path}"
    if name and not re.search(
        rf"^\s*(?:async )?(?:def|class) {name}\b", file.read_text("utf-8"), re.MULTILINE
    ):
        return f"{path} has no {name}"
    return ""


def test_what_rows_name_exists(rows: list[Row], repository: Path) -> None:
    faults = [
        f"{row.identifier}: {fault}"
        for row in rows
        for named in _NAMED.findall(row.evidence)
        if (fault := _fault(repository, named))
    ]
    assert faults == []
    assert _fault(repository, "tests/docs/test_asvs.py::test_nobody_wrote")
    assert _fault(repository, "src/battery_passport/nothing.py")


def test_a_row_names_something_or_says_why_not(rows: list[Row]) -> None:
    empty = [
        row.identifier for row in rows if not row.is_waived and not _NAMED.search(row.evidence)
    ]
    assert empty == []
    curt = [
        row.identifier
        for row in rows
        if row.is_waived and len(row.evidence.split()) < _FEWEST_WORDS_OF_A_REASON
    ]
    assert curt == []


def test_the_overview_counts_what_is_met_and_what_is_not(repository: Path, rows: list[Row]) -> None:
    overview = (repository / "docs" / "reference" / "asvs.md").read_text("utf-8")
    waived = [row.identifier for row in rows if row.is_waived]
    assert f"{len(rows)} requirements, {len(waived)} waived" in overview
    assert all(identifier in overview for identifier in waived)


def test_the_words_are_ours(rows: list[Row], published: dict[str, str]) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z0-9]+", text.lower())
        return {tuple(words[i : i + _COPIED_WORDS]) for i in range(len(words) - _COPIED_WORDS + 1)}

    copied = [row.identifier for row in rows if runs(row.words) & runs(published[row.identifier])]
    assert copied == []
    assert [row.identifier for row in rows if len(row.words.split()) > _MOST_WORDS] == []


ABSENT_MODULES = {
    "LDAP": {"ldap", "ldap3"},
    "XML, XPath and SAML": {
        "xml",
        "lxml",
        "xmltodict",
        "defusedxml",
        "saml2",
        "onelogin",
        "signxml",
    },
    "object deserialisation": {"pickle", "marshal", "shelve", "dill", "joblib", "yaml"},
    "memcache": {"memcache", "pylibmc", "pymemcache"},
    "JNDI": {"jnius", "jpype"},
    "markup handed in": {"markdown", "mistune", "bleach", "docutils"},
    "files handed in by forms": {"multipart", "python_multipart", "PIL"},
    "GraphQL": {"graphql", "graphene", "strawberry", "ariadne"},
    "WebRTC": {"aiortc", "aioice"},
    "telephone network": {"twilio", "phonenumbers"},
}
ABSENT_CALLS = {"eval", "exec", "compile", "__import__", "from_string", "system", "popen"}
EXPRESSIONS_OF_OUR_OWN = (
    # A column's pattern in a mapping file of the operator, its parts escaped.
    "src/battery_passport/telemetry/mapping/conversion.py",
    # Patterns of our own table of shapes.
    "src/battery_passport/lifecycle/scalar_shapes.py",
    # Patterns of our own messages, everything between their holes escaped.
    "src/battery_passport/web/refusals/saying.py",
)
ABSENT_WORDS_OF_SCRIPTS = ("innerHTML", "outerHTML", "insertAdjacentHTML", "postMessage", "eval(")


def _python(repository: Path) -> Iterator[tuple[str, ast.AST]]:
    for path in sorted((repository / "src" / "battery_passport").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            yield f"{path.relative_to(repository)}:{getattr(node, 'lineno', 0)}", node


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return set()


def _called(node: ast.AST) -> str:
    """Return the name of what is called, but for `re.compile`."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        base = node.func.value
        return "" if isinstance(base, ast.Name) and base.id == "re" else node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _is_made_expression(node: ast.AST) -> bool:
    """Return whether a regular expression is put together while the program runs."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
        return False
    base = node.func.value
    return isinstance(base, ast.Name) and base.id == "re" and not _is_fixed(node.args[0])


def _is_fixed(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant | ast.Name):
        return True  # a name here is a constant of the module: capital letters
    if isinstance(node, ast.BinOp):
        return _is_fixed(node.left) and _is_fixed(node.right)
    if isinstance(node, ast.JoinedStr):
        return all(
            isinstance(part, ast.Constant)
            or (isinstance(part, ast.FormattedValue) and _is_constant_name(part.value))
            for part in node.values
        )
    return False


def _is_constant_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id.lstrip("_").isupper()


def _asks_for_a_shell(node: ast.AST) -> bool:
    if not isinstance(node, ast.keyword) or node.arg != "shell":
        return False
    return isinstance(node.value, ast.Constant) and node.value.value is True


def test_what_is_not_there_cannot_be_attacked(repository: Path) -> None:
    """Whole families of requirements do not apply because nothing of their kind is used."""
    barred = set().union(*ABSENT_MODULES.values())
    found = [
        f"{place}: {sorted(_imported(node) & barred) or _called(node) or 'expression'}"
        for place, node in _python(repository)
        if _imported(node) & barred
        or _called(node) in ABSENT_CALLS
        or _is_made_expression(node)
        or _asks_for_a_shell(node)
    ]
    assert [each for each in found if not each.startswith(EXPRESSIONS_OF_OUR_OWN)] == []
    scripts = (repository / "src" / "battery_passport" / "web" / "static").glob("*.js")
    used = [
        f"{path.name}: {word}"
        for path in scripts
        for word in ABSENT_WORDS_OF_SCRIPTS
        if word in path.read_text("utf-8")
    ]
    assert used == []


def test_a_line_break_in_what_was_sent_makes_no_second_line() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    sent = 'a\r\n{"level":"error"}\x85\u2028\u2029'
    record = logging.makeLogRecord({"levelname": "INFO", "msg": "sent %s", "args": (sent,)})
    handler.emit(record)
    [line] = stream.getvalue().splitlines()
    assert json.loads(line)["message"] == f"sent {sent}"
