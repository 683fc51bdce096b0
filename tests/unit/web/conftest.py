"""One application over memory for a module, and a client for it.

In: `tests.factories.web`. Out: the fixtures `logs` and `client`.
"""

from collections.abc import Iterator

import httpx
import pytest

from battery_passport.web.application import create_application
from tests.factories.asgi import asgi_client
from tests.factories.web import ADDRESS, Logs, web_services


@pytest.fixture
def logs() -> Logs:
    return Logs()


@pytest.fixture
def client(logs: Logs) -> Iterator[httpx.Client]:
    """A client that asks for Korean pages, as a browser in Korea does."""
    application = create_application(web_services(logs=logs))
    headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"}
    with asgi_client(application, base_url=ADDRESS, headers=headers) as made:
        yield made
