"""Power failure under the chain's journal: every legal state of the disk holds what was announced.

In: one run of the real chain, recorded by the shared power-failure harness. Out: crash states in
which each announced anchor's transaction is in the journal, and some replayed on the real engine.
"""

import importlib.util
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from battery_passport.adapters.evm.embedded import DEVELOPMENT_CHAIN_ID
from battery_passport.adapters.evm.journal import Journal
from battery_passport.adapters.evm.recording import Recording
from tests.factories.chain import make_chain, require_engine

pytestmark = pytest.mark.integration

ANCHORS = 40
STATES = 400
REPLAYED = 6

PROGRAM = """
import os, sys
from pathlib import Path
from tests.factories.chain import make_chain, make_head
world = make_chain(Path(sys.argv[1]), blocks_per_dump=9)
for size in range(1, int(sys.argv[2]) + 1):
    world.ledger.submit(make_head(size))
    os.write(1, b"ack %d\\n" % size)
os._exit(0)
"""


def load_harness(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "crashsim", shared / "tools/powerfail/crashsim.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build_recorder(shared: Path, folder: Path) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler for the power-failure recorder")
    recorder = folder / "crashshim.so"
    source = shared / "tools/powerfail/crashshim.c"
    subprocess.run(
        [compiler, "-O2", "-fPIC", "-shared", "-o", recorder, source, "-ldl", "-pthread"],
        check=True,
    )
    return recorder


def record_run(recorder: Path, root: Path, log: Path, repository: Path) -> None:
    root.mkdir()
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(root), str(ANCHORS)],
        cwd=repository,
        check=True,
        stdout=subprocess.PIPE,
        env={
            **os.environ,
            "PYTHONPATH": f"{repository / 'src'}:{repository}",
            "LD_PRELOAD": str(recorder),
            "CRASH_ROOT": str(root),
            "CRASH_LOG": str(log),
            "CRASH_ACKS": "1",
            "CRASH_CAP_MB": "256",
        },
    )


def crash_points(records: list[Any], source: random.Random) -> list[int]:
    """Return where the power fails: a third right after an announcement, the rest anywhere."""
    announced = [n + 1 for n, each in enumerate(records) if each.op == "A"]
    right_after = source.choices(announced, k=STATES // 3)
    return sorted(right_after + source.choices(range(1, len(records)), k=STATES - len(right_after)))


def blocks_in(state: Path) -> int:
    """Return how many anchors the journal of a crash state holds: all blocks but the first."""
    with Journal(state / "chain" / "journal") as journal:
        recording = Recording(journal, chain_id=DEVELOPMENT_CHAIN_ID, now_s=0)
        return max(0, len(recording.blocks) - 1)


def test_power_failure_loses_no_announced_anchor(
    tmp_path: Path, shared: Path, repository: Path
) -> None:
    require_engine()
    crashsim, source = load_harness(shared), random.Random(7)
    root, log, empty = tmp_path / "root", tmp_path / "log", tmp_path / "empty"
    record_run(build_recorder(shared, tmp_path), root, log, repository)
    records = crashsim.read_log(log)
    empty.mkdir()
    disk = crashsim.Disk(empty)
    disk.objs = {root.stat().st_ino: disk.root}
    done, announced, incomplete = 0, 0, 0
    points = crash_points(records, source)
    replayed = set(source.sample(range(len(points)), REPLAYED))
    for number, point in enumerate(points):
        for record in records[done:point]:
            disk.step(record)
            if record.op == "A" and record.data.startswith(b"ack "):
                announced = int(record.data[4:])
        done = point
        state = tmp_path / "state"
        state.mkdir()
        disk.crash(state, source, *crashsim.pick_mode(source))
        found = blocks_in(state)
        assert announced <= found <= announced + 1, f"crash {number} after record {point}"
        incomplete += found == announced
        if number in replayed:
            world = make_chain(state)
            assert len(world.ledger.anchors()) == found
            world.chain.close()
        shutil.rmtree(state)
    assert announced >= ANCHORS - 5
    assert incomplete > 0
