"""The shipped contract is what its source compiles to, in the house form of contracts.

In: contracts/src, the compiler from node_modules. Out: no difference.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ARTEFACTS = "src/battery_passport/adapters/evm/artefacts"


def node(repository: Path) -> str:
    found = shutil.which("node", path=str(repository / ".venv/bin")) or shutil.which("node")
    if found is None or not (repository / "node_modules/solc").is_dir():
        pytest.skip("node or the compiler is not installed: run `make setup`")
    return found


def test_artefacts_are_what_the_sources_compile_to(repository: Path) -> None:
    command = [node(repository), "contracts/build.mjs", "--check"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_difference_is_found(repository: Path, tmp_path: Path) -> None:
    for name in ("contracts", ARTEFACTS):
        shutil.copytree(repository / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to(repository / "node_modules")
    artefact = tmp_path / ARTEFACTS / "CheckpointAnchors.json"
    artefact.write_text(artefact.read_text().replace("Anchored", "Anchorde", 1))
    command = [node(repository), "contracts/build.mjs", "--check"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "CheckpointAnchors.json" in done.stderr
    assert subprocess.run(command[:-1], cwd=tmp_path, check=False).returncode == 0
    assert artefact.read_text() == (repository / ARTEFACTS / artefact.name).read_text()


DECLARED = r"^(?:    )?(?:function|event|error|struct|constructor|modifier|enum)\b"
OF_PARTS = ("PassportRegistry", "SignedMessages", "Migration")


def sources(repository: Path) -> dict[str, str]:
    folder = repository / "contracts/src"
    return {each.stem: each.read_text() for each in folder.rglob("*.sol")}


def test_errors_bear_the_contract_s_name_and_are_shipped(repository: Path) -> None:
    shipped = {
        item["name"]
        for file in (repository / ARTEFACTS).glob("*.json")
        for item in json.loads(file.read_text())["abi"]
        if item["type"] == "error"
    }
    declared = 0
    for stem, text in sources(repository).items():
        own = re.findall(r"^    error (\w+)\(", text, re.MULTILINE)
        assert all(name.startswith((stem, *OF_PARTS)) for name in own)
        assert set(own) <= shipped
        declared += len(own)
    assert declared >= 35


def test_everything_in_a_contract_is_explained(repository: Path) -> None:
    for text in sources(repository).values():
        declared = re.findall(DECLARED, text, re.MULTILINE)
        explained = re.findall(r"^ *///.*\n" + DECLARED, text, re.MULTILINE)
        assert len(explained) == len(declared)


def test_no_contract_takes_money_or_is_replaced_behind_its_address(repository: Path) -> None:
    for text in sources(repository).values():
        for word in ("payable", "delegatecall", "selfdestruct", "onlyOwner", "receive()"):
            assert word not in text
