"""The repository holds nothing huge, names no package registry and no place on one machine."""

import re
import subprocess
from pathlib import Path

import pytest

LARGEST_BYTES = 1_500_000
# In pieces, so that this file does not hold what it forbids.
REGISTRY_HOSTS = tuple(
    ".".join(pieces)
    for pieces in (
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("files", "pythonhosted", "org"),
        ("pypi", "org"),
        ("static", "crates", "io"),
        ("index", "crates", "io"),
        ("proxy", "golang", "org"),
        ("repo1", "maven", "org"),
        ("repo", "maven", "apache", "org"),
        ("deb", "debian", "org"),
    )
)
MACHINE_PATH = re.compile(r"(?<![\w.~:/}])/(?:work|root|tmp|home)/\w")


@pytest.fixture(scope="module")
def tracked(repository: Path) -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached"]
    listed = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    paths = [repository / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def texts(paths: list[Path]) -> list[tuple[str, str]]:
    return [(str(path), path.read_bytes().decode("utf-8", errors="replace")) for path in paths]


def test_files_are_tracked(tracked: list[Path]) -> None:
    assert len(tracked) > 20


def test_no_file_is_huge(tracked: list[Path]) -> None:
    sizes = {str(path): path.stat().st_size for path in tracked}

    assert {path: size for path, size in sizes.items() if size > LARGEST_BYTES} == {}


def test_no_file_names_a_package_registry(tracked: list[Path]) -> None:
    found = [
        (path, host) for path, text in texts(tracked) for host in REGISTRY_HOSTS if host in text
    ]

    assert found == []


def test_no_file_names_a_place_on_one_machine(tracked: list[Path]) -> None:
    found = [(path, hit[0]) for path, text in texts(tracked) for hit in MACHINE_PATH.finditer(text)]

    assert found == []


def test_lock_files_hold_no_address(repository: Path) -> None:
    locks = [*(repository / "requirements").glob("*.txt"), repository / "package-lock.json"]

    assert len(locks) >= 4
    assert [str(path) for path in locks if "://" in path.read_text("utf-8")] == []


def test_every_locked_package_has_a_hash(repository: Path) -> None:
    for lock in (repository / "requirements").glob("*.txt"):
        pinned = re.findall(r"^[\w.-]+==\S+", lock.read_text("utf-8"), re.MULTILINE)
        hashed = re.findall(
            r"^[\w.-]+==[^\n]*\\\n    --hash=", lock.read_text("utf-8"), re.MULTILINE
        )
        assert pinned
        assert len(pinned) == len(hashed)
