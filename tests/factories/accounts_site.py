"""The site of accounts over a record store, in this process, and a visitor with a cookie jar.

In: an office of `tests.factories.people`. Out: an application, and visitors who fill in forms.
"""

import html
import re
from dataclasses import dataclass
from dataclasses import replace as changed

import httpx
from fastapi import FastAPI

from battery_passport.access.machines.clients import TokenOffice
from battery_passport.access.stores.people import Passkeys, Providers
from battery_passport.adapters.oidc.provider import OidcProviders
from battery_passport.adapters.passkeys.relying_party import RelyingParty
from battery_passport.assembly.sites.account import DeskIdentification
from battery_passport.credentials.signing import Es256Signer
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.routes import routes
from battery_passport.web.application import create_application
from battery_passport.web.static_files import load_static_files
from tests.factories.asgi import asgi_client
from tests.factories.people import ADDRESS, EMAIL, PASSWORD, Office
from tests.factories.web import Logs, web_services

_CSRF = re.compile(r'name="csrf" value="([^"]+)"')

SIGNER = Es256Signer.generate(key_id="tokens")


def accounts_application(
    made: Office,
    *,
    address: str = ADDRESS,
    passkeys: Passkeys | None = None,
    providers: Providers | None = None,
    logs: Logs | None = None,
) -> FastAPI:
    """Return the whole web application with the pages of accounts."""
    services = web_services(public_address=address, logs=logs)
    desks = changed(made.desks, address=address)
    token_office = TokenOffice(signer=SIGNER, issuer=address)
    accounts = AccountServices(
        transactions=desks,
        passwords=desks.passwords,
        passkeys=passkeys or RelyingParty(address),
        providers=providers or OidcProviders(timeout_s=2),
        office=token_office,
        assets=load_static_files(services.node_modules).addresses,
        software_version="0.1.0",
    )
    return create_application(
        services,
        identification=DeskIdentification(desks=desks, office=token_office),
        groups=[lambda site: routes(accounts, site)],
    )


@dataclass
class Guest:
    """Somebody at a browser: keeps cookies, and sends forms with the token of their page."""

    http: httpx.Client

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path, headers={"accept": "text/html"})

    def csrf(self, path: str) -> str:
        page = self.get(path)
        found = _CSRF.search(page.text)
        assert found, f"{path} has no form: {page.status_code}"
        return html.unescape(found[1])

    def send(self, path: str, *, page: str | None = None, **fields: object) -> httpx.Response:
        """Send a form from its page."""
        token = self.csrf(page or path)
        return self.http.post(path, data={"csrf": token, **fields})

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> httpx.Response:
        return self.send("/sign-in", email=email, password=password)


def guest(
    application: FastAPI, *, address: str = ADDRESS, headers: dict[str, str] | None = None
) -> Guest:
    """Return a fresh visitor, who reads English."""
    usual = {"accept-language": "en", "user-agent": "Mozilla/5.0 (X11; Linux) Chrome/140"}
    return Guest(asgi_client(application, base_url=address, headers={**usual, **(headers or {})}))
