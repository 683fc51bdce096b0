"""How failures of the interface are described, and what every operation says of who may call it.

In: status codes. Out: entries of an operation's `responses`; its `security`.
Source: RFC 9457; OpenAPI 3.1 §4.8.30.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict

from battery_passport.web.problems import PROBLEM_MEDIA_TYPE


class ProblemDocument(BaseModel):
    """An RFC 9457 problem: what failed, and the next step under `remedy`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    remedy: str | None = None


_DESCRIPTIONS = {
    400: "The identifier or the request cannot be read.",
    401: "Sign in or send an API key; a key that is unknown or over gets this too.",
    403: "Not open to whoever asked.",
    404: "Nothing is recorded under this name.",
    409: "This contradicts what is already recorded.",
    413: "The request is too large.",
    422: "The request cannot be used as it is.",
    429: "Too many requests; `Retry-After` says when to ask again.",
    503: "Not just now; `Retry-After` says when to ask again.",
}

KEY_IS_OPTIONAL: dict[str, Any] = {"security": [{}, {"apiKey": []}]}
"""Everyone may call it; with a key it answers what the key's organisation may see."""

KEY_IS_NEEDED: dict[str, Any] = {"security": [{"apiKey": []}]}

SECURITY_SCHEMES = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key of an organisation, or a token got for a signed assertion.",
    }
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documented failures of an operation; being asked too often is one of each."""
    return {
        status: {
            "model": ProblemDocument,
            "description": _DESCRIPTIONS[status],
            "content": {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": _SCHEMA}}},
        }
        for status in sorted({*statuses, 400, 401, 429, 503})
    }


_SCHEMA = "#/components/schemas/ProblemDocument"


def only_as_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with failures described as the one media type they are sent as."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if PROBLEM_MEDIA_TYPE in content or status == "422":
                    problem = {"schema": {"$ref": _SCHEMA}}
                    response["content"] = {PROBLEM_MEDIA_TYPE: problem}
    document.setdefault("components", {})["securitySchemes"] = SECURITY_SCHEMES
    schemas = document["components"].get("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return document
