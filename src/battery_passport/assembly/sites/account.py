"""The pages of accounts and organisations, joined to an installation; and who sends a request.

In: an opened installation and its desks. Out: a group of routes; the `Identification` of the web.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from starlette.routing import BaseRoute

from battery_passport import __version__
from battery_passport.access.desk import Desk
from battery_passport.access.machines.clients import TokenOffice, find_token
from battery_passport.access.machines.keys import find_key, is_key_use_to_be_noted
from battery_passport.access.model import Principal
from battery_passport.access.people.reading import profile_of
from battery_passport.access.people.sessions import (
    SignedIn,
    find_session,
    needs_noting,
    note_use,
)
from battery_passport.adapters.oidc.provider import OidcProviders
from battery_passport.adapters.passkeys.relying_party import RelyingParty
from battery_passport.assembly.desks import Desks
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.locating import node_modules
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.routes import routes
from battery_passport.web.application import PageGroup
from battery_passport.web.session import Visitor
from battery_passport.web.site import Site
from battery_passport.web.static_files import load_static_files

KEY_MARK = "bpk_"
FindGrant = Callable[[str], UUID | None]


def account_pages(installation: Installation, desks: Desks, *, home: str = "/account") -> PageGroup:
    """Return the group of account pages, for `create_application`."""

    def group(site: Site) -> Sequence[BaseRoute]:
        return routes(account_services(installation, desks, home=home), site)

    return group


def account_services(installation: Installation, desks: Desks, *, home: str) -> AccountServices:
    """Return what the pages are given."""
    return AccountServices(
        transactions=desks,
        passwords=desks.passwords,
        passkeys=RelyingParty(desks.address),
        providers=OidcProviders(),
        office=token_office(installation),
        assets=load_static_files(node_modules(installation.settings)).addresses,
        software_version=__version__,
        home=home,
    )


def token_office(installation: Installation) -> TokenOffice:
    """Return whose access tokens are accepted here: our own."""
    return TokenOffice(signer=installation.keys.tokens, issuer=installation.base_url)


def no_grant(_token: str) -> UUID | None:
    """Return None: for sites where nothing is shared."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskIdentification:
    """Fulfils `web.session.Identification`."""

    desks: Desks
    office: TokenOffice
    find_grant: FindGrant = no_grant

    def by_session(self, token: str) -> Visitor | None:
        """Return who is signed in; the session's last use is written down once a minute."""
        with self.desks.reading() as desk:
            found = find_session(desk, token)
            if found is None:
                return None
            visitor, is_due = _visitor(desk, found), needs_noting(desk, found)
        if is_due:
            with self.desks.transaction() as desk:
                note_use(desk, found)
        return visitor

    def by_bearer(self, token: str) -> Principal:
        """Return the machine behind an API key or an access token of ours.

        Raises: ClientRefused.
        """
        with self.desks.reading() as desk:
            if not token.startswith(KEY_MARK):
                return find_token(desk, self.office, token)
            key, principal = find_key(desk, token)
            is_due = is_key_use_to_be_noted(desk, key)
        if is_due:
            with self.desks.transaction() as desk:
                desk.machines.note_key_use(key.key_id, desk.moment)
        return principal

    def by_grant(self, token: str) -> UUID | None:
        """Return the grant that a link's cookie opens now."""
        return self.find_grant(token)


def _visitor(desk: Desk, found: SignedIn) -> Visitor:
    profile, place = profile_of(desk, found.person), found.place
    return Visitor(
        principal=found.principal,
        name=profile.name,
        language=profile.language,
        organisation_name=place.account.name if place else "",
        organisations=tuple(
            (each.account.organisation_id, each.account.name) for each in found.places
        ),
        factor=found.factor,
    )
