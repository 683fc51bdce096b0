"""docs/reference/http.md names every page, operation and problem that there is, and no other."""

import re
from pathlib import Path

import httpx

from battery_passport.web.problems import PROBLEM_TYPES


def _cells(text: str, heading: str) -> list[list[str]]:
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "`" in line]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def _reference(repository: Path) -> str:
    return (repository / "docs/reference/http.md").read_text("utf-8")


def test_every_operation_is_in_the_reference(repository: Path, client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()["paths"]
    operations = {f"{m.upper()} {path}" for path, methods in described.items() for m in methods}
    named = {row[0].strip("`") for row in _cells(_reference(repository), "Operations")}
    assert named == operations


def test_every_problem_is_in_the_reference_with_its_status(repository: Path) -> None:
    written: dict[str, int] = {}
    for codes, status in _cells(_reference(repository), "Problems"):
        found = re.match(r"\d{3}", status)
        assert found
        written |= {code.strip("` "): int(found[0]) for code in codes.split(",")}
    assert written == {code: entry.status for code, entry in PROBLEM_TYPES.items()}


def test_every_page_of_the_reference_is_there(repository: Path, client: httpx.Client) -> None:
    for address, _ in _cells(_reference(repository), "Pages"):
        path = address.strip("`")
        if "{" not in path:
            assert client.get(path).status_code in (200, 401, 422)
