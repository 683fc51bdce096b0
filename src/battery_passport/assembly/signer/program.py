"""The signer as a program: checks how it is set up, listens, ends when it is told to.

In: settings of the keystore, an address. Out: a listening signer.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from battery_passport.assembly.home import Home
from battery_passport.assembly.keystore_settings import REMOTE
from battery_passport.assembly.keystores import open_keystore
from battery_passport.assembly.leases import Leases, Role
from battery_passport.assembly.listening import ended_by_request, listening
from battery_passport.assembly.logs import configure_logs
from battery_passport.assembly.settings import LOOPBACK_NAMES, Settings
from battery_passport.assembly.signer.application import SignerEndpoint
from battery_passport.credentials.keystore import Keystore, kind_of
from battery_passport.foundation.errors import Misconfigured
from battery_passport.foundation.strict_json import JsonObject

LEAST_SECRET = 32
"""Characters: the secret is made by a machine, never by a person."""

_LEASE_S = 5
_GRACE_S = 5


class SignerMisconfigured(Misconfigured):
    """The signer would let in whoever asks, or be heard by others."""

    code = "signer-misconfigured"
    remedy = "docs/reference/keys.md tells how a signer is set up."


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 takes a free one."""

    host: str
    port: int


def run_signer(settings: Settings, address: Address, *, announce: Callable[[str], None]) -> None:
    """Sign until the process is told to end.

    Raises: SignerMisconfigured, and what opening the keystore raises.
    """
    configure_logs(settings.log_level)
    _check(settings, address)
    scheme = "https" if settings.keystore.signer_certificate else "http"
    with _kept(settings) as keystore, listening(address.host, address.port) as listener:
        endpoint = SignerEndpoint(keystore, secret=settings.keystore.signer_secret)
        server = uvicorn.Server(_config(endpoint, settings))
        port = listener.getsockname()[1]
        host = f"[{address.host}]" if ":" in address.host else address.host
        announce(f"{scheme}://{host}:{port}")
        with ended_by_request():
            server.run(sockets=[listener])


def discard_key(settings: Settings, name: str) -> JsonObject:
    """Destroy one of the signer's keys; the next use makes another.

    Raises: UnknownKeyName, SignerMisconfigured.
    """
    kind_of(name)
    with _kept(settings) as keystore:
        keystore.discard(name)
    return {"discarded": name}


@contextmanager
def _kept(settings: Settings) -> Iterator[Keystore]:
    if settings.keystore.kind == REMOTE:
        raise SignerMisconfigured("A signer keeps its keys itself: its keystore cannot be remote.")
    home = Home(settings.home)
    home.prepare()
    with Leases(home.run).hold(Role.SERVER, timeout_s=_LEASE_S):
        yield open_keystore(settings, home)


def _check(settings: Settings, address: Address) -> None:
    asked = settings.keystore
    if asked.signer_secret and len(asked.signer_secret) < LEAST_SECRET:
        raise SignerMisconfigured(
            f"The signer's secret has {len(asked.signer_secret)} characters,"
            f" expected {LEAST_SECRET} or more."
        )
    knows_certificates = asked.signer_certificate is not None and asked.signer_authority is not None
    if not asked.signer_secret and not knows_certificates:
        raise SignerMisconfigured("Nothing is set that tells the signer who may ask.")
    if address.host not in LOOPBACK_NAMES and asked.signer_certificate is None:
        raise SignerMisconfigured(f"Without a certificate it cannot listen on {address.host}.")


def _config(endpoint: SignerEndpoint, settings: Settings) -> uvicorn.Config:
    asked = settings.keystore
    wants_certificate = asked.signer_certificate is not None and asked.signer_authority is not None
    return uvicorn.Config(
        endpoint.application(),
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE_S,
        ssl_certfile=asked.signer_certificate,
        ssl_keyfile=asked.signer_certificate_key,
        ssl_ca_certs=_text(asked.signer_authority) if wants_certificate else None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if wants_certificate else ssl.CERT_NONE,
    )


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
