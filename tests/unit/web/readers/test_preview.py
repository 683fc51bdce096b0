"""A preview shows another's page, no value its reader may not see, and leaves no look."""

import re

import pytest

from battery_passport.passport.data_points import data_point
from tests.factories.readers import MemoryReaders
from tests.factories.web import IDENTIFIER
from tests.unit.web.readers.conftest import Ask

PREVIEW = f"/preview/{IDENTIFIER.path}"
NUMBER = re.compile(r'class="papers__number"[^>]*>(\d+)</span>')
KINDS = {
    "public": {1},
    "legitimate-interest": {1, 2, 4},
    "authority": {1, 2, 3},
    "notified-body": {1, 2, 3},
    "commission": {1, 2, 3, 4},
    "customs": {1},
    "owner": {1, 2, 4},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_names_exactly_the_points_of_that_reader(ask: Ask, kind: str) -> None:
    text = ask("manufacturer").get(PREVIEW, params={"as": kind}).text
    assert {data_point(int(n)).section for n in NUMBER.findall(text)} == KINDS[kind]
    assert "Preview: the page as this reader sees it" in text
    assert ("our estimate" in text) == (4 in KINDS[kind])


def test_an_owner_is_told_of_a_point_that_only_an_authority_sees(ask: Ask) -> None:
    text = ask("owner").get(PREVIEW, params={"as": "authority"}).text
    assert "50" in NUMBER.findall(text)
    assert "This reader sees it; you may not." in text
    assert "test.pdf" not in text
    assert "test.pdf" in ask("manufacturer").get(PREVIEW, params={"as": "authority"}).text


@pytest.mark.parametrize("kind", KINDS)
def test_an_administrator_is_told_the_entries_and_no_closed_value(ask: Ask, kind: str) -> None:
    text = ask("administrator").get(PREVIEW, params={"as": kind}).text
    assert {data_point(int(n)).section for n in NUMBER.findall(text)} == KINDS[kind]
    assert "test.pdf" not in text
    assert "our estimate" not in text


def test_a_preview_is_no_look(ask: Ask, readers: MemoryReaders) -> None:
    ask("manufacturer").get(PREVIEW, params={"as": "authority"})
    assert readers.looks == []


@pytest.mark.parametrize("name", ["recycler", "authority", "stranger", "trader"])
def test_others_get_no_preview(ask: Ask, name: str) -> None:
    assert ask(name).get(PREVIEW).status_code == 403


def test_a_kind_that_there_is_not_is_everyone(ask: Ask) -> None:
    text = ask("owner").get(PREVIEW, params={"as": "<script>"}).text
    assert {data_point(int(n)).section for n in NUMBER.findall(text)} == {1}
