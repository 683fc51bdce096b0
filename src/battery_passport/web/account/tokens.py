"""`POST /oauth/token`: a machine's signed assertion for a short-lived access token.

In: RFC 7523 client authentication in a form. Out: the answers of RFC 6749.
Source: RFC 6749 §4.4, §5; RFC 7523 §2.2.
"""

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from battery_passport.access.errors import ClientRefused
from battery_passport.access.machines.clients import MAX_TOKEN, grant_token
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.authorization import requires
from battery_passport.web.forms import MAX_FORM_BYTES, Form, UnreadableForm, parse_form
from battery_passport.web.language import marked

PATH = "/oauth/token"
GRANT_TYPE = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM_TYPE = "application/x-www-form-urlencoded"
_NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_MAX_SCOPE = 2_000


class TokenDocument(BaseModel):
    """An access token and what it is good for."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - names a kind
    expires_in: int = Field(description="Seconds.")
    scope: str = Field(description="What the token allows, separated by blanks.")


class TokenErrorDocument(BaseModel):
    """Why no token was given."""

    error: Literal["invalid_request", "invalid_client", "unsupported_grant_type"]
    error_description: str


_REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        FORM_TYPE: {
            "schema": {
                "type": "object",
                "required": ["grant_type", "client_assertion_type", "client_assertion"],
                "properties": {
                    "grant_type": {"type": "string", "enum": [GRANT_TYPE]},
                    "client_assertion_type": {"type": "string", "enum": [ASSERTION_TYPE]},
                    "client_assertion": {"type": "string", "maxLength": MAX_TOKEN},
                    "scope": {"type": "string", "maxLength": _MAX_SCOPE},
                },
            }
        }
    },
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"model": TokenErrorDocument, "description": "The form cannot be used."},
    401: {"model": TokenErrorDocument, "description": "The machine did not prove who it is."},
}


def token_routes(services: AccountServices) -> APIRouter:
    """Return the token endpoint."""
    router = APIRouter()

    async def token(request: Request) -> JSONResponse:
        """Exchange a client assertion signed with ES256 for an access token of five minutes."""
        if request.headers.get("content-type", "").partition(";")[0].strip() != FORM_TYPE:
            return _refused(400, "invalid_request", f"Send a form as {FORM_TYPE}.")
        body = await request.body()
        try:
            form = parse_form(body if len(body) <= MAX_FORM_BYTES else b"\xff")
        except UnreadableForm as error:
            return _refused(400, "invalid_request", error.message)
        return await run_in_threadpool(_answer, services, form)

    router.add_api_route(
        PATH,
        token,
        methods=["POST"],
        response_model=TokenDocument,
        responses=_ANSWERS,
        summary=marked("Get an access token"),
        description=marked(
            "Exchange a client assertion signed with ES256 for an access token of five minutes."
        ),
        tags=["machines"],
        dependencies=[requires("machine.token")],
        openapi_extra={"requestBody": _REQUEST_BODY},
    )
    return router


def _answer(services: AccountServices, form: Form) -> JSONResponse:
    if form["grant_type"] != GRANT_TYPE:
        return _refused(400, "unsupported_grant_type", f"Only {GRANT_TYPE} is given.")
    if form["client_assertion_type"] != ASSERTION_TYPE or not form["client_assertion"]:
        return _refused(400, "invalid_request", f"Prove the client by {ASSERTION_TYPE}.")
    try:
        with services.transactions.transaction() as desk:
            given = grant_token(
                desk,
                services.office,
                form["client_assertion"],
                scope=form["scope"][:_MAX_SCOPE],
            )
    except ClientRefused as error:
        return _refused(401, "invalid_client", error.message)
    document = TokenDocument(
        access_token=given.token,
        expires_in=given.lifetime_s,
        scope=" ".join(sorted(given.scopes)),
    )
    return JSONResponse(document.model_dump(), headers=_NEVER_KEPT)


def _refused(
    status: int,
    error: Literal["invalid_request", "invalid_client", "unsupported_grant_type"],
    description: str,
) -> JSONResponse:
    document = TokenErrorDocument(error=error, error_description=description)
    headers = dict(_NEVER_KEPT)
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="battery-passport", error="invalid_client"'
    return JSONResponse(document.model_dump(), status_code=status, headers=headers)
