"""Pages that keep themselves up to date: asked for again every few seconds, sent when they changed.

In: a page whose changing part stands in an element with `data-live`. Out: the page, or 304.
"""

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.web.consoles.frame.answering import NEVER_KEPT, Frame
from battery_passport.web.rendering import Page

EVERY_S = 15
_LIVE = b"data-live"


def live_answer(request: Request, frame: Frame, page: Page) -> Response:
    """Return a page with a tag of its changing part; nothing where the reader has just that."""
    answer = frame.answer(page)
    changing = bytes(answer.body).partition(_LIVE)[2].partition(b"data-live-end")[0]
    tag = f'W/"{sha256(changing).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=NEVER_KEPT | {"ETag": tag})
    answer.headers["ETag"] = tag
    return answer
