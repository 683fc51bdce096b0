"""The list of pages is complete: each route is a page that was looked at, or known to be none."""

import json

from tools.page_reference import LOOKED_AT
from tools.page_routes import page_routes
from tools.pages import PAGES, unlisted


def test_every_route_that_can_be_opened_is_listed() -> None:
    routes = page_routes()
    assert unlisted(routes) == []
    assert sorted({page.route for page in PAGES if page.route} - set(routes)) == []


def test_an_unlisted_route_is_found() -> None:
    assert unlisted(["/", "/new-page", "/v1/anything"]) == ["/new-page"]


def test_names_of_pages_are_unique_and_only_these_were_looked_at() -> None:
    names = [page.name for page in PAGES]
    assert len(names) == len(set(names))
    assert set(json.loads(LOOKED_AT.read_text("utf-8"))) <= set(names)
