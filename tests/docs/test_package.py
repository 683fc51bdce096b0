"""What is installed carries everything that lies in the package's folder, code or not."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path


def test_a_wheel_holds_every_file_of_the_package(repository: Path, tmp_path: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "src/battery_passport"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    tracked = {name.removeprefix("src/") for name in listed.split("\0") if name}

    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(tmp_path)],
        cwd=repository,
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())

    assert tracked
    assert tracked - packed == set()


def test_the_command_starts(repository: Path) -> None:
    command = Path(sys.executable).parent / "battery-passport"

    told = subprocess.run(
        [command, "--help"], cwd=repository, capture_output=True, text=True, check=True
    )

    assert "verify" in told.stdout


def test_what_the_package_imports_is_declared(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]
    required = project["dependencies"]
    declared = {plain_name(re.split(r"[\[<>=~]", line)[0]) for line in required}
    distributions = packages_distributions()
    imported = {
        name
        for path in (repository / "src").rglob("*.py")
        for name in imported_packages(path)
        if name not in sys.stdlib_module_names and name != "battery_passport"
    }

    undeclared = {
        name
        for name in imported
        if not {plain_name(each) for each in distributions.get(name, [])} & declared
    }
    assert undeclared == set()


def plain_name(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imported_packages(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}
