"""A server that cannot keep up, or whose disk is full: it says so, and keeps what it acknowledged.

In: a database held by another process, a disk without room. Out: 503 with a time to come back.
"""

import sqlite3
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.integration.support.effects import effects_of
from tests.integration.support.fleet import FleetDevice, enrol_fleet
from tests.integration.support.homes import TestHome
from tests.integration.support.sending import Answer, Sender
from tests.integration.support.servers import Server, running_server

pytestmark = pytest.mark.integration

QUEUE = 4


def check_later(answer: Answer, *, code: str) -> None:
    assert (answer.status, answer.code) == (503, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) >= 1


def _send_each(server: Server, batches: list[bytes]) -> tuple[list[threading.Thread], list[Answer]]:
    """Send each batch over a connection of its own, all at once."""
    answers: list[Answer] = []

    def send(batch: bytes) -> None:
        with Sender(server.port) as sender:
            answers.append(sender.send(batch))

    threads = [threading.Thread(target=send, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    return threads, answers


def _wait_for(server: Server, intake: str) -> None:
    deadline = time.monotonic() + 20
    while not server.components()["intake"].startswith(intake):
        assert time.monotonic() < deadline, server.components()
        time.sleep(0.02)


def test_beyond_its_queue_the_server_asks_to_come_back(tmp_path: Path) -> None:
    # One device fills half of a queue at most.
    home = TestHome(tmp_path / "home", {"ingest_queue_batches": str(2 * QUEUE)})
    car, other_car = enrol_fleet(home, devices=2)
    with running_server(home) as server:
        with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            threads, answers = _send_each(server, [car.batch(number) for number in range(QUEUE)])
            _wait_for(server, f"{QUEUE} waiting")
            with Sender(server.port) as sender:
                for number in range(QUEUE, QUEUE + 3):
                    check_later(sender.send(car.batch(number)), code="intake-overloaded")
            further, others = _send_each(server, [other_car.batch(0)])
            _wait_for(server, f"{QUEUE + 1} waiting")
            assert answers == others == []
            other.execute("COMMIT")
        for thread in (*threads, *further):
            thread.join()
        stored = [answer.document["outcome"] for answer in (*answers, *others)]
        assert stored == ["stored"] * (QUEUE + 1)
        assert len(effects_of(home.database).batches) == QUEUE + 1
        with Sender(server.port) as sender:
            assert sender.acknowledged(car.batch(QUEUE)) == "stored"


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on another process needs Linux")
def test_a_full_disk_loses_nothing_and_takes_up_again(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home", {"pipeline_interval_s": "0.05"})
    (car,) = enrol_fleet(home, devices=1)
    with running_server(home) as server:
        stored = _send_until_full(server, car)
        assert stored > 0
        with Sender(server.port) as sender:
            check_later(sender.send(car.batch(stored)), code="batch-not-durable")
        assert server.get("/healthz")[0] == 200
        _limit_files(server, psutil.RLIM_INFINITY)
        with Sender(server.port) as sender:
            assert sender.acknowledged(car.batch(stored)) == "stored"
            for number in range(stored):
                assert sender.acknowledged(car.batch(number)) == "duplicate"
        server.wait_until_projected()
    effects = effects_of(home.database)
    assert effects.faults() == []
    assert len(effects.batches) == stored + 1


def _limit_files(server: Server, most_bytes: int) -> None:
    psutil.Process(server.process.pid).rlimit(
        psutil.RLIMIT_FSIZE, (most_bytes, psutil.RLIM_INFINITY)
    )


def _send_until_full(server: Server, car: FleetDevice) -> int:
    """Leave the database's files little room, and send until it is used up."""
    log = server.home.database.with_name("records.sqlite-wal")
    _limit_files(server, log.stat().st_size + 150_000)
    with Sender(server.port) as sender:
        for number in range(2_000):
            answer = sender.send(car.batch(number))
            if answer.status != 200:
                check_later(answer, code="batch-not-durable")
                return number
    raise AssertionError("the disk never became full")
