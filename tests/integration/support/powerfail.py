"""Power failures: a process's writes recorded, its home cut back to what the disk may hold.

In: the recorder of the shared folder (compiled here) and a home. Out: an environment that records,
and folders that a power failure could have left. A kill alone loses nothing the kernel was given.
"""

import copy
import importlib.util
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_LOG_MIB = 1_024
_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - the log must outlive the process, not the test

Drop = Callable[[Any], bool]
"""Says whether a record of the log is to be left out: a barrier that never was."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """The compiled recorder, the rebuilder of disk states, and a folder for its files."""

    shim: Path
    rebuilder: ModuleType
    work: Path

    def recording(self, folder: Path, *, name: str) -> "Recording":
        """Return a recording of a folder, which is taken as durable as it is now."""
        # Two runs may have work folders of one name, and they share the memory folder.
        log = _log_folder(self.work) / f"{self.work.name}-{os.getpid()}-{name}.crashlog"
        log.unlink(missing_ok=True)
        return Recording(
            rebuilder=self.rebuilder,
            folder=folder,
            log=log,
            environment={
                "LD_PRELOAD": str(self.shim),
                "CRASH_ROOT": str(folder),
                "CRASH_LOG": str(log),
                "CRASH_CAP_MB": str(_LOG_MIB),
                "CRASH_ACKS": "1",
                # The recorder knows each barrier; the real disk need not be waited for.
                "CRASH_SKIPSYNC": "1",
            },
            before=self.rebuilder.Disk(str(folder), "strict"),
            modes=_modes(folder),
        )


@dataclass
class Recording:
    """What one run does to a folder."""

    rebuilder: ModuleType
    folder: Path
    log: Path
    environment: dict[str, str]
    before: Any
    modes: dict[str, int]

    def records(self) -> list[Any]:
        """Return everything recorded so far."""
        return list(self.rebuilder.read_log(str(self.log)))

    def cut_back(self, seed: int, *, drop: Drop | None = None) -> None:
        """Put in the folder's place a state that a power failure at the end could leave."""
        disk = copy.deepcopy(self.before)
        for record in self.records():
            if drop is None or not drop(record):
                disk.step(record)
        self.modes |= _modes(self.folder)
        shutil.rmtree(self.folder)
        self._emit(disk, self.folder, seed)

    def states(
        self, target: Path, *, points: int, seed: int, drop: Drop | None = None
    ) -> Iterator[tuple[Path, set[bytes]]]:
        """Yield legal states at moments of the run, with the digests acknowledged until then.

        Each state lies in `target`, which the next one replaces.
        """
        records = [each for each in self.records() if drop is None or not drop(each)]
        chance = random.Random(seed)
        moments = sorted(chance.sample(range(1, len(records) + 1), min(points, len(records))))
        disk = copy.deepcopy(self.before)
        acknowledged: set[bytes] = set()
        for earlier, moment in pairwise([0, *moments]):
            for record in records[earlier:moment]:
                disk.step(record)
                acknowledged |= _acknowledged(record)
            self._emit(disk, target, seed + moment)
            yield target, set(acknowledged)

    def difference(self, target: Path) -> list[str]:
        """Replay everything into `target`; return paths that differ from the folder as it is.

        A difference is a write that the recorder cannot see.
        """
        disk = copy.deepcopy(self.before)
        for record in self.records():
            disk.step(record)
        target.mkdir()
        disk.crash(str(target), random.Random(0), "all", "all")
        rebuilt, live = self.rebuilder.tree(str(target)), self.rebuilder.tree(str(self.folder))
        return [
            path
            for path in sorted(set(rebuilt) | set(live))
            if rebuilt.get(path) != live.get(path) and not path.endswith("-shm")
        ]

    def _emit(self, disk: Any, target: Path, seed: int) -> None:
        """Write one legal state of a disk in the target's place."""
        chance = random.Random(seed)
        mode = self.rebuilder.pick_mode(chance)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(mode=0o700)
        disk.crash(str(target), chance, *mode)
        _set_modes(target, self.modes)

    def close(self) -> None:
        """Forget the log."""
        self.log.unlink(missing_ok=True)


def drop_barriers(recording: Recording, *patterns: str) -> Drop:
    """Return a rule that leaves out the barriers of files whose names are like a pattern."""
    names = {path.stat().st_ino: path.name for path in recording.folder.rglob("*")}
    dropped: set[int] = set()
    for record in recording.records():
        if record.op == "C":
            names[record.ino] = record.name.decode()  # a number is given again to later files
        elif record.op == "S" and any(
            fnmatch(names.get(record.ino, ""), each) for each in patterns
        ):
            dropped.add(record.i)
    return lambda record: record.i in dropped


def drop_folder_barriers(recording: Recording) -> Drop:
    """Return a rule that leaves out the barriers of folders."""
    folders = {each.dino for each in recording.records() if each.op in "CMR"}
    return lambda record: record.op == "S" and record.ino in folders


def make_recorder(shared: Path, work: Path) -> Recorder:
    """Return the recorder, compiled into `work`; skips the test where that cannot be."""
    source = shared / "tools" / "powerfail"
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not sys.platform.startswith("linux") or compiler is None:
        pytest.skip("power failures need Linux and a C compiler (cc): apt-get install gcc")
    if not (source / "crashshim.c").is_file():
        pytest.skip(f"power failures need {source}, which is not there")
    shim = work / "crashshim.so"
    command = [compiler, "-O2", "-fPIC", "-shared", "-o", str(shim), str(source / "crashshim.c")]
    subprocess.run([*command, "-ldl", "-pthread"], check=True, capture_output=True)
    return Recorder(shim=shim, rebuilder=_module(source / "crashsim.py"), work=work)


def _module(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location("powerfail_crashsim", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def _log_folder(work: Path) -> Path:
    return _MEMORY_FOLDER if _MEMORY_FOLDER.is_dir() else work


_ACKNOWLEDGED = re.compile(rb'\{"digest":"([0-9a-f]{64})","outcome":"(?:stored|duplicate)"\}')


def _acknowledged(record: Any) -> set[bytes]:
    """Return the digest in an answer that left the process, if the record is one."""
    found = _ACKNOWLEDGED.search(record.data) if record.op == "A" else None
    return set() if found is None else {bytes.fromhex(found[1].decode())}


def _modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_mode & 0o777 for path in folder.rglob("*")
    }


def _set_modes(folder: Path, modes: dict[str, int]) -> None:
    """Give files the permissions they had, which the rebuilder does not know."""
    for path in folder.rglob("*"):
        default = 0o700 if path.is_dir() else 0o600
        path.chmod(modes.get(str(path.relative_to(folder)), default))
