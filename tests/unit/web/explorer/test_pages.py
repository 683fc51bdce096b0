"""The ledger's pages over memory: what they say when all is well, and when it is not."""

import re
from datetime import timedelta

import pytest

from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.web.explorer.views import Lag, LedgerOverview, Watch
from battery_passport.web.views import LedgerKind
from tests.factories.explorer import (
    CHECKPOINTS,
    DELAYED,
    NEWEST_BLOCK,
    MemoryLedger,
    consortium_face,
    delayed_consortium,
    ledger_overview,
)
from tests.factories.explorer_stage import Stage
from tests.factories.page_text import text_of
from tests.factories.web import NOW

PAGES = (
    "/ledger",
    "/ledger/checkpoints",
    "/ledger/checkpoints/18100",
    "/ledger/anchors",
    "/ledger/blocks",
    "/ledger/blocks/1180",
    "/ledger/states",
)


def said_of(stage: Stage, overview: LedgerOverview) -> str:
    """Return what the first page says of a ledger."""
    stage.ledger.known = overview
    answer = stage.client.get("/ledger")
    assert answer.status_code == 200
    return text_of(answer)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("code", ["ko", "en"])
def test_pages_are_whole_in_both_languages_and_nothing_is_inline(
    stage: Stage, path: str, code: str
) -> None:
    answer = stage.client.get(f"{path}?lang={code}")
    assert answer.status_code == 200
    assert answer.headers["content-language"] == code
    assert answer.headers["cache-control"] == "public, max-age=2"
    assert answer.text.count("<h1") == 1
    assert not re.search(r"<script|\sstyle=|\son\w+=", answer.text)
    if code == "en":
        assert not re.search(r"[가-힣]{2}", text_of(answer).replace("해오름모빌리티 주식회사", ""))


def test_the_development_ledger_says_plainly_what_it_is(stage: Stage) -> None:
    said = text_of(stage.client.get("/ledger"))
    assert "Development ledger" in said
    assert "proves nothing to a stranger" in said
    assert "there are no validators" in said
    assert "organisations run together" not in said


def test_a_consortium_tells_who_takes_part_and_who_was_seen(stage: Stage) -> None:
    overview = ledger_overview(kind=LedgerKind.CONSORTIUM, chain=consortium_face(silent=1))
    said = said_of(stage, overview)
    assert "on a ledger that 5 organisations run together" in said
    assert "Development ledger" not in said
    assert "Operator (this platform) member" in said
    assert said.count("voted for block 1,311") == 4
    assert said.count("silent: no vote in the newest blocks") == 1
    assert "3 of 5 members have to sign" in said


def test_a_delay_is_told_with_its_beginning_its_cause_and_what_it_means(stage: Stage) -> None:
    said = said_of(stage, delayed_consortium())
    assert "Anchoring delayed" in said
    assert "Since 2026-11-23 15:56 nothing new has reached the ledger" in said
    assert "has waited for 34" in said
    assert "validators with a third of the votes or more are missing" in said
    assert "Nothing is lost" in said
    korean = text_of(stage.client.get("/ledger?lang=ko"))
    assert "원장 기록이 늦어지고 있습니다" in korean
    assert "사라지는 것은 없습니다" in korean


def test_a_short_wait_is_no_delay(stage: Stage) -> None:
    said = text_of(stage.client.get("/ledger"))
    assert "delayed" not in said
    assert "Nothing wrong found" in said


def test_the_page_stays_up_while_the_chain_is_down(stage: Stage) -> None:
    overview = ledger_overview(chain=None, lag=DELAYED)
    stage.ledger.known, stage.ledger.is_down = overview, True
    answer = stage.client.get("/ledger")
    assert answer.status_code == 200
    said = text_of(answer)
    assert "Anchoring delayed" in said
    assert "No node of the ledger answers" in said
    assert "Records on the ledger" in said
    for path in ("/ledger/blocks", "/ledger/blocks/1180"):
        down = stage.client.get(path)
        assert (down.status_code, down.headers["retry-after"]) == (503, "10")
        assert "The ledger does not answer" in text_of(down)
        assert "/ledger/anchors" in down.text
    assert stage.client.get("/ledger/checkpoints/18100").status_code == 200


def test_a_silent_chain_without_a_delay_is_told_too(stage: Stage) -> None:
    said = said_of(stage, ledger_overview(chain=None, lag=Lag()))
    assert "The ledger does not answer" in said
    assert "Anchoring delayed" not in said
    face = consortium_face(stalled_since=NOW - timedelta(minutes=2))
    overview = ledger_overview(kind=LedgerKind.CONSORTIUM, chain=face)
    assert "The validators have stopped" in said_of(stage, overview)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"watch": Watch()}, "The monitor has not looked yet"),
        ({"watch": Watch(checked=4, size=9)}, "It has not yet been through once."),
        ({"watch": Watch(found=True, size=9)}, "The monitor found something wrong"),
        ({"lag": Lag(contradicted=True)}, "The ledger holds another history than the log"),
        ({"checkpoints": (), "anchors": ()}, "None yet: the first record makes the first one."),
    ],
)
def test_what_is_not_well_is_said(stage: Stage, changes: dict[str, object], expected: str) -> None:
    said = said_of(stage, ledger_overview(**changes))
    assert expected in said


@pytest.mark.parametrize("path", ["/ledger/checkpoints", "/ledger/anchors", "/ledger/states"])
def test_lists_lead_to_older_ones_until_the_last(stage: Stage, path: str) -> None:
    asking, address = stage.client, path
    seen: list[str] = []
    while address:
        page = asking.get(address)
        assert page.status_code == 200
        rows = re.findall(r'ledger-row__figure"[^>]*>([^<]+)<', page.text)
        assert rows
        seen += rows
        found = re.search(r'href="([^"]+before=\d+)"[^>]*>Older', page.text)
        address = found[1] if found else ""
        assert ("To the newest" in page.text) == (len(seen) > len(rows))
    assert len(seen) == len(set(seen)) == (41 if path.endswith("states") else CHECKPOINTS)


def test_a_language_chosen_by_hand_stays_while_paging(stage: Stage) -> None:
    page = stage.client.get("/ledger/checkpoints?before=9000&lang=ko")
    assert re.search(r'href="/ledger/checkpoints\?before=\d+&amp;lang=ko"', page.text)
    assert "/ledger/checkpoints?before=9000&amp;lang=en" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/ledger/checkpoints/7",
        "/ledger/checkpoints/99999999999999999999",
        "/ledger/checkpoints?before=x",
        "/ledger/anchors?before=-1",
        "/ledger/blocks?before=1234567890123456",
        "/ledger/blocks/5",
        "/ledger/blocks/1e9",
    ],
)
def test_what_is_not_there_is_not_found(stage: Stage, path: str) -> None:
    assert stage.client.get(path).status_code == 404


def test_a_block_tells_its_transactions_and_its_neighbours(stage: Stage) -> None:
    answer = stage.client.get("/ledger/blocks/1180")
    said = text_of(answer)
    assert "4 transactions" in said
    assert "The log's state with 18,100 entries is on record, as number 60." in said
    assert "issued batch number 12. Passport versions in it: 30." in said
    assert "changed from Original to Waste battery" in said
    assert "/ledger/blocks/1179" in answer.text
    assert "/ledger/blocks/1181" in answer.text
    newest = stage.client.get(f"/ledger/blocks/{NEWEST_BLOCK}")
    assert f"/ledger/blocks/{NEWEST_BLOCK + 1}" not in newest.text
    assert "Nothing happened in it" in text_of(newest)


def test_a_checkpoint_shows_its_note_its_signatures_and_its_record(stage: Stage) -> None:
    answer = stage.client.get("/ledger/checkpoints/18100")
    said = text_of(answer)
    assert "Checkpoint of 18,100 entries" in said
    assert "1 witness has signed that the log only grew" in said
    assert "Recorded on the development ledger" in said
    assert "/ledger/blocks/1180" in answer.text
    assert "cm9vdA==" in answer.text


def test_a_checkpoint_that_waits_says_so(stage: Stage) -> None:
    stage.ledger.unseen = True
    said = text_of(stage.client.get("/ledger/checkpoints/18100"))
    assert "Waits to be recorded on the ledger" in said
    assert "No witness has signed it yet" in said


def test_the_memory_ledger_is_down_as_the_real_one_is() -> None:
    with pytest.raises(ChainUnavailable):
        MemoryLedger(is_down=True).block(1)
