"""What a signer can be asked, verb by verb.

In: a keystore and a request. Out: the answer's members.
"""

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType

from battery_passport.assembly.requests import Asked
from battery_passport.credentials.errors import KeyGone
from battery_passport.credentials.keystore import Keystore, SigningKey
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.encoding import hex_decode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject

_LOG = logging.getLogger(__name__)

Verb = Callable[[Keystore, JsonObject], JsonObject]


def _about(keystore: Keystore, _request: JsonObject) -> JsonObject:
    return {"protection": keystore.protection, "insecure": keystore.insecure}


def _public_key(keystore: Keystore, request: JsonObject) -> JsonObject:
    asked = Asked(request)
    key = keystore.signing_key(asked.text("name"), following=asked.flag("following"))
    return {"public_key": key.public_key.hex()}


def _sign(keystore: Keystore, request: JsonObject) -> JsonObject:
    asked = Asked(request)
    name, message = asked.text("name"), hex_decode(asked.text("message"))
    key = _key_with(keystore, name, hex_decode(asked.text("key")))
    _LOG.info("signed", extra={"key": name, "sha256": sha256(message).hex()})
    return {"signature": key.sign(message).hex()}


def _key_with(keystore: Keystore, name: str, public_key: bytes) -> SigningKey:
    """Return the key of that name and public half, present or following."""
    for following in (False, True):
        if following and not keystore.has_next(name):
            break
        key = keystore.signing_key(name, following=following)
        if key.public_key == public_key:
            return key
    raise KeyGone(f"The key {name} asked for was replaced.")


def _derive(keystore: Keystore, request: JsonObject) -> JsonObject:
    asked = Asked(request)
    name, use = asked.text("name"), hex_decode(asked.text("use"))
    secret = keystore.secret(name, following=asked.flag("following"))
    _LOG.info("derived", extra={"key": name})
    return {"octets": secret.derive(use).hex()}


def _has_next(keystore: Keystore, request: JsonObject) -> JsonObject:
    return {"has_next": keystore.has_next(Asked(request).text("name"))}


def _make_next(keystore: Keystore, request: JsonObject) -> JsonObject:
    keystore.make_next(Asked(request).text("name"))
    return {}


def _adopt_next(keystore: Keystore, request: JsonObject) -> JsonObject:
    name, farewell = Asked(request).text("name"), request.get("farewell")
    if farewell is not None and not isinstance(farewell, dict):
        raise InvalidInput("'farewell' is neither an object nor null.")
    keystore.adopt_next(name, farewell)
    _LOG.warning("key changed", extra={"key": name})
    return {}


def _farewells(keystore: Keystore, request: JsonObject) -> JsonObject:
    return {"farewells": list(keystore.farewells(Asked(request).text("name")))}


VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "about": _about,
        "public-key": _public_key,
        "sign": _sign,
        "derive": _derive,
        "has-next": _has_next,
        "make-next": _make_next,
        "adopt-next": _adopt_next,
        "farewells": _farewells,
    }
)
"""Nothing here gives a private key or discards one."""
