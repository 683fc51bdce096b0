"""A log in memory, served over HTTP by the platform's own addresses on a real socket.

In: entries. Out: an address, and stores that a test may tamper with.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette

from battery_passport.assembly.authorizing import build_authorizer
from battery_passport.ledger.tiles import TileName, serve_tile
from battery_passport.ledger.tree import TiledTree
from battery_passport.web.authorization import AccessControl
from battery_passport.web.log.ports import OpenedEpoch, WitnessStanding
from battery_passport.web.log.routes import routes
from tests.factories.ledger import LogWorld

START_TIMEOUT_S = 20.0


@dataclass
class MemoryPublishedLog:
    """Fulfils `web.log.ports.PublishedLog` with what a test holds; `note` stands in if given."""

    world: LogWorld
    note: bytes | None = None

    def checkpoint(self) -> bytes | None:
        newest = self.world.checkpoints.latest()
        return self.note or (None if newest is None else newest.note)

    def size(self) -> int:
        newest = self.world.checkpoints.latest()
        return 0 if newest is None else newest.head.size

    def tile(self, name: TileName) -> bytes:
        return serve_tile(self.world.tiles, name.level, name.index, width=name.width)

    def consistency(self, old_size: int, new_size: int) -> Sequence[bytes]:
        return TiledTree(self.world.tiles, new_size).consistency_path(old_size)

    def epochs(self, *, before: int | None, limit: int) -> Sequence[OpenedEpoch]:  # noqa: ARG002
        return ()

    def witnesses(self) -> tuple[int, Sequence[WitnessStanding]]:
        return 0, ()


@contextlib.contextmanager
def served(log: MemoryPublishedLog) -> Iterator[str]:
    """Serve a log while the block lasts; gives the address that `/checkpoint` follows."""
    application = Starlette(routes=routes(log))
    application.add_middleware(AccessControl, authorizer=build_authorizer())
    with on_a_socket(application) as address:
        yield f"{address}/log"


@contextlib.contextmanager
def on_a_socket(application: Starlette) -> Iterator[str]:
    """Serve an application on a free port of loopback, in a thread of this process."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        server = uvicorn.Server(uvicorn.Config(application, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + START_TIMEOUT_S
        while not server.started:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
