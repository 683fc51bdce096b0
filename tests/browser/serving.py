"""An application on a free loopback port, in a thread of the test's own process.

In: how to make the application, given its address. Out: the address, while the block lasts.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

START_WITHIN_S = 20


@contextmanager
def serving(make: Callable[[str], ASGIApp]) -> Iterator[str]:
    """Serve an application while the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(make(address), log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            wait_until_started(server)
            yield address
        finally:
            server.should_exit = True
            thread.join()


def wait_until_started(server: uvicorn.Server) -> None:
    """Return once the server answers."""
    until = time.monotonic() + START_WITHIN_S
    while not server.started:
        assert time.monotonic() < until, f"The server did not start within {START_WITHIN_S} s."
        time.sleep(0.02)
