"""Organisations' did:web identifiers and the documents that publish their keys.

In: a base address and public keys. Out: identifiers, addresses, DID documents; nothing is fetched.
Source: W3C did:web method specification; W3C DID Core 1.0 §5.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

from battery_passport.credentials.errors import MalformedDid
from battery_passport.credentials.jwk import PublicKey
from battery_passport.foundation.strict_json import JsonObject, JsonValue

_PREFIX = "did:web:"
_CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"]
_SAFE = "-._~"


def did_web(base_url: str, *path: str) -> str:
    """Return the did:web of a path under a base address.

    Raises: MalformedDid without a host name (the method allows no IP address), or with an empty
    path segment.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise MalformedDid(f"{base_url!r} is not a web address.")
    if _is_ip_address(parts.hostname):
        raise MalformedDid(f"{parts.hostname} is an IP address, which did:web does not allow.")
    port = "" if parts.port is None else f"%3A{parts.port}"
    segments = [segment for segment in parts.path.split("/") if segment] + list(path)
    if not all(segments):
        raise MalformedDid("A path segment is empty.")
    return ":".join([f"{_PREFIX}{parts.hostname}{port}", *(quote(s, safe=_SAFE) for s in segments)])


def did_document_url(did: str) -> str:
    """Return the address at which the method looks for the document.

    Raises: MalformedDid.
    """
    if not did.startswith(_PREFIX):
        raise MalformedDid(f"{did!r} is not a did:web.")
    host, *segments = did.removeprefix(_PREFIX).split(":")
    if not host or not all(segments):
        raise MalformedDid(f"{did!r} has an empty part.")
    folder = "/".join(segments) if segments else ".well-known"
    return f"https://{unquote(host)}/{folder}/did.json"


def key_id_of(did: str, key: PublicKey) -> str:
    """Return the DID URL a key is named by: its thumbprint as the fragment."""
    return f"{did}#{key.thumbprint}"


def did_document(did: str, keys: Iterable[PublicKey]) -> JsonObject:
    """Return the DID document in which the organisation vouches for its signing keys."""
    methods: list[JsonValue] = []
    names: list[JsonValue] = []
    for key in keys:
        name = key_id_of(did, key)
        names.append(name)
        jwk = {**key.as_jwk(), "kid": key.thumbprint, "alg": key.algorithm, "use": "sig"}
        methods.append({"id": name, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk})
    return {
        "@context": list(_CONTEXT),
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": names,
    }


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
