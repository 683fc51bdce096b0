"""Kill -9 of the engine and of us in the midst of anchoring: every anchored root is there again.

In: kills at varied moments. Out: no anchor lost that was announced, none made twice.
"""

import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from battery_passport.ledger.anchoring import Anchorer, check_anchors
from battery_passport.ledger.errors import ChainUnavailable
from tests.factories.chain import ChainWorld, make_chain, require_engine
from tests.factories.ledger import make_entry, make_log

pytestmark = pytest.mark.integration

ENGINE_KILLS = 20
OWN_KILLS = 10

WORKER = """
import sys
from pathlib import Path
from tests.factories.chain import make_chain, make_head
world = make_chain(Path(sys.argv[1]), blocks_per_dump=7)
newest = world.ledger.latest()
size = newest.head.size if newest else 0
while True:
    size += 1
    receipt = world.ledger.submit(make_head(size))
    print(size, receipt.anchor.number, flush=True)
"""


def kill_engine_after(world: ChainWorld, delay_s: float) -> threading.Timer:
    def kill() -> None:
        pid = world.chain.engine_pid
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    timer = threading.Timer(delay_s, kill)
    timer.start()
    return timer


def test_killing_the_engine_loses_and_doubles_nothing(tmp_path: Path) -> None:
    source = random.Random(20)
    world, log = make_chain(tmp_path, blocks_per_dump=25), make_log()
    anchorer = Anchorer(log.checkpoints, world.ledger, log.clock)
    announced: list[int] = []
    failures = rounds = 0
    # How long a call takes depends on the machine: kills go on until one has fallen into a call.
    while rounds < ENGINE_KILLS or (not failures and rounds < 5 * ENGINE_KILLS):
        rounds += 1
        for _ in range(8):
            log.log.sequence([make_entry(log.log.head().size)])
            log.log.make_checkpoint()
        timer = kill_engine_after(world, source.uniform(0.0005, 0.05))
        try:
            announced += [each.anchor.head.size for each in anchorer.anchor_waiting()]
        except ChainUnavailable:
            failures += 1
        timer.join()
    announced += [each.anchor.head.size for each in anchorer.anchor_waiting()]
    anchors = world.ledger.anchors()
    assert [each.head.size for each in anchors] == list(range(1, 8 * rounds + 1))
    assert set(announced) <= {each.head.size for each in anchors}
    check_anchors(anchors, log.log.root_at)
    assert failures > 0, "no kill fell into a call: the test showed nothing"
    world.chain.close()


def test_killing_ourselves_loses_and_doubles_nothing(tmp_path: Path, repository: Path) -> None:
    require_engine()
    announced: dict[int, int] = {}
    for life in range(OWN_KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", WORKER, str(tmp_path)],
            cwd=repository,
            env={**os.environ, "PYTHONPATH": f"{repository / 'src'}:{repository}"},
            stdout=subprocess.PIPE,
            text=True,
        ) as worker:
            assert worker.stdout is not None
            for _ in range(1 + life % 4 * 3):
                line = worker.stdout.readline()
                assert line, "the worker ended by itself"
                size, number = line.split()
                announced[int(size)] = int(number)
            worker.kill()
            for line in worker.stdout:
                if line.endswith("\n"):
                    size, number = line.split()
                    announced[int(size)] = int(number)
    world = make_chain(tmp_path)
    anchors = world.ledger.anchors()
    found = {each.head.size: each.number for each in anchors}
    assert announced.items() <= found.items()
    assert [each.head.size for each in anchors] == list(range(1, len(anchors) + 1))
    assert len(announced) >= OWN_KILLS
    world.chain.close()
