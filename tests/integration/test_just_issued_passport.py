"""A passport that was issued a moment ago: its page is there at once and claims what is true.

In: an installation whose log has not yet given the newest version a place. Out: page and proof.
"""

import re
from collections.abc import Iterator

import httpx
import pytest

from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.public_site import build_site
from battery_passport.assembly.settings import PREFIX, load_settings
from battery_passport.foundation.identifiers import BatteryIdentifier
from tests.factories.asgi import asgi_client
from tests.factories.page_text import text_of
from tests.factories.reading_city import BATTERY, battery_of, register

pytestmark = pytest.mark.integration

IDENTIFIER = BatteryIdentifier(*BATTERY.split("/"))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    home = tmp_path_factory.mktemp("fresh") / "home"
    with opened_installation(load_settings({f"{PREFIX}HOME": str(home)})) as opened:
        register(opened)
        with opened.database.write() as connection:
            opened.issuer.issue(connection, battery_of(opened), opened.clock.now())
        yield opened


@pytest.fixture
def client(installation: Installation) -> httpx.Client:
    headers = {"Accept-Language": "en"}
    site = build_site(installation, waiting_batches=lambda: 0)
    return asgi_client(site, base_url="http://127.0.0.1:8000", headers=headers)


def test_its_page_is_there_and_says_what_is_still_to_come(client: httpx.Client) -> None:
    answer = client.get(f"/{IDENTIFIER.path}", headers={"Accept": "text/html"})
    said = text_of(answer)
    assert answer.status_code == 200
    assert "Signed by the issuer and unchanged since holds" in said
    assert re.search(r"Whether it is in the tamper-evident log\s+waiting", said)


def test_its_proof_is_to_be_asked_for_again(client: httpx.Client) -> None:
    answer = client.get(f"/v1/proofs/{IDENTIFIER.gtin}/{IDENTIFIER.serial}")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_once_it_is_on_the_ledger_nothing_waits(
    installation: Installation, client: httpx.Client
) -> None:
    installation.pipeline.settle()
    installation.anchoring.anchor_now()
    said = text_of(client.get(f"/{IDENTIFIER.path}", headers={"Accept": "text/html"}))
    assert re.search(r"Entered in the tamper-evident log number \d+ in a log of \d+ holds", said)
    assert client.get(f"/v1/proofs/{IDENTIFIER.gtin}/{IDENTIFIER.serial}").status_code == 200
