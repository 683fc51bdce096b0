"""A fleet of live devices on a platform of several processes, some of which die again and again.

In: how many devices, for how long, over what, who is killed. Out: what was heard, what is stored,
what each process used; `check_nothing_lost` compares.
"""

import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.strict_json import JsonObject
from benchmarks.fleet_load import SAMPLES
from tests.factories.installation import run
from tests.factories.made_up_cars import opened
from tests.integration.support.homes import REPOSITORY, TestHome
from tests.integration.support.many_devices import enrol_many, write_plan
from tests.integration.support.parts import (
    Part,
    Watch,
    broker_part,
    collector_part,
    free_port,
    postgres_part,
    server_part,
)
from tests.integration.support.power_cuts import PowerCuts
from tests.integration.support.powerfail import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What is to be done."""

    devices: int
    seconds: float
    rate: float
    transport: str = "http"
    on_postgresql: bool = False
    kill_every_s: float = 0.0
    seed: int = 1
    recorder: Recorder | None = None
    """With a recorder the server is not only killed: its machine loses its power."""
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of it. Lag: from the device's sending to the acknowledgement it hears."""

    seen: dict[str, Any]
    heard: Counter[bytes]
    stored: Counter[bytes]
    announced: Counter[bytes]
    finding: object
    seconds: float
    parts: Sequence[Part]
    storage: JsonObject
    in_history: Counter[bytes] | None

    def check_nothing_lost(self) -> None:
        """Every acknowledged batch is there exactly once, and every sealed one was acknowledged."""
        lost = set(self.heard) - set(self.stored)
        assert not lost, f"{len(lost)} acknowledged batches are lost"
        assert set(self.stored.values()) <= {1}, "a batch is stored twice"
        assert self.announced == self.stored, "a batch has not exactly one entry in the log"
        assert self.finding is None, self.finding
        if self.in_history is not None:
            assert self.in_history == self.stored, "the history is not what is stored"
        assert self.seen["gave_up"] == 0, self.seen
        assert len(self.stored) == self.seen["sealed"], self.seen


def run_campaign(folder: Path, campaign: Campaign) -> Result:
    """Carry a campaign out on a fresh home."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as ending:
        url, databases = "", list[Part]()
        if campaign.on_postgresql:
            part, url = ending.enter_context(postgres_part())
            part.start()
            ending.callback(part.stop)
            databases.append(part)
        home, port, broker_port = _home(folder, campaign, url)
        with opened(home.folder, url) as installation:
            write_plan(folder / "plan", enrol_many(installation, campaign.devices))
        parts = [*databases, server_part(home, port)]
        words = ["--http", f"http://127.0.0.1:{port}"]
        if campaign.transport == "mqtt":
            parts += [broker_part(home, broker_port), collector_part(home)]
            words = ["--mqtt", f"127.0.0.1:{broker_port}", "--threads", "64"]
        chance = random.Random(campaign.seed)
        power = None
        if campaign.recorder is not None:
            (server,) = parts
            power = PowerCuts(campaign.recorder, home, server, port, chance)
            ending.callback(power.close)
        for part in parts[len(databases) :]:
            ending.callback(part.stop)
            if power is None:
                part.start()
            else:
                power.begin()
        fail = _kill_and_begin(chance) if power is None else lambda _part: power.fail()
        seen, seconds = _load(folder, campaign, words, parts, fail=fail, chance=chance)
        for part in reversed(parts[len(databases) :]):
            part.stop()
        with opened(home.folder, url) as installation:
            return _result(
                folder,
                installation,
                seen=seen,
                seconds=seconds,
                parts=parts,
                is_read=power is not None,
            )


def _home(folder: Path, campaign: Campaign, url: str) -> tuple[TestHome, int, int]:
    port, broker_port = free_port(), free_port()
    settings = {"log_level": "warning", "mqtt_url": f"mqtt://127.0.0.1:{broker_port}"}
    settings |= {"database_url": url} if url else {}
    return TestHome(folder / "home", {**settings, **campaign.settings}), port, broker_port


def _kill_and_begin(chance: random.Random) -> Callable[[Part], None]:
    def fail(part: Part) -> None:
        part.kill()
        time.sleep(chance.uniform(0, 1))
        part.start()

    return fail


def _load(
    folder: Path,
    campaign: Campaign,
    words: Sequence[str],
    parts: list[Part],
    *,
    fail: Callable[[Part], None],
    chance: random.Random,
) -> tuple[dict[str, Any], float]:
    """Let the devices live, and let parts fail meanwhile."""
    limits = ["--seconds", str(campaign.seconds), "--rate", str(campaign.rate)]
    command = [sys.executable, "-m", "benchmarks.fleet_load", str(folder / "plan")]
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}"}
    load = Part(
        name="devices",
        command=[*command, str(folder / "heard"), *limits, *words],
        environment=environment,
        is_ready=lambda: True,
        folder=folder,
    )
    killed = chance.sample(parts, len(parts)) if campaign.kill_every_s else []
    victims = itertools.cycle(killed)
    begun = time.monotonic()
    with ExitStack() as ending:
        ending.callback(load.stop)
        ending.enter_context(Watch([*parts, load]).watching())
        load.start()
        process = load.process
        assert process is not None
        while process.poll() is None:
            pause_s = chance.uniform(0.5, 1.5) * campaign.kill_every_s if killed else 1.0
            try:
                process.wait(pause_s)
            except subprocess.TimeoutExpired:
                if killed and time.monotonic() - begun < campaign.seconds:
                    fail(next(victims))
    seconds = time.monotonic() - begun
    parts.append(load)
    assert process.returncode == 0, load.said()
    told: dict[str, Any] = json.loads((folder / "devices.log").read_text().splitlines()[-1])
    return told, seconds


def _result(
    folder: Path,
    installation: Installation,
    *,
    seen: dict[str, Any],
    seconds: float,
    parts: Sequence[Part],
    is_read: bool,
) -> Result:
    installation.pipeline.settle()
    heard = (folder / "heard").read_text("ascii").split()
    return Result(
        seen=seen,
        heard=Counter(bytes.fromhex(each) for each in heard),
        stored=_digests(installation.database, "SELECT digest FROM batches"),
        announced=_digests(
            installation.database,
            "SELECT digest FROM facts WHERE kind = 'batch-stored' AND log_index IS NOT NULL",
        ),
        finding=run(installation, "audit")["finding"],
        seconds=seconds,
        parts=parts,
        storage=run(installation, "evidence-status"),
        in_history=_in_history(installation) if is_read else None,
    )


def _digests(database: Database, query: str) -> Counter[bytes]:
    with database.read() as connection:
        return Counter(bytes(row[0]) for row in connection.exec_driver_sql(query))


def _in_history(installation: Installation) -> Counter[bytes]:
    """Return the batches whose every sample is in the history, as often as it is."""
    with installation.database.read() as connection:
        query = "SELECT DISTINCT battery_id FROM batches"
        batteries = [UUID(row[0]) for row in connection.exec_driver_sql(query)]
    found: Counter[bytes] = Counter()
    for battery_id in batteries:
        table = installation.history.read(battery_id)
        assert table.row_count == SAMPLES * len(table.batch_digests), battery_id
        found.update(table.batch_digests)
    return found
