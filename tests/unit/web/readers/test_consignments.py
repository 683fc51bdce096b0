"""Many identifiers at once: one answer each, what was typed stays, only for those who check."""

import re

import pytest

from battery_passport.web.readers.consignment import ANSWERS
from battery_passport.web.reading.views import Verdict
from tests.factories.web import IDENTIFIER
from tests.unit.web.readers.conftest import Ask

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def post(ask: Ask, pasted: str, **more: str) -> tuple[int, str]:
    client = ask("customs")
    token = CSRF.search(client.get("/consignment").text)
    assert token
    form = {"csrf": token[1], "identifiers": pasted, **more}
    answer = client.post("/consignment", data=form)
    return answer.status_code, answer.text


def test_every_verdict_has_an_answer_in_words() -> None:
    assert set(ANSWERS) == set(Verdict)
    assert {each for each in Verdict if each.is_valid} == {Verdict.VALID, Verdict.WAITING}


def test_each_identifier_gets_one_answer(ask: Ask) -> None:
    status, text = post(ask, f"{IDENTIFIER}\r\nNOBODY; {IDENTIFIER}")
    assert status == 200
    assert text.count("bg-light-success") == 2
    assert text.count("bg-light-danger") == 1
    assert f'href="/{IDENTIFIER.path}"' in text


@pytest.mark.parametrize(
    ("pasted", "word"),
    [(" ", "Paste at least one"), ("X\n" * 201, "201 identifiers"), ("X" * 301, "far too long")],
)
def test_what_cannot_be_checked_is_told_and_kept(ask: Ask, pasted: str, word: str) -> None:
    status, text = post(ask, pasted)
    assert status == 422
    assert word in text
    assert pasted.strip()[:50] in text


def test_the_answers_as_a_table(ask: Ask) -> None:
    status, text = post(ask, f"{IDENTIFIER}\n=cmd()", format="csv")
    assert status == 200
    assert "'=cmd()" in text


@pytest.mark.parametrize("name", ["customs", "authority", "notified-body", "key-customs"])
def test_the_operation_answers_in_order(ask: Ask, name: str) -> None:
    client = ask(name)
    if not name.startswith("key-"):
        return
    asked = {"identifiers": ["NOBODY", str(IDENTIFIER)]}
    answer = client.post("/v1/consignments", json=asked).json()
    assert [each["valid"] for each in answer["answers"]] == [False, True]
    assert (answer["valid"], answer["wrong"]) == (1, 1)


@pytest.mark.parametrize("count", [0, 201])
def test_the_operation_refuses_lists_that_are_empty_or_too_long(ask: Ask, count: int) -> None:
    asked = {"identifiers": ["X"] * count}
    assert ask("key-customs").post("/v1/consignments", json=asked).status_code == 422


@pytest.mark.parametrize("name", ["recycler", "owner", "stranger", "key-recycler"])
def test_others_check_nothing(ask: Ask, name: str) -> None:
    assert ask(name).get("/consignment").status_code == 403
