"""Verbs beside a server, verbs beside one another, two servers: nobody waits long, nothing breaks.

In: real processes on one home. Out: exit codes, times, and a home whose audit is content.
"""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.support.effects import effects_of, stored_so_far
from tests.integration.support.fleet import FleetDevice, asking, enrol_fleet
from tests.integration.support.homes import TestHome, VerbResult, finish, finish_all
from tests.integration.support.sending import send_until
from tests.integration.support.servers import Server, running_server
from tests.integration.support.sources import write_trips

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

PATIENCE_S = 15.0
PAUSE_S = 0.02
TRY_LATER = 3


class Stopwatch:
    """Runs verbs that must end well, and soon."""

    def __init__(self, home: TestHome) -> None:
        self._home = home

    def run(self, *words: str) -> dict[str, object]:
        begun = time.monotonic()
        found = self._home.done(*words)
        assert time.monotonic() - begun < PATIENCE_S, words
        return found


def check_whole(home: TestHome) -> None:
    """The audit finds nothing, and every batch has had its effects once."""
    with asking(home) as ask:
        assert ask("audit", {})["finding"] is None
    assert effects_of(home.database).faults() == []


@contextmanager
def load(server: Server, fleet: list[FleetDevice]) -> Iterator[list[bytes]]:
    """Send batches all the while the block lasts; give what was acknowledged after it."""
    stop = threading.Event()
    heard: list[bytes] = []

    def endless(device: FleetDevice) -> Iterator[bytes]:
        number = 0
        while not stop.is_set():
            yield device.batch(number)
            number += 1
            stop.wait(PAUSE_S)

    def send() -> None:
        heard.extend(send_until(server.port, [endless(device) for device in fleet]))

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield heard
    finally:
        stop.set()
        thread.join()


def test_verbs_beside_a_server_under_load(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home", {"pipeline_interval_s": "0.1", "anchor_interval_s": "0.5"})
    fleet = enrol_fleet(home, devices=3)
    trips = write_trips(tmp_path / "trips", trips=60)
    watch = Stopwatch(home)
    with running_server(home) as server, load(server, fleet) as heard:
        assert watch.run("battery", "add", "bus-1", "--cells-in-series", "96")["new"] is True
        watch.run("event", "add", "car-0", "soce_reported", "--set", "soce_percent=97")
        assert watch.run(*trips.ingest_words("bus-1"))["stored"] == 60
        watch.run("passport", "issue", "car-0")
        assert watch.run("audit")["finding"] is None
    assert len(heard) > 100
    check_whole(home)
    effects = effects_of(home.database)
    assert not effects.missing(heard)
    assert len(effects.batches) >= len(heard) + 60


def test_two_verbs_at_once_without_a_server(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home")
    home.folder.mkdir()
    trips = [write_trips(tmp_path / f"trips-{car}", trips=40, amps=car) for car in range(2)]
    # The first two verbs of a home make its keys and its database, both at once.
    begun = time.monotonic()
    results = finish_all(
        [home.start_verb(*trips[car].ingest_words(f"bus-{car}"), "--json") for car in range(2)]
    )
    assert [result.code for result in results] == [0, 0], results
    assert time.monotonic() - begun < 2 * PATIENCE_S
    assert [result.document()["stored"] for result in results] == [40, 40]
    check_whole(home)
    assert len(effects_of(home.database).batches) == 80


def test_the_same_verb_twice_at_once(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home")
    home.folder.mkdir()
    with asking(home) as ask:
        ask("battery-add", {"battery": "bus", "cells_in_series": 96})
    trips = write_trips(tmp_path / "trips", trips=50)
    results = finish_all([home.start_verb(*trips.ingest_words("bus"), "--json") for _ in range(2)])
    assert [result.code for result in results] == [0, 0], results
    counts = [result.document() for result in results]
    assert sum(int(count["stored"]) for count in counts) == 50
    assert sum(int(count["duplicates"]) for count in counts) == 50
    check_whole(home)


def test_a_second_server_on_the_same_home_refuses(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home")
    with running_server(home) as server:
        known = home.server_file.read_bytes()
        begun = time.monotonic()
        second = home.verb("serve", "--port", "0")
        assert time.monotonic() - begun < 2 * PATIENCE_S
        assert second.code == TRY_LATER
        assert "role-taken" in second.err
        assert second.out == ""
        assert home.server_file.read_bytes() == known
        assert server.get("/readyz")[0] == 200
        assert home.done("battery", "add", "bus")["new"] is True
        assert server.stop() == 0
        # Native modules tell of what was not given back when the process ends.
        assert "leaked" not in server.said()
    assert not home.server_file.exists()
    with running_server(home) as server:
        assert server.get("/healthz")[0] == 200


def test_a_server_killed_leaves_its_home_to_the_next_verb(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home")
    with running_server(home) as server:
        server.ask("battery-add", {"battery": "bus"})
        server.kill()
        assert home.server_file.exists()
        assert home.done("battery", "add", "bus")["new"] is False


def test_a_verb_whose_server_dies_says_try_later(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home")
    trips = write_trips(tmp_path / "trips", trips=400)
    with running_server(home) as server:
        verb = home.start_verb(*trips.ingest_words("bus"), "--json")
        _wait_for_batches(home, verb)
        server.kill()
    result = finish(verb)
    assert (result.code, _code(result)) == (TRY_LATER, "server-unreachable")
    with asking(home) as ask:
        again = ask("ingest", trips.ingest_request("bus"))
    assert int(str(again["stored"])) + int(str(again["duplicates"])) == 400
    check_whole(home)


def _wait_for_batches(home: TestHome, verb: subprocess.Popen[str]) -> None:
    """Return once a running verb has stored something."""
    while verb.poll() is None and not stored_so_far(home.database):
        time.sleep(0.005)


def _code(result: VerbResult) -> str:
    return str(result.document()["error"]["code"])
