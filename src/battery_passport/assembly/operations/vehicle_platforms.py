"""Platforms that may pass on what cars said over GB/T 32960, and what the gateway refused.

In: requests of verbs. Out: accounts; a new account's password, which is shown once.
"""

import re
import secrets

from battery_passport.access.acts import Act
from battery_passport.adapters.sql.gateway_accounts import AccountStore
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.gateways.process import hasher_of
from battery_passport.assembly.gateways.vehicles import GATEWAY
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.chargers import show_kept, show_status
from battery_passport.assembly.requests import Asked, InvalidRequest
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.errors import NotFound
from battery_passport.foundation.strict_json import JsonObject, JsonValue

# The frame has room for 12 and for 20 characters.
_USER = re.compile(r"[A-Za-z0-9._-]{1,12}")
_PASSWORD = re.compile(r"[!-~]{12,20}")
_PASSWORD_BYTES = 15


class UnknownPlatform(NotFound):
    """No platform of that name was entered."""

    code = "unknown-platform"
    remedy = "Enter it with `gbt32960 platform add`."


def add_platform(installation: Installation, request: JsonObject) -> JsonObject:
    """Enter a platform, or give it another password."""
    asked, moment = Asked(request), installation.clock.now()
    user, given = asked.text("user"), asked.optional_text("password")
    if not _USER.fullmatch(user):
        raise InvalidRequest(f"{user[:60]!r} is no name of a platform: 1 to 12 letters or digits.")
    password = secrets.token_urlsafe(_PASSWORD_BYTES) if given is None else given
    if not _PASSWORD.fullmatch(password):
        raise InvalidRequest("A platform's password has 12 to 20 characters without blanks.")
    with installation.database.write() as connection:
        hashed = hasher_of(installation).password(user, password)
        AccountStore(connection).set(GATEWAY, user, hashed, moment)
        record_act(connection, Act(name="platform-added", details={"platform": user}), moment)
    installation.pipeline.settle()
    shown_once: JsonObject = {"password": password} if given is None else {}
    return {"platform": user, **shown_once}


def remove_platform(installation: Installation, request: JsonObject) -> JsonObject:
    """Let a platform in no more. Raises: UnknownPlatform."""
    user, moment = Asked(request).text("user"), installation.clock.now()
    with installation.database.write() as connection:
        if not AccountStore(connection).remove(GATEWAY, user):
            raise UnknownPlatform(f"No platform is called {user[:60]!r}.")
        record_act(connection, Act(name="platform-removed", details={"platform": user}), moment)
    installation.pipeline.settle()
    return {"platform": user, "removed_at": format_utc(moment)}


def show_vehicles(installation: Installation, request: JsonObject) -> JsonObject:
    """Return the gateway's processes, and what they refused."""
    status, kept = show_status(installation, request), show_kept(installation, request)
    return {"gateways": _ours(status["gateways"]), "refused": _ours(kept["refused"])}


def _ours(rows: JsonValue) -> list[JsonValue]:
    if not isinstance(rows, list):
        return []
    return [row for row in rows if isinstance(row, dict) and row["gateway"] == GATEWAY]
