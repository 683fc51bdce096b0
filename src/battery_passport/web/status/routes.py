"""The addresses of status lists.

In: requests. Out: signed lists, which anybody may keep for as long as they say.
Source: draft-ietf-oauth-status-list §8; W3C Bitstring Status List 1.0 §2.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from battery_passport.credentials.status_list import CREDENTIAL_TYPE, STATUS_TYPE, TIME_TO_LIVE
from battery_passport.web.authorization import ActionRoute
from battery_passport.web.status.ports import StatusLists

ACTION = "status.read"
PREFIX = "/status"
_HEADERS = {
    "Cache-Control": f"public, max-age={int(TIME_TO_LIVE.total_seconds())}",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def routes(lists: StatusLists) -> list[BaseRoute]:
    """Return the routes of status lists."""

    def token(request: Request) -> Response:
        return _answer(lists.token(request.path_params["list_id"]), STATUS_TYPE)

    def credential(request: Request) -> Response:
        asked = request.path_params
        return _answer(lists.credential(asked["list_id"], asked["purpose"]), CREDENTIAL_TYPE)

    return [
        ActionRoute(f"{PREFIX}/{{list_id}}", token, action=ACTION),
        ActionRoute(f"{PREFIX}/{{list_id}}/{{purpose}}", credential, action=ACTION),
    ]


def _answer(signed: str | None, media_type: str) -> Response:
    if signed is None:
        raise HTTPException(404)
    return Response(signed, media_type=f"application/{media_type}", headers=_HEADERS)
