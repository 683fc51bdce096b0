"""Unit tests reach no network, not even this machine's own.

In: every unit test. Out: an error at the first connection or listening socket it tries to make.
"""

import socket
from typing import NoReturn

import pytest


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to connect or listen."""

    def refuse(_self: socket.socket, address: object) -> NoReturn:
        raise AssertionError(f"a unit test used the network: {address!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)
