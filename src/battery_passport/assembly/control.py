"""The loopback endpoint through which verbs of the same home ask the running server.

In: POST /control/{operation} with the token of run/server.json. Out: the operation's JSON answer.
"""

import hmac
import logging

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from battery_passport.assembly.installation import Installation
from battery_passport.assembly.performing import perform
from battery_passport.assembly.remote_errors import describe_error
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import JsonObject, parse_json_object

_LOG = logging.getLogger(__name__)


class ControlEndpoint:
    """Runs operations for whoever can read the home folder, and for nobody else."""

    def __init__(self, installation: Installation, token: str) -> None:
        self._installation = installation
        self._expected = f"Bearer {token}".encode()

    def application(self) -> Starlette:
        """Return the ASGI application to mount under /control."""
        return Starlette(routes=[Route("/{operation}", self._run, methods=["POST"])])

    async def _run(self, request: Request) -> Response:
        given = request.headers.get("authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._expected):
            return JSONResponse({"kind": "unusable", "code": "forbidden"}, status_code=403)
        body = await request.body()
        name = request.path_params["operation"]
        answer, status = await run_in_threadpool(self._answer, name, body)
        return JSONResponse(answer, status_code=status)

    def _answer(self, name: str, body: bytes) -> tuple[JsonObject, int]:
        try:
            return perform(self._installation, name, parse_json_object(body)), 200
        except BatteryPassportError as error:
            return describe_error(error), 422
        except Exception as error:  # noqa: BLE001 - the verb must hear that the server failed
            _LOG.exception("operation %s failed", name)
            fault = {"code": "internal", "message": f"The server failed: {type(error).__name__}."}
            return {"kind": "unusable", **fault}, 500
