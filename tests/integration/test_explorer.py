"""The ledger's pages on a real server with the embedded ledger: true, private, and up without it.

In: an installation with readers. Out: pages that show what is on the chain, or say that it is gone.
"""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from battery_passport.adapters.sql.ledger_keys import SqlLedgerTokens
from battery_passport.adapters.sql.opening import open_database
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject
from tests.factories.page_text import text_of
from tests.factories.reading_city import BATTERY, ReadingCity, battery_of, reading_city
from tests.integration.support.homes import TestHome
from tests.integration.support.servers import Server, running_server

pytestmark = pytest.mark.integration

IDENTIFIER = BatteryIdentifier(*BATTERY.split("/"))
RECORDS = f"/ledger/of/{IDENTIFIER.path}"
ALARM_S = 2.0
PATIENCE_S = 60.0
USED: JsonObject = {
    "battery": BATTERY,
    "type": "use_reported",
    "values": {"full_cycles": "313"},
}


@dataclass
class Place:
    """A running server, who reads there, and under which key the ledger knows the battery."""

    server: Server
    city: ReadingCity
    key: bytes

    def page(self, path: str, *, session: str = "", purpose: str = "") -> httpx.Response:
        headers = {"Accept": "text/html", "Accept-Language": "en"}
        cookies = {"bp_session": self.city.sessions[session]} if session else {}
        with httpx.Client(
            base_url=f"http://127.0.0.1:{self.server.port}", headers=headers, cookies=cookies
        ) as client:
            if purpose:
                self._name_purpose(client, purpose)
            return client.get(path, timeout=30)

    def _name_purpose(self, client: httpx.Client, purpose: str) -> None:
        """Answer what the passport is read for, as its page asks."""
        asked = client.get(f"/{IDENTIFIER.path}")
        found = re.search(r'name="csrf" value="([^"]+)"', asked.text)
        assert found, asked.text
        form = {"csrf": found[1], "purpose": purpose}
        origin = {"Origin": str(client.base_url).rstrip("/")}
        assert client.post(f"/{IDENTIFIER.path}", data=form, headers=origin).status_code == 303

    @property
    def engine_pid(self) -> int:
        told = json.loads((self.server.home.folder / "run" / "chain.json").read_bytes())
        return int(told["pid"])

    @contextmanager
    def silent_chain(self) -> Iterator[None]:
        """Stop the ledger's engine as if its machine hung: it accepts and never answers."""
        pid = self.engine_pid
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    settings = {
        "rate_limit_factor": "0",
        "anchor_interval_s": "0.5",
        "anchor_alarm_s": str(ALARM_S),
        "state_interval_s": "1",
    }
    home = TestHome(tmp_path_factory.mktemp("explorer") / "home", settings=settings)
    with reading_city(home.folder) as (installation, city):
        battery = battery_of(installation)
    with running_server(home) as server:
        server.ask("bundle", {"battery": BATTERY})  # waits for the chain
        server.wait_until_anchored()
        yield Place(server, city, _key(home.folder, battery.battery_id))


def _key(folder: Path, battery_id: object) -> bytes:
    """Return the battery's key on the ledger, once the registry's keeper has made it."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        database = open_database("", folder / "records.sqlite")
        try:
            with database.read() as connection:
                token = SqlLedgerTokens(connection).of(battery_id)  # type: ignore[arg-type]
        finally:
            database.close()
        if token is not None:
            return token.onchain_key
        time.sleep(0.2)
    raise AssertionError("the battery never got a key on the ledger")


def eventually(place: Place, path: str, words: str, *, session: str = "") -> str:
    """Return what a page says once it says those words."""
    deadline = time.monotonic() + PATIENCE_S
    while words not in (said := text_of(place.page(path, session=session))):
        assert time.monotonic() < deadline, said
        time.sleep(0.3)
    return said


def test_the_first_page_tells_of_the_real_ledger(place: Place) -> None:
    answer = place.page("/ledger")
    said = text_of(answer)
    assert answer.status_code == 200
    assert "Development ledger" in said
    assert "this platform's organisation member" in said
    assert "records this log's checkpoints" in said
    assert "No node of the ledger answers" not in said


def test_every_block_is_told_in_plain_words(place: Place) -> None:
    height = _newest(place.page("/ledger/blocks"), "blocks")
    told = [text_of(place.page(f"/ledger/blocks/{number}")) for number in range(1, height + 1)]
    assert "A contract set up: Registry of passports" in told[0]
    assert "A role given" in told[0]
    assert any("Checkpoint recorded The log's state with" in each for each in told)
    assert any("issued batch number 0. Passport versions in it: 1." in each for each in told)
    assert not any("Another transaction" in each for each in told)


def test_a_checkpoint_leads_to_its_block_and_back(place: Place) -> None:
    size = _newest(place.page("/ledger/anchors"), "checkpoints")
    checkpoint = place.page(f"/ledger/checkpoints/{size}")
    assert "Recorded on the development ledger" in text_of(checkpoint)
    block = re.search(r'href="(/ledger/blocks/\d+)"', checkpoint.text)
    assert block
    assert f'href="/ledger/checkpoints/{size}"' in place.page(block[1]).text


def _newest(answer: httpx.Response, kind: str) -> int:
    """Return the number of the first row of a list."""
    found = re.search(rf'href="/ledger/{kind}/(\d+)"', answer.text)
    assert found, answer.text
    return int(found[1])


def test_a_stranger_follows_a_version_to_its_block_and_learns_nothing_else(place: Place) -> None:
    said = eventually(place, f"{RECORDS}?version=1", "It has come all the way to the ledger")
    assert "In a block of the development ledger" in said
    assert "registry" not in said
    page = place.page(f"{RECORDS}?version=1").text
    assert place.key.hex() not in page
    for hidden in ("event=1", "statement=1", "figures=1", "measurement=1"):
        assert place.page(f"{RECORDS}?{hidden}").status_code == 404
    assert "Events" not in text_of(place.page(RECORDS))


def test_an_owner_sees_his_key_and_his_records(place: Place) -> None:
    said = eventually(place, f"{RECORDS}?version=1", "In a batch on the ledger", session="owner")
    assert "number 0, with 1 passports" in said
    shelf = text_of(place.page(RECORDS, session="owner"))
    assert "Health statements" in shelf
    assert "Events" in shelf
    statement = place.page(f"{RECORDS}?statement=1", session="owner")
    assert "Computed and signed" in text_of(statement)
    event = place.page(f"{RECORDS}?event=1", session="owner")
    assert "Reported" in text_of(event)


def test_a_recycler_sees_the_status_by_law_but_not_how_to_follow_the_battery(place: Place) -> None:
    path = f"{RECORDS}?version=1"
    unnamed = place.page(path, session="recycler")
    assert "registry" not in text_of(unnamed)
    named = place.page(path, session="recycler", purpose="legitimate-interest")
    said = text_of(named)
    assert "The battery in the registry" in said
    assert "number 0" not in said.partition("The battery in the registry")[2]
    assert place.key.hex() not in named.text


def test_the_public_pages_name_no_battery(place: Place) -> None:
    pages = ["/ledger", "/ledger/checkpoints", "/ledger/anchors", "/ledger/states"]
    for path in pages:
        text = place.page(path).text
        assert IDENTIFIER.serial not in text
        assert place.key.hex() not in text


def test_while_the_chain_hangs_pages_answer_and_say_that_anchoring_is_delayed(
    place: Place,
) -> None:
    with place.silent_chain():
        place.server.ask("event-add", USED)
        begun_s = time.monotonic()
        first = place.page("/ledger")
        took_s = time.monotonic() - begun_s
        assert first.status_code == 200
        assert took_s < 8, "the page waited for the chain"
        said = eventually(place, "/ledger", "Anchoring delayed")
        assert "Nothing is lost" in said
        assert "nothing new has reached the ledger" in said
        assert place.page("/ledger/blocks").status_code == 503
        assert place.page("/ledger/checkpoints").status_code == 200
        way = text_of(place.page(f"{RECORDS}?version=1"))
        assert "Recorded on the ledger" in way
    place.server.wait_until_anchored(timeout_s=PATIENCE_S)
    deadline = time.monotonic() + PATIENCE_S
    while "Anchoring delayed" in (said := text_of(place.page("/ledger"))):
        assert time.monotonic() < deadline, said
        time.sleep(0.3)
