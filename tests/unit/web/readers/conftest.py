"""The application over memory with one reader of each kind signed in.

In: `tests.factories.readers`. Out: the fixtures `readers` and `ask`.
"""

from collections.abc import Callable, Iterator

import httpx
import pytest

from battery_passport.web.application import create_application
from tests.factories.asgi import asgi_client
from tests.factories.readers import MemoryReaders, sessions
from tests.factories.web import ADDRESS, memory_passports, web_services

Ask = Callable[[str], httpx.Client]


@pytest.fixture
def readers() -> MemoryReaders:
    return MemoryReaders(memory_passports().views)


@pytest.fixture
def ask(readers: MemoryReaders) -> Iterator[Ask]:
    """A client for each kind of reader, by name; a name that begins with `key-` sends a key."""
    passports = memory_passports(*readers.views.values())
    services = web_services(passports=passports, readers=readers)
    application = create_application(services, identification=sessions())
    made: list[httpx.Client] = []

    def client_of(name: str) -> httpx.Client:
        client = asgi_client(application, base_url=ADDRESS, headers={"Accept-Language": "en"})
        if name.startswith("key-"):
            client.headers["Authorization"] = f"Bearer {name}"
        elif name:
            client.cookies.set("bp_session", name)
        made.append(client)
        return client

    yield client_of
    for client in made:
        client.close()
