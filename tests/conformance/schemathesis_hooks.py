"""What schemathesis cannot guess: a battery that there is, an event that can have happened.

In: cases that schemathesis makes. Out: half of them about a real battery, the rest as it was.
Loaded by the schemathesis program through `SCHEMATHESIS_HOOKS`.
"""

import os
from typing import Any

import schemathesis

GTIN, SERIAL = os.environ.get("READING_BATTERY", "/").split("/")
EVENT = {
    "eventType": "inspected",
    "occurredAt": "2026-01-05T00:00:00Z",
    "payload": {"kind": "periodic", "result": "passed"},
}


def _one_of_two(value: object) -> bool:
    """Choose by the value itself, so that a campaign can be run again."""
    return sum(repr(value).encode()) % 2 == 0


@schemathesis.hook
def map_path_parameters(
    _context: schemathesis.HookContext, path_parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Return the parameters, of a real battery in one case of two."""
    if path_parameters and "serial" in path_parameters and _one_of_two(path_parameters):
        return {**path_parameters, "gtin": GTIN, "serial": SERIAL}
    return path_parameters


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    """Return the body, of an event that can have happened or of real batteries in one of two."""
    path = context.operation.path if context.operation else ""
    if not isinstance(body, dict) or not _one_of_two(body):
        return body
    if path.startswith("/v1/events/"):
        return EVENT
    if path == "/v1/consignments":
        return {"identifiers": [f"{GTIN}/{SERIAL}", "NOBODY"]}
    return body
