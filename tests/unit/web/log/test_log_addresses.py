"""The log's addresses: bytes, kinds and caching as C2SP tlog-tiles has them."""

from base64 import b64decode

import httpx
import pytest
from starlette.applications import Starlette

from battery_passport.assembly.authorizing import build_authorizer
from battery_passport.ledger.merkle import verify_consistency
from battery_passport.ledger.tiles import ENTRIES_LEVEL, parse_tile_path, tile_path
from battery_passport.web.authorization import AccessControl
from battery_passport.web.log.routes import routes
from tests.factories.asgi import asgi_client
from tests.factories.ledger import LogWorld, make_entries, make_log
from tests.factories.served_log import MemoryPublishedLog

SIZE = 600


@pytest.fixture(scope="module")
def world() -> LogWorld:
    """A log with a signed checkpoint, and entries that came after it."""
    made = make_log(size=SIZE)
    made.log.make_checkpoint()
    made.log.sequence(make_entries(range(SIZE, 1_000)))
    return made


@pytest.fixture(scope="module")
def client(world: LogWorld) -> httpx.Client:
    application = Starlette(routes=routes(MemoryPublishedLog(world)))
    application.add_middleware(AccessControl, authorizer=build_authorizer())
    return asgi_client(application, base_url="http://log.test")


def test_the_checkpoint_is_kept_for_seconds(client: httpx.Client, world: LogWorld) -> None:
    answer = client.get("/log/checkpoint")
    newest = world.checkpoints.latest()
    assert newest is not None
    assert answer.content == newest.note
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=2"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("path", "length", "kept"),
    [
        ("tile/0/000", 256 * 32, "immutable"),
        ("tile/0/001", 256 * 32, "immutable"),
        ("tile/0/002.p/88", 88 * 32, "max-age=3600"),
        ("tile/0/000.p/7", 7 * 32, "max-age=3600"),
        ("tile/1/000.p/2", 2 * 32, "max-age=3600"),
        ("tile/entries/000", 256 * 35, "immutable"),
        ("tile/entries/002.p/88", 88 * 35, "max-age=3600"),
    ],
)
def test_tiles_are_as_wide_as_their_path_says(
    client: httpx.Client, path: str, length: int, kept: str
) -> None:
    answer = client.get(f"/log/{path}")
    assert (answer.status_code, len(answer.content)) == (200, length)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert kept in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/002.p/89",  # beyond the checkpoint, although it is stored
        "tile/0/002",
        "tile/0/003",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/007",
        "tile/00/000",
        "tile/-1/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/000/000",
        "tile/1/001",
        "tile/entries/003",
        "tile/ENTRIES/000",
    ],
)
def test_any_other_spelling_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(f"/log/{path}").status_code == 404


@pytest.mark.parametrize("index", [0, 1, 999, 1_000, 1_234_067, 10**9 + 7])
@pytest.mark.parametrize("level", [ENTRIES_LEVEL, 0, 1, 63])
def test_a_path_is_read_back(level: int, index: int) -> None:
    for width in (1, 255, 256):
        name = parse_tile_path(tile_path(level, index, width))
        assert name is not None
        assert (name.level, name.index, name.width) == (level, index, width)


@pytest.mark.parametrize(("old", "new"), [(1, 600), (256, 257), (599, 600), (600, 600), (3, None)])
def test_consistency_is_proven(
    client: httpx.Client, world: LogWorld, old: int, new: int | None
) -> None:
    suffix = "" if new is None else f"&new={new}"
    answer = client.get(f"/log/consistency?old={old}{suffix}").json()
    size = SIZE if new is None else new
    roots = [world.log.root_at(each) for each in (old, size)]
    assert roots[0] is not None
    assert roots[1] is not None
    verify_consistency(
        old_size=old,
        old_root=roots[0],
        new_size=size,
        new_root=roots[1],
        path=[b64decode(step) for step in answer["path"]],
    )
    assert (answer["old"], answer["new"]) == (old, size)
