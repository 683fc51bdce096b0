"""Lists: what their columns and filters are, and one page of one as the template shows it.

In: rows of any kind, columns and filters as tables, a `ListState`. Out: a `ListView`, or CSV.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from battery_passport.web.consoles.frame.cells import Cell
from battery_passport.web.consoles.frame.list_state import CSV, ListState
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.language import Language, marked

ROWS_PER_PAGE = 25

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[R]):
    """One column: its title in the catalogue, its fields, what it is sorted by, if it can be."""

    key: str
    title: str
    cell: Callable[[R, Language], Cell]
    by: Callable[[R], Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Generic[R]):
    """A choice that leaves rows out: the words to choose from, and which row has which.

    `unchosen` says what is shown while nothing is chosen.
    """

    key: str
    title: str
    choices: tuple[tuple[str, str], ...]
    value: Callable[[R], str]
    unchosen: str = marked("all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptiness:
    """What an empty list says: what will stand here, and how it gets here."""

    title: str
    lesson: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[R]):
    """A list: the first column names the row; rows come in the order that is best unasked."""

    name: str
    title: str
    columns: tuple[Column[R], ...]
    empty: Emptiness
    filters: tuple[Filter[R], ...] = ()
    words: Callable[[R], str] | None = None

    @property
    def sorts(self) -> frozenset[str]:
        """The columns that can be sorted by."""
        return frozenset(column.key for column in self.columns if column.by is not None)

    @property
    def filter_keys(self) -> frozenset[str]:
        """The names of the filters."""
        return frozenset(each.key for each in self.filters)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading; `link` sorts by it, `direction` tells whether the list is."""

    title: str
    link: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a choice."""

    value: str
    title: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FilterView:
    """A filter with its words, and which of them was chosen."""

    key: str
    title: str
    choices: tuple[Choice, ...]
    unchosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """One page of a list, ready to be shown."""

    name: str
    title: str
    action: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    filters: tuple[FilterView, ...]
    searchable: bool
    search: str
    sort: str
    found: int
    count: int
    page: int
    pages: int
    previous: str
    following: str
    csv_link: str
    own_link: str
    reset_link: str
    language: str
    narrowed: bool
    empty_title: str
    empty_lesson: str


def chosen_rows(listing: Listing[R], rows: Sequence[R], state: ListState) -> list[R]:
    """Return the rows that a state asks for, in its order, all pages of them."""
    kept = [row for row in rows if _is_wanted(listing, row, state)]
    column = next((each for each in listing.columns if each.key == state.sort), None)
    if column is not None and column.by is not None:
        kept.sort(key=column.by, reverse=state.descending)
    return kept


def view_of(
    listing: Listing[R], rows: Sequence[R], state: ListState, shell: ConsoleShell
) -> ListView:
    """Return one page of a list; a page beyond the last is the last."""
    kept = chosen_rows(listing, rows, state)
    pages = max(1, -(-len(kept) // ROWS_PER_PAGE))
    state = state.turned_to(min(state.page, pages))
    first = (state.page - 1) * ROWS_PER_PAGE
    language, path = shell.language, shell.path
    return ListView(
        name=listing.name,
        title=language.text(listing.title),
        action=path,
        headings=tuple(_heading(column, state, path, language) for column in listing.columns),
        rows=tuple(
            tuple(column.cell(row, language) for column in listing.columns)
            for row in kept[first : first + ROWS_PER_PAGE]
        ),
        filters=tuple(_filter(each, state, language) for each in listing.filters),
        searchable=listing.words is not None,
        search=state.search,
        sort=f"-{state.sort}" if state.sort and state.descending else state.sort,
        found=len(kept),
        count=len(rows),
        page=state.page,
        pages=pages,
        previous=f"{path}{state.turned_to(state.page - 1).query()}" if state.page > 1 else "",
        following=f"{path}{state.turned_to(state.page + 1).query()}" if state.page < pages else "",
        csv_link=f"{path}{state.turned_to(1).query(fmt=CSV)}",
        own_link=f"{path}{state.query()}",
        reset_link=f"{path}{ListState(language=state.language).query()}",
        language=state.language,
        narrowed=bool(state.search or state.filters),
        empty_title=language.text(listing.empty.title),
        empty_lesson=language.text(listing.empty.lesson),
    )


def csv_of(listing: Listing[R], rows: Sequence[R], state: ListState, language: Language) -> bytes:
    """Return all rows that a state asks for as CSV in UTF-8, marked as such for spreadsheets."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([language.text(column.title) for column in listing.columns])
    for row in chosen_rows(listing, rows, state):
        writer.writerow(
            [harmless(_plain(column.cell(row, language))) for column in listing.columns]
        )
    return ("\ufeff" + written.getvalue()).encode("utf-8")


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t", "\r") or _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Return whether a leading minus begins something else than a number."""
    return text.startswith("-") and not text[1:].replace(".", "", 1).isdigit()


def _plain(cell: Cell) -> str:
    return f"{cell.text} ({cell.small})" if cell.small else cell.text


def _is_wanted(listing: Listing[R], row: R, state: ListState) -> bool:
    for each in listing.filters:
        wanted = state.filters.get(each.key, "")
        if wanted and each.value(row) != wanted:
            return False
    if not state.search or listing.words is None:
        return True
    words = listing.words(row).casefold()
    return all(part in words for part in state.search.casefold().split())


def _heading(column: Column[R], state: ListState, path: str, language: Language) -> Heading:
    title = language.text(column.title)
    if column.by is None:
        return Heading(title)
    direction = ""
    if state.sort == column.key:
        direction = "descending" if state.descending else "ascending"
    return Heading(title, f"{path}{state.sorted_by(column.key).query()}", direction)


def _filter(each: Filter[R], state: ListState, language: Language) -> FilterView:
    wanted = state.filters.get(each.key, "")
    choices = (
        Choice(value, language.text(title), chosen=value == wanted) for value, title in each.choices
    )
    unchosen = language.text(each.unchosen)
    return FilterView(each.key, language.text(each.title), tuple(choices), unchosen)
