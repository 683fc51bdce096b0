"""Errors at the edge: a problem document for programs, a designed page for people.

In: whatever a request raised. Out: a response; particulars of our own faults go to the log only.
"""

from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from battery_passport.access.errors import SecondFactorNeeded
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.authorization import every_route
from battery_passport.web.problems import (
    Problem,
    problem_of,
    problem_of_status,
    problem_response,
)
from battery_passport.web.site import Site

PROGRAM_PATHS = ("/v1", "/healthz", "/readyz", "/openapi.json", "/control")

Handler = Callable[[Request, Exception], Awaitable[Response]]


def is_for_people(request: Request) -> bool:
    """Return whether the answer is to be a page: a page's path, or a browser that says so."""
    if request.url.path.startswith(PROGRAM_PATHS):
        return False
    accepted = request.headers.get("accept", "*/*")
    return "text/html" in accepted or "json" not in accepted


def answer_failure(request: Request, problem: Problem, site: Site) -> Response:
    """Return the page or the document of a problem."""
    if is_for_people(request):
        return site.failure(request, problem)
    return problem_response(problem, request=request, public_address=site.services.public_address)


def allowed_methods(application: FastAPI, request: Request) -> set[str]:
    """Return the methods that a path takes. Source: RFC 9110 §15.5.6."""
    fitting = (
        route
        for route in every_route(application.routes)
        if route.matches(request.scope)[0] is not Match.NONE
    )
    return {method for route in fitting for method in getattr(route, "methods", None) or ()}


def add_failure_handlers(application: FastAPI, site: Site) -> None:
    """Make the application tell every failure that has a name in the same way."""

    async def named(request: Request, error: Exception) -> Response:
        if isinstance(error, SecondFactorNeeded) and site.ask_passkey and is_for_people(request):
            return await run_in_threadpool(site.ask_passkey, request)
        problem = problem_of(cast("BatteryPassportError", error))
        if problem.status == 500:
            site.services.log_failure(request.state.request_id, error)
        return answer_failure(request, problem, site)

    async def routed(request: Request, error: Exception) -> Response:
        status = cast("HTTPException", error).status_code
        response = answer_failure(request, problem_of_status(status), site)
        if status == 405:
            response.headers["Allow"] = ", ".join(sorted(allowed_methods(application, request)))
        return response

    async def invalid(request: Request, error: Exception) -> Response:
        faults = (
            f"{'.'.join(str(step) for step in fault['loc'])}: {fault['msg']}"
            for fault in cast("RequestValidationError", error).errors()
        )
        return answer_failure(request, problem_of_status(422, tuple(faults)), site)

    handlers: dict[type[Exception], Handler] = {
        BatteryPassportError: named,
        HTTPException: routed,
        RequestValidationError: invalid,
    }
    for kind, handler in handlers.items():
        application.add_exception_handler(kind, handler)


class UnexpectedFailures:
    """Catches what has no name, logs it and answers 500; the last edge before the server."""

    def __init__(self, application: ASGIApp, *, site: Site) -> None:
        self._application = application
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_noting(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._application(scope, receive, send_noting)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            request = Request(scope)
            self._site.services.log_failure(request.state.request_id, error)
            response = answer_failure(request, problem_of_status(500), self._site)
            await response(scope, receive, send)
