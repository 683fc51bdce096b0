"""The endpoints of what everybody may see of the ledger.

In: requests. Out: pages; lists that page by the number they end with.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.web.delivery import deliver, prepare
from battery_passport.web.explorer.lists import (
    ANCHORS,
    AT_ONCE,
    BLOCKS,
    CHECKPOINTS,
    EPOCHS,
    ListTexts,
    Row,
    anchor_row,
    block_row,
    build_list,
    build_unavailable,
    checkpoint_row,
    epoch_row,
)
from battery_passport.web.explorer.overview import build_ledger_page
from battery_passport.web.explorer.ports import Ledger
from battery_passport.web.explorer.sheets import build_block_page, build_checkpoint_page
from battery_passport.web.pages.layout import Shell
from battery_passport.web.rendering import Page
from battery_passport.web.site import Site

_MOST_DIGITS = 15
_KEPT = "public, max-age=2"

T = TypeVar("T")


class LedgerPages:
    """The endpoints."""

    def __init__(self, site: Site, ledger: Ledger) -> None:
        self._site = site
        self._ledger = ledger

    def overview(self, request: Request) -> Response:
        """Return the ledger at a glance."""
        page = build_ledger_page(self._ledger.overview(), self._site.shell(request))
        return self._answer(page, request)

    def checkpoints(self, request: Request) -> Response:
        """Return a page of checkpoints."""
        found = self._ledger.checkpoints(below=_before(request), limit=AT_ONCE + 1)
        return self._list(request, CHECKPOINTS, found, checkpoint_row, last=lambda each: each.size)

    def anchors(self, request: Request) -> Response:
        """Return a page of records on the ledger."""
        found = self._ledger.anchors(below=_before(request), limit=AT_ONCE + 1)
        return self._list(request, ANCHORS, found, anchor_row, last=lambda each: each.size)

    def epochs(self, request: Request) -> Response:
        """Return a page of state epochs."""
        found = self._ledger.epochs(before=_before(request), limit=AT_ONCE + 1)
        return self._list(request, EPOCHS, found, epoch_row, last=lambda each: each.number)

    def blocks(self, request: Request) -> Response:
        """Return a page of blocks, or one that says that the chain does not answer."""
        try:
            found = self._ledger.blocks(below=_before(request), limit=AT_ONCE + 1)
        except ChainUnavailable:
            return self._no_answer(request)
        return self._list(request, BLOCKS, found, block_row, last=lambda each: each.number)

    def checkpoint(self, request: Request) -> Response:
        """Return the page of a checkpoint."""
        found = self._ledger.checkpoint(_number(request, "size"))
        if found is None:
            raise HTTPException(404)
        kind = self._ledger.overview().kind
        return self._answer(build_checkpoint_page(found, self._site.shell(request), kind), request)

    def block(self, request: Request) -> Response:
        """Return the page of a block, or one that says that the chain does not answer."""
        try:
            found = self._ledger.block(_number(request, "number"))
        except ChainUnavailable:
            return self._no_answer(request)
        if found is None:
            raise HTTPException(404)
        return self._answer(build_block_page(found, self._site.shell(request)), request)

    def _list(
        self,
        request: Request,
        texts: ListTexts,
        found: Sequence[T],
        row: Callable[[T, Shell], Row],
        *,
        last: Callable[[T], int],
    ) -> Response:
        """Return a page of a list; one line more than fits tells that there is another page."""
        shell, shown = self._site.shell(request), found[:AT_ONCE]
        older = last(shown[-1]) if len(found) > AT_ONCE else None
        rows = [row(each, shell) for each in shown]
        return self._answer(build_list(shell, texts, rows, older=older), request)

    def _no_answer(self, request: Request) -> Response:
        page = build_unavailable(self._site.shell(request), BLOCKS)
        headers = {"Cache-Control": "no-store", "Retry-After": "10"}
        return Response(
            self._site.render(page), status_code=503, media_type="text/html", headers=headers
        )

    def _answer(self, page: Page, request: Request) -> Response:
        headers = {
            "Content-Language": page.shell.language.code,
            "Vary": "Accept, Accept-Language",
        }
        made = prepare(self._site.render(page), media_type="text/html", headers=headers)
        return deliver(made, request, caching=_KEPT)


def _before(request: Request) -> int | None:
    """Return the number below which a list goes on. Raises: HTTPException."""
    text = request.query_params.get("before")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise HTTPException(404)
    return int(text)


def _number(request: Request, name: str) -> int:
    number: int = request.path_params[name]
    if number >= 10**_MOST_DIGITS:
        raise HTTPException(404)
    return number
