"""The published Merkle proof vectors, good and bad ones alike, judge our checks.

In: `vectors/merkle` of the shared data. Out: every vector is answered as it says.
"""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from battery_passport.foundation.errors import VerificationFailed
from battery_passport.ledger import merkle

b64 = base64.b64decode
Vector = dict[str, Any]


def _path(vector: Vector) -> list[bytes]:
    return [b64(step) for step in vector["proof"] or []]


def _inclusion(vector: Vector) -> None:
    merkle.verify_inclusion(
        leaf=b64(vector["leafHash"]),
        index=vector["leafIdx"],
        size=vector["treeSize"],
        path=_path(vector),
        root=b64(vector["root"]),
    )


def _consistency(vector: Vector) -> None:
    merkle.verify_consistency(
        old_size=vector["size1"],
        old_root=b64(vector["root1"]),
        new_size=vector["size2"],
        new_root=b64(vector["root2"]),
        path=_path(vector),
    )


def _subtree_inclusion(vector: Vector) -> None:
    merkle.verify_subtree_inclusion(
        leaf=b64(vector["leafHash"]),
        index=vector["leafIdx"],
        span=(vector["start"], vector["end"]),
        path=_path(vector),
        root=b64(vector["root"]),
    )


def _subtree_consistency(vector: Vector) -> None:
    merkle.verify_subtree_consistency(
        span=(vector["start"], vector["end"]),
        subtree_root=b64(vector["root1"]),
        size=vector["size"],
        root=b64(vector["root2"]),
        path=_path(vector),
    )


CHECKS: dict[str, tuple[Callable[[Vector], None], int]] = {
    "inclusion": (_inclusion, 98),
    "consistency": (_consistency, 98),
    "subtreeinclusion": (_subtree_inclusion, 204),
    "subtreeconsistency": (_subtree_consistency, 118),
}


@pytest.mark.parametrize("kind", CHECKS)
def test_vectors(kind: str, shared: Path) -> None:
    check, expected_number = CHECKS[kind]
    files = sorted((shared / "vectors/merkle/testdata" / kind).rglob("*.json"))
    assert len(files) == expected_number
    wrong = []
    for file in files:
        vector: Vector = json.loads(file.read_text())
        try:
            check(vector)
        except VerificationFailed:
            refused = True
        else:
            refused = False
        if refused != vector["wantErr"]:
            wrong.append(file.name)
    assert wrong == []
