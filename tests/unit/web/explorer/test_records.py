"""One record's way: its stations, what they prove, and what a reader without the right gets."""

import re
from dataclasses import replace

import pytest

from battery_passport.web.explorer.record import build_shelf_page
from battery_passport.web.explorer.record_views import OnchainView, RecordKind, RegistryState
from battery_passport.web.explorer.station_words import BLOCKS, SEALS, SOURCES, TITLES
from battery_passport.web.language import load_language
from battery_passport.web.pages.layout import Shell
from battery_passport.web.reading.views import sight_of_points
from battery_passport.web.views import LedgerKind
from tests.factories.explorer import (
    KEY,
    SOMEBODY,
    checkpoint_line,
    onchain_view,
    record_line,
    record_way,
)
from tests.factories.explorer_stage import Stage
from tests.factories.page_text import text_of
from tests.factories.web import IDENTIFIER

BATCH = record_line(RecordKind.BATCH).name.digest.hex()
PATH = f"/ledger/of/{IDENTIFIER.path}"


def way_of(stage: Stage, **changes: object) -> str:
    """Return what the page of a passport version says."""
    stage.records.ways[RecordKind.VERSION] = replace(record_way(), **changes)  # type: ignore[arg-type]
    answer = stage.client.get(f"{PATH}?version=3")
    assert answer.status_code == 200
    return text_of(answer)


def test_every_kind_of_record_has_words() -> None:
    for words in (SOURCES, SEALS, TITLES):
        assert set(words) == set(RecordKind)
    assert set(BLOCKS) == set(LedgerKind)


def test_a_version_is_followed_to_its_block_by_everybody(stage: Stage) -> None:
    answer = stage.client.get(f"{PATH}?version=3")
    said = text_of(answer)
    assert "It has come all the way to the ledger" in said
    for title in ("Signed by the issuer", "Entered in the log", "Checkpoint signed"):
        assert title in said
    assert said.count("Does not prove") == said.count("Proves ") == 7
    assert "To a stranger it proves nothing yet" in said
    assert "The record's way: Declared, measured, reported" in answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    assert '/v1/proofs/09506000134352/KR26A0010427"' in answer.text
    assert "/verify" in answer.text
    assert not re.search(r"<script|\sstyle=", answer.text)


@pytest.mark.parametrize("name", ["event=3", "statement=3", f"batch={BATCH}"])
def test_what_a_reader_may_not_see_is_not_there(stage: Stage, name: str) -> None:
    real = (
        name if "batch" not in name else f"batch={record_line(RecordKind.BATCH).name.digest.hex()}"
    )
    hidden, unknown = stage.client.get(f"{PATH}?{real}"), stage.client.get(f"{PATH}?version=99")
    assert hidden.status_code == unknown.status_code == 404
    assert "18,204" not in hidden.text


def test_the_list_of_records_holds_only_what_the_reader_may_see(stage: Stage) -> None:
    answer = stage.client.get(PATH)
    said = text_of(answer)
    assert "Versions of the passport" in said
    assert "Events" not in said
    assert "Batches of measurements" not in said
    assert f"{PATH}?version=3" in answer.text


@pytest.mark.parametrize(
    "query", ["version=x", "version=-1", "version=1234567890", "batch=zz", "batch=AB", "event="]
)
def test_a_record_that_no_address_names_is_not_found(stage: Stage, query: str) -> None:
    assert stage.client.get(f"{PATH}?{query}").status_code == 404


def test_an_unknown_battery_is_not_found_and_a_short_gtin_leads_on(stage: Stage) -> None:
    assert stage.client.get("/ledger/of/01/09506000134352/21/NOBODY").status_code == 404
    short = stage.client.get("/ledger/of/01/9506000134352/21/KR26A0010427?version=3")
    assert (short.status_code, short.headers["location"]) == (308, f"{PATH}?version=3")


def test_stations_that_wait_say_so_and_prove_nothing_yet(stage: Stage) -> None:
    said = way_of(
        stage, line=record_line(log_index=None), covering=None, epoch=None, block_stands=None
    )
    assert "2 of 7 stations are behind it" in said
    assert said.count("Not yet. It usually takes less than a minute.") == 4
    assert "made anew every few minutes" in said


def test_a_checkpoint_that_is_not_recorded_leaves_the_ledger_waiting(stage: Stage) -> None:
    said = way_of(stage, covering=checkpoint_line(60, waiting=True))
    assert "5 of 7 stations" in said
    assert "witnesses of other organisations saw that it has only grown" in said


def test_a_block_that_the_chain_lost_is_not_called_done(stage: Stage) -> None:
    said = way_of(stage, block_stands=False)
    assert "The ledger no longer holds this block" in said
    assert "6 of 7" in said
    assert "7 stations" in said


def test_a_chain_that_does_not_answer_takes_nothing_back(stage: Stage) -> None:
    assert "It has come all the way" in way_of(stage, block_stands=None)


def test_a_consortiums_block_proves_more(stage: Stage) -> None:
    said = way_of(stage, ledger=LedgerKind.CONSORTIUM)
    assert "more than two thirds of the votes agreed on this block" in said
    assert "development ledger" not in said


def test_an_older_version_leads_to_the_newer(stage: Stage) -> None:
    said = way_of(stage, line=replace(record_line(), is_newest=False))
    assert "A newer version of the passport has replaced this one." in said
    assert "Listed as the latest" not in said


@pytest.mark.parametrize("state", list(RegistryState))
def test_each_state_in_the_registry_has_a_headline(stage: Stage, state: RegistryState) -> None:
    said = way_of(stage, onchain=replace(onchain_view(), state=state))
    assert "The battery in the registry" in said


def test_an_owner_sees_the_key_and_others_with_the_right_see_the_status_alone(stage: Stage) -> None:
    own = way_of(stage, onchain=onchain_view())
    assert KEY.hex() in own
    assert SOMEBODY.address in own
    assert "number 12, with 30 passports" in own
    other = way_of(stage, onchain=onchain_view(is_own=False))
    assert "Original" in other
    assert "a key of its owner's own" in other
    for private in (KEY.hex(), SOMEBODY.address, "number 12"):
        assert private not in other


def test_a_reader_who_may_not_see_the_status_is_told_nothing_of_the_registry(stage: Stage) -> None:
    assert "registry" not in way_of(stage, onchain=None)
    assert "Waits for its batch" in way_of(stage, onchain=OnchainView(state=RegistryState.WAITING))


@pytest.mark.parametrize("code", ["ko", "en"])
@pytest.mark.parametrize("kind", list(RecordKind))
def test_every_kind_of_way_is_told_in_both_languages(
    stage: Stage, kind: RecordKind, code: str
) -> None:
    stage.records.ways[RecordKind.VERSION] = replace(record_way(kind), line=record_line())
    answer = stage.client.get(f"{PATH}?version=3&lang={code}")
    assert answer.status_code == 200
    assert "%(" not in answer.text


def test_batches_are_paged_for_their_owner(stage: Stage) -> None:
    language = Shell(
        language=load_language("en"), chosen_by_hand=False, path=PATH, software_version="0"
    )
    pages = {}
    for number in (1, 2, 4):
        shelf = stage.records.shelf(
            IDENTIFIER, sight_of_points(frozenset({1, 4})), batch_page=number
        )
        assert shelf
        page = build_shelf_page(shelf, IDENTIFIER, language, may_see_more=False)
        pages[number] = page.shelves
    assert [each.heading for each in pages[2]] == ["Batches of measurements"]
    assert len(pages[1]) == 4
    assert (pages[1][-1].older, pages[1][-1].newest) == (f"{PATH}?page=2", "")
    assert (pages[4][-1].older, pages[4][-1].newest) == ("", PATH)


@pytest.mark.parametrize("page", ["2", "0", "x", "-1", ""])
def test_a_page_of_batches_is_there_for_nobody_else(stage: Stage, page: str) -> None:
    assert stage.client.get(f"{PATH}?page={page}").status_code == 404
