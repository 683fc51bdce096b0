"""The witness program as a process: what it cosigns, what it refuses, what it never forgets."""

import http.client
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from battery_passport.foundation.digests import sha256
from battery_passport.ledger.checkpoint import open_checkpoint, parse_checkpoint_text
from battery_passport.ledger.cosigning import cosignature_in
from battery_passport.ledger.errors import LogRolledBack, NoteNotSigned
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.ledger.note import parse_note, sign_note, verify_note
from battery_passport.ledger.note_keys import cosigned_at_s
from battery_passport.ledger.tree import TiledTree
from battery_passport.ledger.witnessing import Submission
from tests.factories.ledger import ORIGIN, LogWorld, make_entries, make_log
from tests.factories.served_log import MemoryPublishedLog, served
from tests.integration.support.powerfail import make_recorder
from tests.integration.support.witnesses import WitnessProcess, found_witness, running

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("witness")]

NAME = "witness.example.org/w1"
ROOTS = 24
"""Checkpoints of each of two histories in the campaign of sudden deaths."""


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[WitnessProcess]:
    made = found_witness(tmp_path / "witness", NAME, make_log().signer.key)
    with running(made):
        yield made


def grown(*portions: Sequence[int]) -> tuple[LogWorld, list[SignedCheckpoint]]:
    """A log that signed a checkpoint after each portion of entries."""
    world, signed = make_log(), []
    for portion in portions:
        world.log.sequence(make_entries(portion))
        signed.append(world.log.make_checkpoint())
    return world, signed


def body(world: LogWorld, checkpoint: SignedCheckpoint, *, old: int) -> bytes:
    tree = TiledTree(world.tiles, checkpoint.head.size)
    path = tree.consistency_path(old) if 0 < old <= tree.size else ()
    return Submission(old_size=old, path=tuple(path), note=parse_note(checkpoint.note)).encode()


def test_it_cosigns_a_log_that_goes_on(witness: WitnessProcess) -> None:
    world, (first, second) = grown(range(5), range(5, 300))
    for checkpoint, old in ((first, 0), (second, 5), (second, 300)):
        before_s = int(time.time())
        status, media_type, answer = witness.submit(body(world, checkpoint, old=old))
        assert (status, media_type) == (200, "text/plain; charset=utf-8"), answer
        line = cosignature_in(checkpoint.note, answer, witness.key)
        signature = verify_note(parse_note(checkpoint.note + line.encode()), [witness.key])
        assert before_s <= cosigned_at_s(signature[witness.key].signature) <= time.time()
    status, _type, note = witness.get(f"/{sha256(ORIGIN.encode()).hex()}/checkpoint")
    assert status == 200
    assert open_checkpoint(note, origin=ORIGIN, log_key=world.signer.key).head == second.head
    assert witness.key in verify_note(parse_note(note), [witness.key])


def test_it_refuses_what_the_protocol_refuses(witness: WitnessProcess) -> None:
    world, (first, second) = grown(range(5), range(5, 300))
    other = make_log(size=8, seed=b"\x05" * 32)
    wrong_key = sign_note(parse_note(first.note).text, [other.signer]).encode()
    foreign = sign_note("other.example/log\n5\n" + "A" * 43 + "=\n", [world.signer]).encode()
    path = f"/{sha256(ORIGIN.encode()).hex()}/checkpoint"
    assert witness.get(path)[0] == 404
    assert witness.submit(b"old 0\n\n" + wrong_key)[0] == 403
    assert witness.submit(b"old 0\n\n" + foreign)[0] == 404
    assert witness.submit(b"old 6\n\n" + first.note)[0] == 400
    for garbage in (b"", b"old 0\n", b"old 00\n\n" + first.note, b"old 0\nxx\n\n" + first.note):
        assert witness.submit(garbage)[0] == 400
    assert witness.submit(b"old 0\n" + b"x" * 200_000)[0] == 413
    assert witness.submit(b"old 0\n" + b"A" * 43 + b"=\n\n" + first.note)[0] == 422
    assert witness.submit(body(world, first, old=0))[0] == 200
    assert witness.submit(body(world, second, old=0))[:2] == (409, "text/x.tlog.size")
    assert witness.submit(body(world, second, old=0))[2] == b"5\n"
    assert witness.submit(b"old 5\n\n" + second.note)[0] == 422
    assert witness.submit(body(world, second, old=5))[0] == 200


def test_it_refuses_a_split_view_and_a_rollback(witness: WitnessProcess) -> None:
    world, (first, second) = grown(range(5), range(5, 20))
    forked, (_same, fork_of_first, fork) = grown(range(5), range(50, 60), range(60, 70))
    assert witness.submit(body(world, first, old=0))[0] == 200
    assert witness.submit(body(world, second, old=5))[0] == 200
    assert witness.submit(body(forked, fork, old=20))[0] == 422
    assert witness.submit(body(forked, fork_of_first, old=5))[:3] == (
        409,
        "text/x.tlog.size",
        b"20\n",
    )
    same_size, (_first, twin) = grown(range(5), range(80, 95))
    assert witness.submit(body(same_size, twin, old=20))[0] == 422
    assert witness.submit(body(world, first, old=5))[2] == b"20\n"
    witness.kill()
    witness.start()
    assert witness.submit(body(forked, fork, old=20))[0] == 422
    assert witness.submit(body(world, first, old=0))[2] == b"20\n"
    assert witness.submit(body(world, second, old=20))[0] == 200


class Racer(threading.Thread):
    """Hands in the checkpoints of one history in any order, and keeps what was cosigned."""

    def __init__(
        self, witness: WitnessProcess, first_entry: int, stopping: threading.Event
    ) -> None:
        super().__init__()
        self.world, self.checkpoints = grown(
            *(range(first_entry + 3 * n, first_entry + 3 * n + 3) for n in range(ROOTS))
        )
        self.cosigned: dict[bytes, int] = {}
        self._witness = witness
        self._stopping = stopping
        self._draws = random.Random(first_entry)

    def run(self) -> None:
        while not self._stopping.is_set():
            checkpoint = self._draws.choice(self.checkpoints)
            old = self._draws.randrange(0, checkpoint.head.size + 1, 3)
            try:
                self._hand_in(checkpoint, old)
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)  # it is dead for the moment

    def _hand_in(self, checkpoint: SignedCheckpoint, old: int) -> None:
        status, _type, answer = self._witness.submit(body(self.world, checkpoint, old=old))
        if status == 200:
            cosignature_in(checkpoint.note, answer, self._witness.key)
            self.cosigned[checkpoint.head.root] = checkpoint.head.size


def test_sudden_deaths_never_make_it_sign_two_histories(witness: WitnessProcess) -> None:
    """Two histories under one key race for its cosignature while it is killed again and again."""
    chance, stopping = random.Random(5), threading.Event()
    racers = [Racer(witness, first_entry, stopping) for first_entry in (0, 1_000)]
    for racer in racers:
        racer.start()
    for _death in range(4):
        time.sleep(0.2 + chance.random() * 0.5)
        witness.kill()
        witness.start()
    _wait_until(lambda: any(racer.cosigned for racer in racers))
    stopping.set()
    for racer in racers:
        racer.join()
    [winner] = [racer for racer in racers if racer.cosigned]
    note = witness.get(f"/{sha256(ORIGIN.encode()).hex()}/checkpoint")[2]
    remembered = parse_checkpoint_text(parse_note(note).text).head
    assert remembered in [each.head for each in winner.checkpoints]
    assert max(winner.cosigned.values()) <= remembered.size


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_power_failures_take_back_nothing_it_has_cosigned(shared: Path, tmp_path: Path) -> None:
    """The home is cut back to what a disk holds that kept only what was forced to it."""
    recorder = make_recorder(shared, tmp_path)
    world, checkpoints = grown(*(range(7 * n, 7 * n + 7) for n in range(12)))
    witness = found_witness(tmp_path / "witness", NAME, world.signer.key)
    old = 0
    for failure in range(4):
        recording = recorder.recording(witness.home.folder, name=f"failure-{failure}")
        witness.start(extra=recording.environment)
        try:
            for checkpoint in checkpoints[3 * failure : 3 * failure + 3]:
                status, _type, answer = witness.submit(body(world, checkpoint, old=old))
                assert status == 200, (old, answer)
                old = checkpoint.head.size
        finally:
            witness.kill()
        recording.cut_back(failure)
        recording.close()
    with running(witness):
        _until_seen(witness, old)


def test_it_reads_a_log_by_itself_and_sounds_the_alarm_at_a_fork(tmp_path: Path) -> None:
    world, (first, second) = grown(range(5), range(5, 700))
    log = MemoryPublishedLog(world, note=first.note)
    with served(log) as address:
        witness = found_witness(
            tmp_path / "witness", NAME, world.signer.key, url=address, witness_interval_s="0.1"
        )
        with running(witness):
            _until_seen(witness, 5)
            log.note = second.note
            _until_seen(witness, 700)
            forked, (_first, fork) = grown(range(5), range(900, 1_700))
            log.world, log.note = forked, fork.note
            log_file = witness.home.folder.with_suffix(".log")
            _wait_until(lambda: "ALARM" in log_file.read_text())
            assert LogRolledBack.__name__ in log_file.read_text()
            _until_seen(witness, 700)


def test_a_strangers_cosignature_is_none(witness: WitnessProcess, tmp_path: Path) -> None:
    world, (first,) = grown(range(5))
    other = found_witness(tmp_path / "other", NAME, world.signer.key)
    _status, _type, answer = witness.submit(body(world, first, old=0))
    with pytest.raises(NoteNotSigned):
        cosignature_in(first.note, answer, other.key)


def test_a_home_in_use_is_no_witness_s(witness: WitnessProcess) -> None:
    assert witness.home.verb("witness", "--init", "again").code == 2
    assert witness.home.verb("witness", "--port", "0").code == 3


def _until_seen(witness: WitnessProcess, size: int) -> None:
    _wait_until(lambda: f"log {ORIGIN} {size}\n" in witness.get("/")[2].decode())


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
