"""The whole thread with its records in a database server: the same figures, proofs and refusals."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import EvidenceStore, Outcome
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.postgresql import (
    DatabaseUnreachable,
    MalformedDatabaseUrl,
    open_postgresql,
)
from battery_passport.assembly.foreign_log import ForeignLog
from battery_passport.assembly.settings import load_settings
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.proof.recomputation import recompute_bundle
from battery_passport.proof.verification import verify_bundle
from tests.factories.installation import ingest_ev10, run
from tests.factories.made_up_cars import enrol, opened, send
from tests.factories.postgresql import running_cluster

pytestmark = pytest.mark.integration

RATING: dict[str, JsonValue] = {"rated_capacity_ah": 100, "cells_in_series": 84, "chemistry": "NCM"}


@pytest.fixture
def url() -> str:
    return running_cluster().fresh(template="template0")


def test_the_thread_is_the_same_on_either_database(shared: Path, tmp_path: Path, url: str) -> None:
    figures = []
    for place in ("", url):
        with opened(tmp_path / f"home-{bool(place)}", place) as installation:
            alias = ingest_ev10(installation, shared, 3, **RATING)
            health = run(installation, "diagnose", battery=alias)["state_of_health"]
            assert isinstance(health, dict)
            # The batches' digests differ, because each installation's device has a name of its own.
            figures.append({name: value for name, value in health.items() if name != "evidence"})
            run(installation, "passport-issue", battery=alias)
            bundle = run(installation, "bundle", battery=alias, evidence=True)["content"]
            trust = run(installation, "trust-export")["content"]
            assert run(installation, "audit")["finding"] is None
        assert verify_bundle(str(bundle).encode(), str(trust).encode()).batches > 0
        again = recompute_bundle(str(bundle).encode(), str(trust).encode())
        assert again.as_json()["agrees"] is True
    assert figures[0] == figures[1]
    assert not (tmp_path / "home-True" / "records.sqlite").exists()


def test_a_home_does_not_sign_the_log_of_another(tmp_path: Path, url: str) -> None:
    with opened(tmp_path / "first", url) as installation:
        send(installation, enrol(installation, "car-1"), range(2))
        installation.pipeline.settle()
        assert installation.anchoring.sign_checkpoint() is not None
    with pytest.raises(ForeignLog), opened(tmp_path / "second", url):
        pass
    with opened(tmp_path / "first", url) as installation:
        assert run(installation, "audit")["finding"] is None


def test_a_lost_connection_is_told_as_such_and_loses_nothing_acknowledged(
    tmp_path: Path, url: str
) -> None:
    with opened(tmp_path / "home", url) as installation:
        car = enrol(installation, "car-1")
        assert send(installation, car, range(3)) == [Outcome.STORED] * 3
        with pytest.raises(DatabaseUnreachable):
            lose_connection_within_a_write(installation.database, url)
        assert send(installation, car, range(5)) == [
            *[Outcome.DUPLICATE] * 3,
            *[Outcome.STORED] * 2,
        ]
        assert run(installation, "audit")["finding"] is None


def lose_connection_within_a_write(database: Database, url: str) -> None:
    other = open_postgresql(url)
    try:
        with database.write() as connection:
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with other.append() as killing:
                killing.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            connection.execute(text("SELECT 1"))
    finally:
        other.close()


WRITER = """
import sys
import time
from pathlib import Path
from itertools import count
from tests.factories.made_up_cars import Car, opened, send
from uuid import UUID
home, url, alias, battery, device, reference = sys.argv[1:]
car = Car(alias=alias, battery_id=UUID(battery), device_id=UUID(device),
          battery_ref=bytes.fromhex(reference), seed=(alias.encode() * 32)[:32])
with opened(Path(home), url) as installation:
    for start in count(0, 5):
        send(installation, car, range(start, start + 5))
        print(start + 5, flush=True)
        time.sleep(0.1)
"""


def test_processes_that_write_at_once_and_are_killed_lose_nothing_acknowledged(
    tmp_path: Path, url: str, repository: Path
) -> None:
    home = tmp_path / "home"
    with opened(home, url) as installation:
        cars = [enrol(installation, f"car-{number}") for number in (1, 2)]
        environment = {**os.environ, "PYTHONPATH": f"{repository}/src:{repository}"}
        writers = []
        for car in cars:
            words = [home, url, car.alias, car.battery_id, car.device_id, car.battery_ref.hex()]
            command = [sys.executable, "-c", WRITER, *map(str, words)]
            writers.append(
                subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
            )
        acknowledged = []
        for writer in writers:
            assert writer.stdout is not None
            acknowledged.append([int(writer.stdout.readline()) for _ in range(6)][-1])
            installation.pipeline.settle()
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
        assert run(installation, "audit")["finding"] is None
        with installation.database.read() as connection:
            evidence, facts = EvidenceStore(connection), FactStore(connection)
            for car, sent in zip(cars, acknowledged, strict=True):
                assert evidence.count(car.battery_id) >= sent
            assert facts.count_pending() == 0
            assert facts.cursor("batch-reader") == len(facts.from_index(0, 100_000))


@pytest.mark.parametrize(
    "address",
    [
        "mysql://me:hunter2@here/db",
        "postgresql://me:hunter2@here",
        "hunter2",
        "postgresql://[hunter2",
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated(address: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedDatabaseUrl) as refusal, opened(tmp_path / "home", address):
        pass
    told = str(refusal.value) + repr(refusal.value.__cause__)
    settings = load_settings({"BATTERY_PASSPORT_DATABASE_URL": address})
    assert "hunter2" not in told
    assert "hunter2" not in repr(settings)


def test_a_server_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    address = f"postgresql://me:hunter2@/db?host={tmp_path}"
    with pytest.raises(DatabaseUnreachable) as refusal, opened(tmp_path / "home", address):
        pass
    assert "hunter2" not in str(refusal.value) + repr(refusal.value.__cause__)
