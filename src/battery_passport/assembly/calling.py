"""Runs an operation where it belongs: in the server of this home, or here if none runs.

In: an operation's name and request. Out: its answer, or the error it raised, wherever it ran.
"""

import http.client
import json
import os
from dataclasses import dataclass

from battery_passport.assembly.home import Home
from battery_passport.assembly.leases import Leases, Role
from battery_passport.assembly.remote_errors import raise_remote
from battery_passport.assembly.settings import Settings, load_settings
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject, parse_json_object

CONTROL_PATH = "/control/"
_TIMEOUT_S = 3_600


class ServerUnreachable(TemporarilyUnavailable):
    """The server that holds this home does not answer."""

    code = "server-unreachable"
    remedy = "Wait until it has started or ended, then try again."


@dataclass(frozen=True, slots=True)
class RunningServer:
    """How to reach the server of a home, as `run/server.json` names it."""

    host: str
    port: int
    token: str


def call(operation: str, request: JsonObject) -> JsonObject:
    """Return the answer of an operation on the home that the environment names.

    Raises: whatever the operation raises; ServerUnreachable.
    """
    settings = load_settings(os.environ)
    home = Home(settings.home)
    home.prepare()
    server = running_server(home)
    if server is not None:
        return _ask(server, operation, request)
    return _run_here(settings, operation, request)


def running_server(home: Home) -> RunningServer | None:
    """Return the server that holds this home now, if one does. Raises: ServerUnreachable."""
    if Leases(home.run).is_free(Role.SERVER):
        return None
    try:
        known = parse_json_object(home.server_file.read_bytes())
        return RunningServer(
            host=str(known["host"]), port=int(str(known["port"])), token=str(known["token"])
        )
    except (OSError, KeyError, ValueError) as error:
        raise ServerUnreachable("A server of this home is just starting or ending.") from error


def _run_here(settings: Settings, operation: str, request: JsonObject) -> JsonObject:
    # A verb that a server answers does not wait for everything that only its server uses.
    from battery_passport.assembly.installation import opened_installation
    from battery_passport.assembly.performing import perform

    with opened_installation(settings) as installation:
        return perform(installation, operation, request)


def _ask(server: RunningServer, operation: str, request: JsonObject) -> JsonObject:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=_TIMEOUT_S)
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    try:
        connection.request("POST", CONTROL_PATH + operation, json.dumps(request), headers)
        response = connection.getresponse()
        body = parse_json_object(response.read())
    except (OSError, http.client.HTTPException) as error:
        raise ServerUnreachable(f"The server of this home did not answer: {error}.") from error
    finally:
        connection.close()
    if response.status != http.HTTPStatus.OK:
        raise_remote(body)
    return body
