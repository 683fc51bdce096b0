"""Asking a provider over HTTP: bounded in time and size, to safe addresses, without redirects.

In: addresses and fields. Out: JSON documents, or which of provider and network is at fault.
"""

from typing import Any
from urllib.parse import urlsplit

import httpx

from battery_passport.access.errors import ProviderRefused, ProviderUnreachable
from battery_passport.access.stores.people import ProviderAccount
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, parse_json_object

MAX_ANSWER_BYTES = 262_144
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_REFUSALS = range(400, 500)


class Asking:
    """A client that trusts no answer further than it must."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s

    def document(self, address: str) -> JsonObject:
        """Return the JSON object at an address.

        Raises: ProviderUnreachable.
        """
        status, body = self._send("GET", check_address(address))
        if status != httpx.codes.OK:
            raise ProviderUnreachable(f"The provider answered with {status}.")
        return body

    def exchange(
        self, address: str, fields: dict[str, str], account: ProviderAccount
    ) -> JsonObject:
        """Return what a provider gives for a code.

        Raises: ProviderUnreachable, ProviderRefused.
        """
        secret = account.client_secret
        signed_in = httpx.BasicAuth(account.client_id, secret) if secret else None
        status, body = self._send("POST", address, data=fields, auth=signed_in)
        if status in _REFUSALS:
            raise ProviderRefused("The provider does not accept its code.")
        if status != httpx.codes.OK:
            raise ProviderUnreachable(f"The provider answered with {status}.")
        return body

    def _send(self, method: str, address: str, **content: Any) -> tuple[int, JsonObject]:
        try:
            with (
                httpx.Client(timeout=self._timeout_s, follow_redirects=False) as client,
                client.stream(method, address, **content) as response,
            ):
                body = _bounded(response)
                return response.status_code, _parsed(response.status_code, body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderUnreachable("The sign-in provider does not answer.") from error


def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise ProviderUnreachable("The sign-in provider answers endlessly.")
    return bytes(body)


def _parsed(status: int, body: bytes) -> JsonObject:
    if status != httpx.codes.OK:
        return {}
    try:
        return parse_json_object(body)
    except InvalidInput as error:
        raise ProviderUnreachable("The sign-in provider's answer cannot be read.") from error


def check_address(found: object) -> str:
    """Return an address that may be asked: https, or http on this very machine.

    Raises: ProviderRefused.
    """
    text = found if isinstance(found, str) else ""
    try:
        parts = urlsplit(text)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    except ValueError as error:
        raise ProviderRefused("The provider names an address that cannot be read.") from error
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise ProviderRefused("The provider names an address that is not safe.")
    return text
