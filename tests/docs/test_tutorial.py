"""The tutorial's commands, run as a reader would run them, in the order in which they stand."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.integration
def test_the_first_passport_can_be_made_as_written(repository: Path, tmp_path: Path) -> None:
    if not (repository / "node_modules").is_dir():
        pytest.skip("no node_modules: run make setup, which brings the development ledger")
    for name in (".venv", "docs", "node_modules"):
        (tmp_path / name).symlink_to(repository / name)
    (tmp_path / "var").mkdir()
    page = (repository / "docs" / "tutorial" / "first-passport.md").read_text(encoding="utf-8")
    blocks = _BLOCK.findall(page)
    assert len(blocks) >= 6
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("BATTERY_PASSPORT")
    }
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(
        [bash, "-euxo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    for sign in ("state of health: ", "VALID as of", "AGREES", "INTACT"):
        assert sign in done.stdout
