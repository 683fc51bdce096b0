"""One application with the ledger's pages for all tests: what it tells is changed, then put back.

In: `tests.factories.explorer`. Out: the fixture `stage`.
"""

from collections.abc import Iterator

import pytest

from tests.factories.asgi import asgi_client
from tests.factories.explorer import MemoryLedger, MemoryRecords, explorer_application
from tests.factories.explorer_stage import Stage
from tests.factories.web import ADDRESS


@pytest.fixture(scope="package")
def one_stage() -> Stage:
    ledger, records = MemoryLedger(), MemoryRecords()
    application = explorer_application(ledger, records)
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    return Stage(ledger, records, asgi_client(application, base_url=ADDRESS, headers=headers))


@pytest.fixture
def stage(one_stage: Stage) -> Iterator[Stage]:
    """The stage with all well at first."""
    one_stage.set_up()
    yield one_stage
    one_stage.set_up()
