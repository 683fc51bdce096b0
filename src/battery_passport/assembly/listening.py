"""A socket that listens, and an orderly end: what every server of ours begins and ends with.

In: an address. Out: a listening socket; SIGTERM as an exception that unwinds.
"""

import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from battery_passport.foundation.errors import Misconfigured

_LOG = logging.getLogger(__name__)
_WAITING_CONNECTIONS = 512


class PortTaken(Misconfigured):
    """The port cannot be listened on."""

    code = "port-taken"
    remedy = "Set BATTERY_PASSPORT_PORT to another port, or to 0 for any free one."


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Give a socket that listens; port 0 takes a free one.

    Raises: PortTaken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise PortTaken(f"Port {port} of {host} cannot be used: {error.strerror}.") from error
        listener.listen(_WAITING_CONNECTIONS)
        listener.setblocking(False)  # noqa: FBT003 - the standard library's own parameter
        yield listener


@contextmanager
def ended_by_request() -> Iterator[None]:
    """Make SIGTERM an orderly end: answers are sent, what runs beside is ended, nothing is left.

    uvicorn sends itself the signal again once it has shut down, which would end the process there
    and then.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    except SystemExit:
        _LOG.info("the server was asked to end")
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit
