"""Changing the installation's keys, one at a time.

In: requests of verbs. Out: which key follows which; the change stands in the log as an act.
docs/how-to/rotate-keys.md
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from battery_passport.access.acts import Act, DetailValue
from battery_passport.adapters.sql.sessions import SqlSessions
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.gateways.identity import (
    GATEWAY_PREFIX,
    GatewayName,
    key_name,
    open_gateway,
)
from battery_passport.assembly.installation import Installation, register_importer
from battery_passport.assembly.keys import load_keys
from battery_passport.assembly.leases import Leases, Role
from battery_passport.assembly.log_keys import farewell, following_log_key
from battery_passport.assembly.requests import Asked
from battery_passport.assembly.rewrapping import rewrap
from battery_passport.credentials.kept_signer import KeptSigner
from battery_passport.credentials.signing import Signer
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.errors import NotFound, TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject

_PATIENCE_S = 30
_AT_ONCE_S = 1


class UnknownKey(NotFound):
    """There is no key of that name that a verb can change."""

    code = "unknown-key"
    remedy = "docs/how-to/rotate-keys.md tells of every key how it is changed."


class ServerRuns(TemporarilyUnavailable):
    """A key can only be changed while no server uses it."""

    code = "server-runs"
    remedy = "Stop the server of this home, run the verb, and start the server again."


def rotate_key(installation: Installation, request: JsonObject) -> JsonObject:
    """Change a key and record it as an act.

    Raises: UnknownKey, ServerRuns.
    """
    name = Asked(request).text("name")
    rotate = _ROTATIONS.get(name)
    if rotate is None:
        raise UnknownKey(
            f"{name[:40]!r} is no key that can be changed; there are {', '.join(_ROTATIONS)}."
        )
    with installation.leases.hold(Role.SETUP, timeout_s=_PATIENCE_S):
        details = rotate(installation, name)
    moment = installation.clock.now()
    act = Act(
        name="key-announced" if "announced" in details else "key-rotated",
        details={"key": name, **details},
    )
    with installation.database.write() as connection:
        record_act(connection, act, moment)
    installation.pipeline.settle()
    told = {key: value for key, value in details.items() if isinstance(value, str | int)}
    return {"key": name, **told, "at": format_utc(moment)}


Rotate = Callable[[Installation, str], Mapping[str, DetailValue]]


def _remembered_signer(installation: Installation, name: str) -> Mapping[str, DetailValue]:
    """Change a key whose public part goes on being trusted for what it signed."""
    old: Signer = getattr(installation.keys, name)
    retired_at = format_utc(installation.clock.now())
    installation.keystore.make_next(name)
    installation.keystore.adopt_next(
        name, {"jwk": old.public_key.as_jwk(), "retired_at": retired_at}
    )
    return _reloaded(installation, name, old)


def _tokens(installation: Installation, name: str) -> Mapping[str, DetailValue]:
    """Change the key of machines' short-lived tokens; those in use end with it."""
    old: Signer = installation.keys.tokens
    with _no_server(installation):
        installation.keystore.make_next(name)
        installation.keystore.adopt_next(name)
    return _reloaded(installation, name, old)


def _importer(installation: Installation, name: str) -> Mapping[str, DetailValue]:
    """Change the importer: a new device; what the old one signed stays evidence."""
    old: Signer = installation.keys.importer
    installation.keystore.make_next(name)
    installation.keystore.adopt_next(name)
    details = _reloaded(installation, name, old)
    register_importer(installation.database, installation.keys, installation.clock.now())
    return details


def _gateway(installation: Installation, name: str) -> Mapping[str, DetailValue]:
    """Change a gateway's key: a new device; what the old one signed stays evidence.

    A gateway that runs goes on with the key that it began with, or fails where keys are kept by a
    token: it is to be started anew.
    """
    old = KeptSigner.of(installation.keystore.signing_key(name))
    installation.keystore.make_next(name)
    installation.keystore.adopt_next(name)
    open_gateway(installation, GatewayName(name.removeprefix(GATEWAY_PREFIX)))
    new = KeptSigner.of(installation.keystore.signing_key(name))
    return {"old": old.public_key.thumbprint, "new": new.public_key.thumbprint}


def _log(installation: Installation, name: str) -> Mapping[str, DetailValue]:
    """Make the log's next key and tell it; called again, let it follow the present one.

    In between witnesses and readers of the trust file can be told of it.
    """
    keystore = installation.keystore
    if not keystore.has_next(name):
        keystore.make_next(name)
        return {"announced": following_log_key(keystore).text()}
    with _no_server(installation):
        installation.pipeline.settle()
        # Everything so far stands under the old key's last checkpoint; the new one signs no less.
        signed = installation.anchoring.sign_checkpoint()
        old, new = installation.keys.log.key, following_log_key(keystore)
        size = 0 if signed is None else signed.head.size
        told = farewell(old, new, until_size=size, retired_at=format_utc(installation.clock.now()))
        keystore.adopt_next(name, told)
        installation.keys.adopt(load_keys(keystore))
    return {"old": old.text(), "new": new.text(), "until-size": size}


def _personal_data(installation: Installation, _name: str) -> Mapping[str, DetailValue]:
    """Wrap the keys of people's data in another key."""
    with _no_server(installation):
        rewrapped = rewrap(installation.database, installation.keystore)
    installation.keys.adopt(load_keys(installation.keystore))
    return {"rewrapped": rewrapped}


def _sessions(installation: Installation, _name: str) -> Mapping[str, DetailValue]:
    """End every session: each token is the key of one, and only its hash is kept."""
    with installation.database.write() as connection:
        return {"ended": SqlSessions(connection).end_everybodys()}


_ROTATIONS: Mapping[str, Rotate] = MappingProxyType(
    {
        "issuer": _remembered_signer,
        "diagnostics": _remembered_signer,
        "importer": _importer,
        **{key_name(name): _gateway for name in GatewayName},
        "log": _log,
        "tokens": _tokens,
        "personal-data": _personal_data,
        "sessions": _sessions,
    }
)
ROTATABLE = tuple(_ROTATIONS)


@contextmanager
def _no_server(installation: Installation) -> Iterator[None]:
    """Keep servers from starting while the block runs.

    Raises: ServerRuns.
    """
    # Leases of our own would share what a server in this very process holds.
    if not Leases(installation.home.run).is_free(Role.SERVER):
        raise ServerRuns("A server of this home has the key in use.")
    with installation.leases.hold(Role.SERVER, timeout_s=_AT_ONCE_S):
        yield


def _reloaded(installation: Installation, name: str, old: Signer) -> Mapping[str, DetailValue]:
    installation.keys.adopt(load_keys(installation.keystore))
    new: Signer = getattr(installation.keys, name)
    return {"old": old.public_key.thumbprint, "new": new.public_key.thumbprint}
