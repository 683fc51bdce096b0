"""What is installed carries everything that lies in the package's folder, code or not."""

import subprocess
import sys
import zipfile
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
