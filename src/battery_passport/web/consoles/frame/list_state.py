"""How a list is being looked at: searched, filtered, sorted, paged. All of it stands in its link.

In: the query of a request. Out: a checked `ListState`, and addresses of lists seen otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from starlette.requests import Request

MAX_SEARCH_LETTERS = 100
LAST_PAGE = 10_000
CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """A way of looking at a list; `filters` holds only those chosen, `sort` may be empty."""

    search: str = ""
    sort: str = ""
    descending: bool = False
    page: int = 1
    filters: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    as_csv: bool = False

    def query(self, *, fmt: str = "") -> str:
        """Return the state as a query, empty where nothing was chosen."""
        pairs = {
            "q": self.search,
            **self.filters,
            "sort": f"-{self.sort}" if self.sort and self.descending else self.sort,
            "page": "" if self.page == 1 else str(self.page),
            "lang": self.language,
            "format": fmt,
        }
        written = urlencode({name: value for name, value in pairs.items() if value})
        return f"?{written}" if written else ""

    def sorted_by(self, column: str) -> "ListState":
        """Return the list sorted by a column: upwards at first, the other way round if it was."""
        turned = self.sort == column and not self.descending
        return replace(self, sort=column, descending=turned, page=1)

    def turned_to(self, page: int) -> "ListState":
        """Return another page of the same list."""
        return replace(self, page=page)


def read_state(request: Request, *, sorts: frozenset[str], filters: frozenset[str]) -> ListState:
    """Return how a request wants the list; what it asks that there is not is left out."""
    query = request.query_params
    sort = query.get("sort", "")
    column = sort.removeprefix("-")
    known = column in sorts
    chosen = {name: query.get(name, "")[:MAX_SEARCH_LETTERS] for name in sorted(filters)}
    return ListState(
        search=query.get("q", "").strip()[:MAX_SEARCH_LETTERS],
        sort=column if known else "",
        descending=known and sort.startswith("-"),
        page=_page(query.get("page", "1")),
        filters={name: value for name, value in chosen.items() if value},
        language=query.get("lang", "")[:8],
        as_csv=query.get("format") == CSV,
    )


def _page(text: str) -> int:
    good = text.isascii() and text.isdigit() and len(text) <= 5
    return min(max(int(text), 1), LAST_PAGE) if good else 1
