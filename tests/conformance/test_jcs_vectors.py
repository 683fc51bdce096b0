"""Canonical JSON against the published vectors of RFC 8785's author.

In: vectors/jcs. Out: agreement byte for byte.
"""

import hashlib
from pathlib import Path

import pytest

from battery_passport.foundation.strict_json import canonical_json, parse_json

NAMES = ("arrays", "french", "structures", "unicode", "values", "weird")
PINNED = "d5e4546095f1b0d49c0056c7df7d8f7128a66457cf6ee8442e6058c499673ac4"


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "vectors" / "jcs" / "testdata"


def test_vectors_are_the_pinned_ones(folder: Path) -> None:
    files = sorted(path for path in folder.glob("*/*") if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    assert len(files) == 3 * len(NAMES)
    assert digest == PINNED


@pytest.mark.parametrize("name", NAMES)
def test_canonical_form_is_the_published_one(folder: Path, name: str) -> None:
    value = parse_json((folder / "input" / f"{name}.json").read_bytes())
    expected = bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text("ascii"))
    assert canonical_json(value) == expected
    assert canonical_json(parse_json(expected)) == expected
