"""What is owed: states, reasons, filters, tables, on pages and in the interface; who may see it."""

import csv
import io
from collections import Counter

import pytest

from battery_passport.web.readers.duty_rows import plain_field
from tests.factories.readers import MODEL
from tests.factories.web import IDENTIFIER
from tests.unit.web.readers.conftest import Ask

SHEET = f"/obligations/{IDENTIFIER.path}"
OPERATION = f"/v1/obligations/{IDENTIFIER}"
ALLOWED = ("manufacturer", "authority", "notified-body", "administrator")
REFUSED = ("recycler", "inspector", "customs", "stranger", "owner")


@pytest.mark.parametrize("name", ALLOWED)
def test_those_who_may_see_every_data_point_with_its_state(ask: Ask, name: str) -> None:
    answer = ask(name).get(OPERATION)
    assert answer.status_code == 200
    states = Counter(each["state"] for each in answer.json()["obligations"])
    assert states.total() == 71
    assert states["pending"] == 8
    assert states["must-not-be-filled"] == 7
    assert states["missing"] > 0
    assert ask(name).get(SHEET).status_code == 200
    assert ask(name).get("/obligations").status_code == 200


@pytest.mark.parametrize("name", REFUSED)
def test_others_do_not(ask: Ask, name: str) -> None:
    for path in (OPERATION, SHEET, "/obligations", f"/obligations/models/{MODEL}"):
        assert ask(name).get(path).status_code == 403, path


def test_somebody_not_signed_in_is_asked_to(ask: Ask) -> None:
    assert ask("").get(OPERATION).status_code == 401


def test_what_is_missing_says_who_owes_it_by_when(ask: Ask) -> None:
    listed = ask("authority").get(OPERATION).json()
    missing = [each for each in listed["obligations"] if each["state"] == "missing"]
    assert all(each["owedBy"] == "responsible-economic-operator" for each in missing)
    assert {each["dueOn"] for each in missing} == {"2027-02-18"}
    pending = next(each for each in listed["obligations"] if each["number"] == 17)
    assert "not adopted" in pending["reason"]


def test_a_filter_leaves_the_others_out_and_stays_in_links(ask: Ask) -> None:
    text = ask("manufacturer").get(SHEET, params={"state": "must-not-be-filled"}).text
    assert "must stay empty" in text
    assert "The act that fixes its form" not in text
    assert "state=must-not-be-filled&amp;lang=ko" in text


def test_the_table_is_the_list(ask: Ask) -> None:
    answer = ask("manufacturer").get(SHEET, params={"state": "pending", "format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[0] for row in rows[1:]] == ["17", "18", "19", "20", "21", "22", "23", "44"]
    assert all(row[6] for row in rows[1:])


def test_no_field_of_a_table_is_a_formula() -> None:
    assert plain_field('=HYPERLINK("http://x")').startswith("'=")
    assert plain_field("plain") == "plain"


def test_a_model_has_a_sheet_of_its_own(ask: Ask) -> None:
    client = ask("manufacturer")
    assert f"/obligations/models/{MODEL}" in client.get("/obligations").text
    assert client.get(f"/obligations/models/{MODEL}").status_code == 200
    unknown = "01900000-0000-7000-8000-0000000000ff"
    assert client.get(f"/obligations/models/{unknown}").status_code == 404
