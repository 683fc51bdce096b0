"""Bodies are measured before anything reads them.

In: requests. Out: those whose body is bounded; 413 for the others.
"""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from battery_passport.web.bodies import MAX_BODY_BYTES, RequestTooLarge
from battery_passport.web.failures import answer_failure
from battery_passport.web.forms import SAFE_METHODS
from battery_passport.web.problems import problem_of
from battery_passport.web.site import Site


class BodyLimit:
    """Refuses bodies that are too large by their own word, or turn out to be."""

    def __init__(
        self, application: ASGIApp, *, site: Site, most_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self._application = application
        self._site = site
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._application(scope, receive, send)
            return
        request = Request(scope)
        try:
            admitted = await self._admit(request, receive)
        except RequestTooLarge as error:
            refusal = answer_failure(request, problem_of(error), self._site)
            await refusal(scope, receive, send)
            return
        await self._application(scope, admitted, send)

    async def _admit(self, request: Request, receive: Receive) -> Receive:
        announced = request.headers.get("content-length", "")
        if announced.isascii() and announced.isdigit():
            if len(announced) > 15 or int(announced) > self._most_bytes:
                raise self._refusal()
            return receive  # the server gives no more than was announced
        return await self._gathered(receive)

    async def _gathered(self, receive: Receive) -> Receive:
        """Read a body of unannounced length, and give it back as one message."""
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return _given_back(message, receive)
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._most_bytes:
                raise self._refusal()
        whole: Message = {"type": "http.request", "body": bytes(body), "more_body": False}
        return _given_back(whole, receive)

    def _refusal(self) -> RequestTooLarge:
        return RequestTooLarge(f"The request has more than {self._most_bytes} bytes.")


def _given_back(message: Message, receive: Receive) -> Receive:
    waiting = [message]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
