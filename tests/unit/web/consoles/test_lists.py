"""Lists are searched, filtered, sorted, paged, linked and exported alike."""

import csv
import io

import pytest
from starlette.requests import Request

from battery_passport.web.consoles.frame.cells import Cell, draw_trend
from battery_passport.web.consoles.frame.list_state import LAST_PAGE, ListState, read_state
from battery_passport.web.consoles.frame.listing import (
    ROWS_PER_PAGE,
    Column,
    Emptiness,
    Filter,
    Listing,
    chosen_rows,
    csv_of,
    harmless,
    view_of,
)
from battery_passport.web.consoles.frame.places import CITY
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.language import load_language

NUMBERS: Listing[int] = Listing(
    name="numbers",
    title="Batteries",
    columns=(
        Column(
            key="name", title="Battery", cell=lambda row, _: Cell(f"row {row}"), by=lambda row: row
        ),
        Column(key="note", title="Model", cell=lambda row, _: Cell("=2+3", small=str(row % 3))),
    ),
    filters=(
        Filter(
            key="rest", title="Result", choices=(("0", "none"),), value=lambda row: str(row % 3)
        ),
    ),
    words=lambda row: f"row {row}",
    empty=Emptiness(title="Nothing is owed.", lesson="Nothing is owed."),
)


def shell(path: str = "/desk/city/matters") -> ConsoleShell:
    return ConsoleShell(
        language=load_language("en"),
        chosen_by_hand=True,
        path=path,
        software_version="0",
        place=CITY,
        current=path,
        person="",
        organisation="",
        several=False,
        csrf="",
        roles=frozenset(),
        waived=False,
    )


def asked(query: str) -> ListState:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [],
        "query_string": query.encode(),
    }
    return read_state(Request(scope), sorts=NUMBERS.sorts, filters=NUMBERS.filter_keys)


def test_the_state_of_a_list_stands_in_its_link_and_is_read_back() -> None:
    state = asked("q=row+1&rest=1&sort=-name&page=3&lang=en")
    assert state.query() == "?q=row+1&rest=1&sort=-name&page=3&lang=en"
    assert asked(state.query()[1:]) == state
    assert asked("").query() == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("page=0", 1),
        ("page=-4", 1),
        ("page=x", 1),
        ("page=٣", 1),
        ("page=99999", LAST_PAGE),
        ("page=999999999999", 1),
        ("page=2", 2),
    ],
)
def test_pages_that_there_cannot_be_are_left_out(query: str, expected: int) -> None:
    assert asked(query).page == expected


def test_columns_that_there_are_not_are_left_out() -> None:
    assert asked("sort=secret&other=1") == ListState()
    assert asked("sort=note").sort == ""
    assert len(asked("q=" + "x" * 5_000).search) == 100


def test_search_takes_every_word_and_filters_take_their_value() -> None:
    rows = list(range(100))
    assert chosen_rows(NUMBERS, rows, asked("q=ROW+12")) == [12]
    assert chosen_rows(NUMBERS, rows, asked("rest=1&sort=-name"))[:2] == [97, 94]
    assert chosen_rows(NUMBERS, rows, asked("q=row+nothing")) == []


def test_sorting_turns_round_and_begins_at_the_first_page() -> None:
    once = asked("page=4").sorted_by("name")
    assert (once.sort, once.descending, once.page) == ("name", False, 1)
    assert once.sorted_by("name").descending
    assert not once.sorted_by("name").sorted_by("name").descending


def test_a_page_holds_its_rows_and_leads_on() -> None:
    rows = list(range(2 * ROWS_PER_PAGE + 3))
    first, last = (view_of(NUMBERS, rows, asked(f"page={page}"), shell()) for page in (1, 9))
    assert (len(first.rows), first.pages, first.previous) == (ROWS_PER_PAGE, 3, "")
    assert first.following.endswith("?page=2")
    assert (last.page, len(last.rows), last.following) == (3, 3, "")
    assert first.headings[0].link.endswith("?sort=name")
    assert (
        view_of(NUMBERS, rows, asked("sort=-name"), shell()).headings[0].direction == "descending"
    )


def test_the_export_holds_all_rows_that_the_list_was_narrowed_to() -> None:
    body = csv_of(NUMBERS, list(range(80)), asked("rest=0"), load_language("en")).decode(
        "utf-8-sig"
    )
    rows = list(csv.reader(io.StringIO(body)))
    assert rows[0] == ["Battery", "Model"]
    assert len(rows) == 1 + 27
    assert rows[1] == ["row 0", "'=2+3 (0)"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "@x", "-cmd", "\tx", "-"])
def test_no_spreadsheet_takes_a_field_for_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3", "-3.5", "3", "", "배터리"])
def test_figures_and_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_a_trend_stays_within_its_frame() -> None:
    trend = draw_trend([0, 5, 10], "said")
    points = [tuple(map(float, each.split(","))) for each in trend.points.split()]
    assert points[0] == (4.0, 36.0)
    assert points[-1] == (156.0, 4.0) == (float(trend.last_x), float(trend.last_y))
    assert draw_trend([0, 0], "").points == "4.0,36.0 156.0,36.0"
    assert draw_trend([], "").points == ""
