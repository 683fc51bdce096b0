"""A keystore on another machine: `battery-passport signer` signs, this side only asks.

In: the signer's address, what proves who asks. Out: its signatures; "try again" while it is down.
docs/reference/keys.md tells of the requests.
"""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import httpx

from battery_passport.credentials.errors import KeyGone, KeystoreRefused, KeystoreUnavailable
from battery_passport.credentials.keystore import KeyKind, check_kind, kind_of
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import JsonObject, MalformedJson, parse_json_object

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TRIES = 3
_FIRST_WAIT_S = 0.2
_MOST_ANSWER_BYTES = 65_536


class SignerDown(KeystoreUnavailable):
    """The signer does not answer; nothing was signed."""

    code = "signer-down"
    remedy = "The signer is down: start it or look at the network to it, and try again."


class SignerRefused(KeystoreRefused):
    """The signer answered, and refused."""

    code = "signer-refused"
    remedy = "Look at the signer's own log: it tells why."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerAccess:
    """Where a signer is and how both sides know each other."""

    url: str
    secret: str = field(repr=False)
    timeout_s: float = 5.0
    authority: Path | None = None
    certificate: Path | None = None
    certificate_key: Path | None = None


class RemoteKeystore:
    """Asks a signer. Fulfils `credentials.keystore.Keystore`."""

    protection: ClassVar[str] = "remote"

    def __init__(self, access: SignerAccess) -> None:
        """Raises: KeystoreRefused, SignerDown, SignerRefused."""
        self._client = _client(access)
        try:
            told = self._ask("about", {})
        except BaseException:
            self._client.close()
            raise
        self.insecure = told.get("insecure") is not False
        self.kept_by = str(told.get("protection"))

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def signing_key(self, name: str, *, following: bool = False) -> "RemoteKey":
        """Return a key. Raises: UnknownKeyName, KeyGone, SignerDown."""
        kind = check_kind(name, is_secret=False)
        told = self._ask("public-key", {"name": name, "following": following})
        return RemoteKey(kind, _octets(told, "public_key"), name, self)

    def secret(self, name: str, *, following: bool = False) -> "RemoteSecret":
        """Return a secret. Raises: UnknownKeyName."""
        check_kind(name, is_secret=True)
        return RemoteSecret(name, following, self)

    def has_next(self, name: str) -> bool:
        """Return whether the change of a key has begun."""
        return self._ask("has-next", _named(name)).get("has_next") is True

    def make_next(self, name: str) -> None:
        """Make the key that is to follow, unless it was made before."""
        self._ask("make-next", _named(name))

    def adopt_next(self, name: str, farewell: JsonObject | None = None) -> None:
        """Put the next key in the place of the present one, which is destroyed."""
        # Asked again after a lost answer, it would find nothing that is to follow.
        self._ask("adopt-next", {**_named(name), "farewell": farewell}, tries=1)

    def farewells(self, name: str) -> tuple[JsonObject, ...]:
        """Return what was kept of the keys of that name that are no more, the oldest first."""
        told = self._ask("farewells", _named(name)).get("farewells")
        if not isinstance(told, list):
            raise SignerRefused("The signer's answer has no farewells.")
        return tuple(each for each in told if isinstance(each, dict))

    def discard(self, name: str) -> None:
        """Refuse: whoever restores elsewhere must not end what others sign with.

        Raises: KeystoreRefused.
        """
        kind_of(name)
        raise KeystoreRefused(
            f"The key {name} cannot be discarded from here.",
            remedy="Run `battery-passport signer discard` on the signer's machine, if no other "
            "installation signs there; or restore with the newest published checkpoint.",
        )

    def sign(self, name: str, public_key: bytes, message: bytes) -> bytes:
        """Return a signature of exactly that key. Raises: KeyGone, SignerDown."""
        asked: JsonObject = {"name": name, "key": public_key.hex(), "message": message.hex()}
        return _octets(self._ask("sign", asked), "signature")

    def derive(self, name: str, use: bytes, *, following: bool) -> bytes:
        """Return the 32 bytes for one use. Raises: KeyGone, SignerDown."""
        asked: JsonObject = {"name": name, "use": use.hex(), "following": following}
        return _octets(self._ask("derive", asked), "octets")

    def _ask(self, verb: str, asked: JsonObject, *, tries: int = _TRIES) -> JsonObject:
        wait_s = _FIRST_WAIT_S
        for left in reversed(range(tries)):
            try:
                return _answer(self._client.post(f"/v1/{verb}", json=asked))
            except (httpx.TransportError, SignerDown) as error:
                if left == 0:
                    raise SignerDown(f"The signer does not answer ({type(error).__name__}).") from (
                        error
                    )
            time.sleep(wait_s)
            wait_s *= 2
        raise SignerDown("The signer was not asked.")


@dataclass(frozen=True, slots=True)
class RemoteKey:
    """A private key that the signer holds."""

    kind: KeyKind
    public_key: bytes
    name: str
    keystore: RemoteKeystore = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Return the signer's signature. Raises: KeyGone, SignerDown."""
        return self.keystore.sign(self.name, self.public_key, message)


@dataclass(frozen=True, slots=True)
class RemoteSecret:
    """A random secret that the signer holds."""

    name: str
    following: bool
    keystore: RemoteKeystore = field(repr=False)

    def derive(self, use: bytes) -> bytes:
        """Return the 32 bytes for one use. Raises: KeyGone, SignerDown."""
        return self.keystore.derive(self.name, use, following=self.following)


def _named(name: str) -> JsonObject:
    kind_of(name)
    return {"name": name}


def _client(access: SignerAccess) -> httpx.Client:
    parts = urlsplit(access.url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise KeystoreRefused(
            f"The signer's address {access.url!r} is neither https nor on this machine.",
            remedy="Give the signer a certificate and an https address.",
        )
    if not access.secret and access.certificate is None:
        raise KeystoreRefused("Nothing is set that proves to the signer who asks.")
    return httpx.Client(
        base_url=access.url.rstrip("/"),
        headers={"Authorization": f"Bearer {access.secret}"} if access.secret else {},
        timeout=access.timeout_s,
        verify=_context(access) if parts.scheme == "https" else False,
        trust_env=False,
    )


def _context(access: SignerAccess) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=access.authority)
        if access.certificate is not None:
            context.load_cert_chain(access.certificate, access.certificate_key)
    except (OSError, ssl.SSLError) as error:
        raise KeystoreRefused(f"The signer's certificates cannot be used: {error}.") from error
    return context


_REFUSALS: Mapping[str, type[BatteryPassportError]] = {
    KeyGone.code: KeyGone,
    KeystoreUnavailable.code: KeystoreUnavailable,
}


def _answer(response: httpx.Response) -> JsonObject:
    if len(response.content) > _MOST_ANSWER_BYTES:
        raise SignerRefused("The signer's answer is too long.")
    if response.status_code >= 500:
        raise SignerDown(f"The signer answered {response.status_code}.")
    try:
        told = parse_json_object(response.content)
    except MalformedJson as error:
        raise SignerRefused(
            f"What answers is no signer (status {response.status_code})."
        ) from error
    if response.status_code == 200:
        return told
    message = str(told.get("message", f"The signer answered {response.status_code}."))[:300]
    raise _REFUSALS.get(str(told.get("code")), SignerRefused)(message)


def _octets(told: JsonObject, member: str) -> bytes:
    try:
        return bytes.fromhex(str(told[member]))
    except (KeyError, ValueError) as error:
        raise SignerRefused(f"The signer's answer has no {member}.") from error
