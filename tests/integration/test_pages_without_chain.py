"""Pages of a home whose consortium's nodes are all out of reach: they stay up and claim less.

In: an installation that anchored once and cannot reach any node now. Out: pages, quickly.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.public_site import build_site
from battery_passport.assembly.settings import PREFIX, load_settings
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject
from tests.factories.asgi import asgi_client
from tests.factories.page_text import text_of
from tests.factories.reading_city import BATTERY, register

pytestmark = pytest.mark.integration

IDENTIFIER = BatteryIdentifier(*BATTERY.split("/"))
NOBODY = "http://127.0.0.1:9,http://127.0.0.1:19"
"""Ports on which nothing listens."""

MEMBER = "0x" + "ab" * 20
SETTINGS = {
    f"{PREFIX}CHAIN_ENGINE": "consortium",
    f"{PREFIX}CHAIN_NETWORK": "somebody-elses-network",
    f"{PREFIX}CHAIN_RPC_URLS": NOBODY,
    f"{PREFIX}CHAIN_COMET_URLS": NOBODY,
    f"{PREFIX}CHAIN_NAMES": f"{MEMBER}=City;시",
}

NOTED: JsonObject = {
    "number": 0,
    "block": 17,
    "blockHash": "aa" * 32,
    "transaction": "bb" * 32,
}


@dataclass
class Place:
    """An installation and a client who asks for its pages in English."""

    installation: Installation
    client: httpx.Client

    def page(self, path: str) -> tuple[int, str]:
        """Return the status and the words of a page that came quickly."""
        begun_s = time.monotonic()
        answer = self.client.get(path)
        assert time.monotonic() - begun_s < 5
        return answer.status_code, text_of(answer)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("alone") / "home"
    with opened_installation(load_settings({f"{PREFIX}HOME": str(home), **SETTINGS})) as opened:
        register(opened)
        opened.pipeline.settle(timeout_s=30)
        checkpoint = opened.anchoring.sign_checkpoint()
        assert checkpoint is not None
        _note_anchor(opened, checkpoint.head.size)
        headers = {"Accept": "text/html", "Accept-Language": "en"}
        site = build_site(opened, waiting_batches=lambda: 0)
        yield Place(opened, asgi_client(site, base_url="http://127.0.0.1:8000", headers=headers))


def _note_anchor(installation: Installation, size: int) -> None:
    """Remember an anchor of which no finality proof was ever fetched."""
    with installation.database.write() as connection:
        SqlCheckpointStore(connection).mark_anchored(
            size, anchor=NOTED, moment=installation.clock.now()
        )


def test_the_ledger_says_that_nobody_answers_and_shows_what_was_noted(place: Place) -> None:
    status, said = place.page("/ledger")
    assert status == 200
    assert "on a ledger that several organisations run together" in said
    assert "The ledger does not answer" in said
    assert "No. 0" in said
    assert "Development ledger" not in said


def test_lists_of_what_is_known_here_stay_and_blocks_say_later(place: Place) -> None:
    assert place.page("/ledger/checkpoints")[0] == 200
    assert place.page("/ledger/anchors")[0] == 200
    assert place.page("/ledger/blocks")[0] == 503
    assert place.page("/ledger/blocks/17")[0] == 503


def test_a_passport_stays_up_and_says_what_was_not_checked(place: Place) -> None:
    status, said = place.page(f"/{IDENTIFIER.path}")
    assert status == 200
    assert "Verified in part" in said
    assert "Signed by the issuer and unchanged since holds" in said
    assert re.search(r"Whether the checkpoint is recorded on the ledger\s+not checked", said)
    assert "development ledger" not in said


def test_a_records_way_rests_on_what_was_noted(place: Place) -> None:
    status, said = place.page(f"/ledger/of/{IDENTIFIER.path}?version=1")
    assert status == 200
    assert "Agreed on by the validators" in said
    assert "block 17" in said


def test_names_are_those_of_the_setting(place: Place) -> None:
    assert place.installation.settings.chain.names == {MEMBER: ("City", "시")}


@pytest.mark.parametrize(
    "names", ["0xab=City", f"{MEMBER}", f"{MEMBER}=", f"{MEMBER}={'x' * 81}", "=City"]
)
def test_names_of_no_address_stop_the_start(tmp_path: Path, names: str) -> None:
    wrong = {f"{PREFIX}HOME": str(tmp_path), **SETTINGS, f"{PREFIX}CHAIN_NAMES": names}
    with pytest.raises(Exception, match="CHAIN_NAMES"):
        load_settings(wrong)
