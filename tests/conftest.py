"""What every test may ask for: the shared data, a fresh home, and one way for Hypothesis to search.

In: the environment. Out: the fixtures `shared`, `home` and `repository`; Hypothesis profiles.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parent.parent

# Busy cores make a deadline a coin toss; a fixed seed makes a failure the same for everyone.
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "explore", settings.get_profile("ci"), derandomize=False, max_examples=2_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name the group of each test in its id, by which tests of one group share a worker.

    Without a group of its own a test is of its file's: those share fixtures, and some go on where
    the one before ended. pytest-xdist 3.8 writes the name where pytest 9.2 no longer looks.
    """
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        groups = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        ending = f"@{'_'.join(groups or [item.path.stem])}"
        if not item.nodeid.endswith(ending):
            item._id = type(item._id).parse(item.nodeid + ending)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and published vectors beside the repository."""
    folder = Path(
        os.environ.get("BATTERY_PASSPORT_SHARED") or REPOSITORY.parent / "shared"
    ).resolve()
    if not folder.is_dir():
        pytest.skip(f"shared data not found at {folder}: set BATTERY_PASSPORT_SHARED to its folder")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty BATTERY_PASSPORT_HOME of its own, for this process and its children."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("BATTERY_PASSPORT_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser that Debian's package installs; `make test` installs it where it may."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("Chromium is not installed: apt-get install chromium fonts-noto-cjk")
    return Path(found)
