"""Programs nobody here wrote that judge our log: tessera's fsck, and golang.org/x/mod's note, tlog.

In: Go, found or fetched. Out: paths of built programs; where no Go can be had the test says so
and is skipped.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tools.go_toolchain import BuildProgram, NoGo, built, run_go

TESSERA = "v1.0.4"
_JUDGE = REPOSITORY / "tests" / "conformance" / "go"
_JUDGE_S = 120


def fsck() -> Path:
    """Return tessera's checker of whole logs."""
    return _built_or_skipped(f"tessera-fsck-{TESSERA}", _install_fsck)


def logjudge() -> Path:
    """Return the checker of single proofs, made of golang.org/x/mod."""
    sources = b"".join((_JUDGE / name).read_bytes() for name in ("go.mod", "go.sum", "main.go"))
    return _built_or_skipped(
        f"logjudge-{hashlib.sha256(sources).hexdigest()[:16]}",
        lambda go, output: run_go(go, "build", "-o", str(output), ".", folder=_JUDGE),
    )


def judged(*command: str, given: str = "") -> tuple[bool, str]:
    """Return whether a judge is content, and what it said."""
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=_JUDGE_S, check=False
    )
    return done.returncode == 0, done.stdout + done.stderr


def _install_fsck(go: Path, output: Path) -> None:
    folder = output.with_name(f"{output.name}.d")
    package = f"github.com/transparency-dev/tessera/cmd/fsck@{TESSERA}"
    run_go(go, "install", package, extra={"GOBIN": str(folder)})
    shutil.move(folder / "fsck", output)
    folder.rmdir()


def _built_or_skipped(name: str, build: BuildProgram) -> Path:
    try:
        return built(name, build)
    except NoGo as error:
        pytest.skip(f"NOT JUDGED BY OTHERS: {name} could not be built: {error}")
