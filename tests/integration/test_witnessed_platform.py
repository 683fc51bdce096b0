"""A platform and two witnesses of others: proofs rest on both, and nothing waits when one is dead.

The platform is a server of its own; the witnesses are processes that a test kills and starts again.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from battery_passport.adapters.sql.row_digest import register
from battery_passport.foundation.errors import VerificationFailed
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.errors import TooFewWitnesses
from battery_passport.ledger.note import parse_note, verify_note
from battery_passport.proof.trust import parse_trust
from battery_passport.proof.verification import verify_bundle
from tests.factories.chain import require_engine
from tests.factories.installation import installed
from tests.integration.support.homes import TestHome
from tests.integration.support.servers import Server, running_server
from tests.integration.support.witnesses import WitnessProcess, found_witness, running

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("witnessed-platform")]

NAMES = ("one.example/witness", "two.example/witness")
RATING: JsonObject = {"rated_capacity_ah": 100.0, "cells_in_series": 8, "chemistry": "NMC"}


@dataclass
class Scene:
    """A platform's server and its witnesses."""

    server: Server
    witnesses: list[WitnessProcess]

    def passport(self, alias: str) -> None:
        self.server.ask("battery-add", {"battery": alias, **RATING})
        self.server.ask("passport-issue", {"battery": alias})

    def trust(self) -> bytes:
        return str(self.server.ask("trust-export", {})["content"]).encode()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    require_engine()
    tmp_path = tmp_path_factory.mktemp("scene")
    home = TestHome(tmp_path / "home", {"anchor_interval_s": "0.5", "witness_interval_s": "0.2"})
    with installed(home.folder) as installation:
        log_key = installation.keys.log.key
    witnesses = [
        found_witness(tmp_path / f"witness-{place}", name, log_key)
        for place, name in enumerate(NAMES)
    ]
    with running(*witnesses):
        settings = {
            **home.settings,
            "witnesses": ", ".join(each.setting for each in witnesses),
            "witnesses_required": "2",
        }
        with running_server(replace(home, settings=settings)) as server:
            yield Scene(server, witnesses)


def test_proofs_rest_on_two_witnesses(scene: Scene) -> None:
    scene.passport("first")
    trust = scene.trust()
    log = parse_trust(trust).log
    assert (log.witnesses_required, {key.name for key in log.witnesses}) == (2, set(NAMES))
    bundle = str(scene.server.ask("bundle", {"battery": "first"})["content"]).encode()
    verify_bundle(bundle, trust)
    document = json.loads(bundle)
    note = parse_note(document["tlogProof"].split("\n\n", 1)[1].encode())
    assert {key.name for key in verify_note(note, log.witnesses)} == set(NAMES)
    line = note.signatures[-1].line()
    without = bundle.replace(json.dumps(line)[1:-1].encode(), b"")
    without = without.replace(json.dumps(line, ensure_ascii=False)[1:-1].encode(), b"")
    assert without != bundle
    with pytest.raises((TooFewWitnesses, VerificationFailed)):
        verify_bundle(without, trust)
    _settle(lambda: all(each.ready for each in _standings(scene)))


def test_a_dead_witness_is_seen_and_stops_nothing(scene: Scene) -> None:
    scene.passport("before")
    scene.server.ask("bundle", {"battery": "before"})
    scene.witnesses[1].kill()
    scene.passport("second")
    answer = scene.server.home.verb("bundle", "second", "-o", str(_file(scene)))
    assert answer.code == 3, answer
    assert "not-cosigned-yet" in answer.err
    assert not _file(scene).exists()
    scene.server.wait_until_settled()
    scene.server.wait_until_anchored()
    _settle(lambda: _standings(scene)[1].failing)
    assert "does not answer" in scene.server.components()[f"witness {NAMES[1]}"]
    scene.passport("third")  # collection and issuing go on
    # What enough witnesses had cosigned before can still be proven.
    first = str(scene.server.ask("bundle", {"battery": "before"})["content"]).encode()
    verify_bundle(first, scene.trust())
    scene.witnesses[1].start()
    _settle(lambda: not _standings(scene)[1].failing)
    second = str(scene.server.ask("bundle", {"battery": "second"})["content"]).encode()
    verify_bundle(second, scene.trust())


def test_the_audit_names_a_changed_cosignature_and_the_block(scene: Scene) -> None:
    scene.passport("audited")
    scene.server.wait_until_anchored()
    _settle(lambda: all(each.ready for each in _standings(scene)))
    report = scene.server.ask("audit", {})
    assert report["finding"] is None
    assert int(str(report["cosignatures"])) >= 2
    database = sqlite3.connect(scene.server.home.database, isolation_level=None)
    register(database)
    size, witness, line = database.execute(
        "SELECT size, witness, line FROM cosignatures WHERE size IN"
        " (SELECT size FROM checkpoints WHERE anchored_at_ms IS NOT NULL) LIMIT 1"
    ).fetchone()
    changed = line[:-9] + ("A" if line[-9] != "A" else "B") + line[-8:]
    _note(database, size, witness, changed)
    found = scene.server.ask("audit", {})
    _note(database, size, witness, line)
    database.close()
    assert f"The cosignature of {witness} on {size} entries does not hold" in str(found["finding"])
    assert (found["at"], found["checkpoint"]) == (size - 1, size)
    assert isinstance(found["block"], int)
    assert scene.server.ask("audit", {})["finding"] is None


def _note(database: sqlite3.Connection, size: int, witness: str, line: str) -> None:
    statement = "UPDATE cosignatures SET line = ? WHERE size = ? AND witness = ?"
    database.execute(statement, (line, size, witness))


@dataclass
class Standing:
    """What /log/witnesses says of one."""

    size: int
    failing: bool

    @property
    def ready(self) -> bool:
        return self.size > 0 and not self.failing


def _standings(scene: Scene) -> list[Standing]:
    status, document = scene.server.get("/log/witnesses")
    assert status == 200
    assert document["required"] == 2
    return [
        Standing(size=each["size"], failing=each["failingSince"] is not None)
        for each in document["witnesses"]
    ]


def _file(scene: Scene) -> Path:
    return scene.server.home.folder.parent / "bundle.json"


def _settle(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
