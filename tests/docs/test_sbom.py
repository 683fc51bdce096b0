"""The bill of materials holds everything the locks name, in the form that CycloneDX prescribes."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from tools.sbom import build_sbom

_SCHEMAS = "http://cyclonedx.org/schema/"


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return build_sbom()


def _schema(name: str) -> dict[str, Any]:
    text = (
        files("cyclonedx.schema._res").joinpath(f"{name}.SNAPSHOT.schema.json").read_text("utf-8")
    )
    schema: dict[str, Any] = json.loads(text)
    return schema


def test_it_is_valid_against_the_schema_of_cyclonedx(bill: dict[str, Any]) -> None:
    registry: Registry[Any] = Registry().with_resources(
        (f"{_SCHEMAS}{name}.SNAPSHOT.schema.json", DRAFT7.create_resource(_schema(name)))
        for name in ("spdx", "jsf-0.82")
    )
    validator = Draft7Validator(_schema("bom-1.6"), registry=registry)
    assert [error.message for error in validator.iter_errors(bill)] == []
    broken = {**bill, "components": [{**bill["components"][0], "scope": "mandatory"}]}
    assert list(validator.iter_errors(broken))


def test_everything_that_is_locked_is_listed_with_its_hashes(
    bill: dict[str, Any], repository: Path
) -> None:
    listed = {each["bom-ref"]: each for each in bill["components"]}
    lock = (repository / "requirements" / "development.txt").read_text("utf-8")
    pinned = [line.split()[0] for line in lock.splitlines() if "==" in line and line[0] != " "]
    assert len(pinned) > 50
    for each in pinned:
        name, _, version = each.partition("==")
        found = listed[f"pkg:pypi/{name}@{version}"]
        assert any(prop["name"].endswith("sha256") for prop in found["properties"])
    npm = json.loads((repository / "package-lock.json").read_text("utf-8"))["packages"]
    names = {path.rpartition("node_modules/")[2] for path in npm if path}
    assert names == {each["name"] for each in listed.values() if "pkg:npm" in each["bom-ref"]}
    assert "contracts/src/CheckpointAnchors.sol" in {each["name"] for each in listed.values()}


def test_what_is_shipped_is_told_from_what_only_tests(bill: dict[str, Any]) -> None:
    scopes = {each["name"]: each["scope"] for each in bill["components"]}
    assert scopes["starlette"] == scopes["cryptography"] == scopes["anyio"] == "required"
    assert scopes["psycopg-binary"] == "required", "an extra that is asked for is shipped"
    assert scopes["pytest"] == scopes["axe-core"] == "excluded"
    direct = set(bill["dependencies"][0]["dependsOn"])
    assert any(ref.startswith("pkg:pypi/fastapi@") for ref in direct)
    assert not any(ref.startswith("pkg:pypi/pytest@") for ref in direct)


def test_it_names_no_address_and_is_the_same_every_time(bill: dict[str, Any]) -> None:
    text = json.dumps(bill)
    assert "://" not in text
    assert build_sbom() == bill
