"""A client that calls an ASGI application in this process, without a socket.

In: an application. Out: an ordinary `httpx.Client`.
"""

import asyncio

import httpx
from starlette.types import ASGIApp


class _InProcess(httpx.BaseTransport):
    """Runs each request to its end on an event loop of its own."""

    def __init__(self, application: ASGIApp) -> None:
        self._transport = httpx.ASGITransport(app=application)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        body = await answer.aread()
        return httpx.Response(answer.status_code, headers=_without_encoding(answer), content=body)


def _without_encoding(answer: httpx.Response) -> list[tuple[bytes, bytes]]:
    """Return the headers of a body that has been decoded already."""
    gone = (b"content-encoding", b"content-length")
    return [(name, value) for name, value in answer.headers.raw if name.lower() not in gone]


def asgi_client(
    application: ASGIApp, *, base_url: str, headers: dict[str, str] | None = None
) -> httpx.Client:
    """Return a client whose requests go straight into the application."""
    return httpx.Client(transport=_InProcess(application), base_url=base_url, headers=headers)
