"""Our log before judges that others wrote: tessera's fsck, and golang.org/x/mod's note and tlog.

Both see the log as their users would, over HTTP, and both must refuse a tampered copy.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from battery_passport.adapters.sql.acts import NO_BATTERY
from battery_passport.adapters.sql.facts import Announcement, FactStore
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.note_keys import Ed25519NoteSigner, VerifierKey
from battery_passport.ledger.tiles import ENTRIES_LEVEL
from battery_passport.ledger.tlog_proof import parse_tlog_proof
from battery_passport.ledger.tree import TiledTree
from tests.factories.go_judges import fsck, judged, logjudge
from tests.factories.installation import installed
from tests.factories.ledger import ORIGIN, LogWorld, make_entries, make_entry, make_log
from tests.factories.served_log import MemoryPublishedLog, served
from tests.integration.support.homes import TestHome
from tests.integration.support.servers import running_server

SIZE = 70_000
"""Full and partial tiles on three levels."""

STEPS = (1, 256, 257, 65_536, SIZE)


@pytest.fixture(scope="module")
def grown() -> LogWorld:
    """A log that signed checkpoints while it grew."""
    world = make_log()
    for before, after in zip((0, *STEPS), STEPS, strict=False):
        world.log.sequence(make_entries(range(before, after)))
        world.log.make_checkpoint()
    return world


@pytest.fixture
def copy(grown: LogWorld) -> Iterator[LogWorld]:
    """The same log, to be tampered with and then put right."""
    tiles = dict(grown.tiles.tiles)
    yield grown
    grown.tiles.tiles = tiles


def fsck_of(address: str, key: VerifierKey, folder: Path) -> tuple[bool, str]:
    file = folder / "log.vkey"
    file.write_text(key.text())
    words = ("--storage_url", f"{address}/", "--public_key", str(file), "--ui=false", "-N", "4")
    _ended, said = judged(str(fsck()), *words)
    # Its exit code is 0 whatever it finds: what it says is what counts.
    return "Successfully fsck'd log" in said and "fsck failed" not in said, said


def case_of(world: LogWorld, *indices: int) -> dict[str, object]:
    """What the small judge reads: the newest checkpoint with proofs under it."""
    *older, newest = world.checkpoints.larger_than(0, limit=100)
    tree = TiledTree(world.tiles, newest.head.size)
    return {
        "vkeys": [world.signer.key.text()],
        "checkpoint": newest.note.decode(),
        "inclusions": [
            {
                "index": index,
                "entry": b64(make_entry(index)),
                "path": [b64(p) for p in tlog_path(world, index)],
            }
            for index in indices
        ],
        "consistency": [
            {
                "checkpoint": each.note.decode(),
                "path": [b64(p) for p in tree.consistency_path(each.head.size)],
            }
            for each in older
        ],
    }


def tlog_path(world: LogWorld, index: int) -> tuple[bytes, ...]:
    newest = world.checkpoints.latest()
    assert newest is not None
    return parse_tlog_proof(world.log.prove_inclusion(index, newest)).path


def b64(octets: bytes) -> str:
    return b64encode(octets).decode()


def judge(case: dict[str, object]) -> tuple[bool, str]:
    return judged(str(logjudge()), given=json.dumps(case))


def test_tessera_accepts_the_log_as_served(grown: LogWorld, tmp_path: Path) -> None:
    with served(MemoryPublishedLog(grown)) as address:
        content, said = fsck_of(address, grown.signer.key, tmp_path)
    assert content, said


def flip(world: LogWorld, level: int, index: int, at: int) -> None:
    content = bytearray(world.tiles.tiles[level, index])
    content[at] ^= 1
    world.tiles.tiles[level, index] = bytes(content)


@pytest.mark.parametrize("place", [(ENTRIES_LEVEL, 100, 40), (0, 3, 31), (0, 273, 0), (1, 0, 0)])
def test_tessera_refuses_a_tampered_copy(
    copy: LogWorld, tmp_path: Path, place: tuple[int, int, int]
) -> None:
    flip(copy, *place)
    with served(MemoryPublishedLog(copy)) as address:
        content, said = fsck_of(address, copy.signer.key, tmp_path)
    assert not content, said


def test_tessera_refuses_a_checkpoint_of_another_key(grown: LogWorld, tmp_path: Path) -> None:
    stranger = Ed25519NoteSigner.from_seed(ORIGIN, b"\x07" * 32)
    with served(MemoryPublishedLog(grown)) as address:
        content, said = fsck_of(address, stranger.key, tmp_path)
    assert not content, said


def test_note_and_tlog_accept_checkpoints_and_proofs(grown: LogWorld) -> None:
    content, said = judge(case_of(grown, 0, 1, 255, 256, 65_535, 65_536, SIZE - 1))
    assert content, said


def _first(case: dict[str, object], kind: str) -> dict[str, object]:
    items = case[kind]
    assert isinstance(items, list)
    first: dict[str, object] = items[0]
    return first


def _shorten(case: dict[str, object], kind: str) -> None:
    path = _first(case, kind)["path"]
    assert isinstance(path, list)
    path.pop()


def _swap_entry(case: dict[str, object]) -> None:
    _first(case, "inclusions")["entry"] = b64(make_entry(8))


def _move(case: dict[str, object]) -> None:
    _first(case, "inclusions")["index"] = 6


def _grow(case: dict[str, object]) -> None:
    case["checkpoint"] = str(case["checkpoint"]).replace("\n70000\n", "\n70001\n")


@pytest.mark.parametrize(
    "tamper",
    [
        _swap_entry,
        _move,
        _grow,
        lambda case: _shorten(case, "inclusions"),
        lambda case: _shorten(case, "consistency"),
    ],
)
def test_note_and_tlog_refuse_what_was_tampered_with(
    grown: LogWorld, tamper: Callable[[dict[str, object]], None]
) -> None:
    case = case_of(grown, 7)
    tamper(case)
    content, said = judge(case)
    assert not content, said


def test_both_accept_the_log_of_a_running_server(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home", {"rate_limit_factor": "0", "anchor_interval_s": "3600"})
    home.folder.mkdir()
    with installed(home.folder) as installation:
        with installation.database.write() as connection:
            store = FactStore(connection)
            for number in range(600):
                fact = Announcement(kind="t", battery_id=NO_BATTERY, digest=sha256(b"%d" % number))
                store.announce(fact, installation.clock.now())
        installation.pipeline.settle()
        installation.anchoring.sign_checkpoint()
        key = installation.keys.log.key
    with running_server(home) as server:
        address = f"http://127.0.0.1:{server.port}/log"
        content, said = fsck_of(address, key, tmp_path)
        assert content, said
        content, said = judged(str(logjudge()), "-url", address, "-vkey", key.text())
        assert content, said
