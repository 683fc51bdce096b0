"""A backup taken while everything goes on, and what comes of it in an empty place."""

import json
import threading
from itertools import count
from pathlib import Path
from typing import Self

import pytest

from battery_passport.adapters.sql.evidence import EvidenceStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.backup import Restore, back_up, restore
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.verification import verify_bundle
from tests.factories.installation import run
from tests.factories.made_up_cars import Car, enrol, opened, send, settings_of
from tests.factories.postgresql import running_cluster

pytestmark = pytest.mark.integration

PASSPHRASE = "열두 글자가 넘는 암호입니다"


def url_of(kind: str) -> str:
    return "" if kind == "sqlite" else running_cluster().fresh(template="template0")


def bundle_and_trust(installation: Installation, alias: str) -> tuple[bytes, bytes]:
    bundle = run(installation, "bundle", battery=alias, evidence=False)["content"]
    return str(bundle).encode(), str(run(installation, "trust-export")["content"]).encode()


def member(document: JsonObject, name: str) -> JsonObject:
    found = document[name]
    assert isinstance(found, dict)
    return found


def batches_in(installation: Installation) -> int:
    with installation.database.read() as connection:
        return EvidenceStore(connection).count()


class Ingesting:
    """Sends batches and runs the pipeline in threads of their own until the block ends."""

    def __init__(self, installation: Installation, car: Car) -> None:
        self._installation = installation
        self._car = car
        self._done, self.begun = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=each) for each in (self._send, self._sequence)]
        self.acknowledged = 0
        self.errors: list[BaseException] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        for start in count(0, 5):
            send(self._installation, self._car, range(start, start + 5))
            self.acknowledged = start + 5
            self.begun.set()
            if self._done.wait(0.05):
                return

    def _sequence(self) -> None:
        while not self._done.wait(0.05):
            try:
                self._installation.pipeline.settle()
                self._installation.anchoring.sign_checkpoint()
            except BaseException as error:
                self.errors.append(error)
                raise


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("sqlite", "postgresql"),
        ("postgresql", "sqlite"),
    ],
)
def test_a_backup_taken_while_batches_come_in_is_whole(
    source: str, target: str, tmp_path: Path
) -> None:
    url, output = url_of(source), tmp_path / "backup.tar"
    with opened(tmp_path / "home", url) as installation:
        car = enrol(installation, "car-1")
        send(installation, car, range(1_000, 1_020))
        run(installation, "passport-issue", battery="car-1")
        assert run(installation, "evidence-seal", days=0)["batches"] == 20
        bundle, trust = bundle_and_trust(installation, "car-1")
        with Ingesting(installation, car) as ingesting:
            assert ingesting.begun.wait(10)
            before = ingesting.acknowledged
            told = back_up(settings_of(tmp_path / "home", url), output, passphrase=PASSPHRASE)
            after = batches_in(installation)
        assert ingesting.errors == []
    checkpoint = str(told["checkpoint"]).encode()

    other = url_of(target)
    settings = settings_of(tmp_path / "restored", other)
    asked = Restore(file=output, passphrase=PASSPHRASE, published_checkpoint=checkpoint)
    found = restore(settings, asked)
    assert found["rows"] == told["rows"]
    assert member(found, "audit")["finding"] is None
    assert member(found, "log")["new"] is False
    assert verify_bundle(bundle, trust).lines()

    with opened(tmp_path / "restored", other) as installation:
        assert before + 20 <= batches_in(installation) <= after
        rebuilt = installation.history.read(car.battery_id)
        assert len(rebuilt.sampled_at_ms) == 5 * batches_in(installation)
        send(installation, car, range(5_000, 5_003))
        run(installation, "passport-issue", battery="car-1")
        newer, same_trust = bundle_and_trust(installation, "car-1")
        assert json.loads(same_trust) == json.loads(trust)
        assert verify_bundle(newer, trust).lines()
        assert run(installation, "audit")["finding"] is None
