"""An organisation's own sign-in provider, entered by whoever runs the installation.

In: issuer, client and secret. Out: the provider, offered on the sign-in page.
"""

from urllib.parse import urlsplit
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.desk import Desk
from battery_passport.access.errors import UnusableApplication
from battery_passport.access.organisations.members import active_account
from battery_passport.access.people.providers import SECRET_FIELD
from battery_passport.access.people.reading import key_of
from battery_passport.access.records.organisations import StoredProvider
from battery_passport.foundation.uuid7 import new_uuid7

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_MAX_TEXT = 500


def check_issuer(text: str) -> str:
    """Return a provider's address: https, or http on this very machine.

    Raises: UnusableApplication.
    """
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname or ""
    except ValueError as error:
        raise UnusableApplication("The provider's address cannot be read.") from error
    own = parts.scheme == "http" and host in _LOOPBACK
    extras = parts.query or parts.fragment or "@" in parts.netloc
    if not host or extras or not (parts.scheme == "https" or own) or len(text) > _MAX_TEXT:
        raise UnusableApplication(
            "The provider's address is no issuer.",
            remedy="Give the https address that the provider names as its issuer.",
        )
    return text.strip()


def set_provider(
    desk: Desk,
    organisation_id: UUID,
    *,
    issuer: str,
    client_id: str,
    client_secret: str | None,
    actor: UUID | None,
) -> UUID:
    """Save the organisation's provider in place of any before and return its id.

    Raises: UnusableApplication, UnknownOrganisation.
    """
    account = active_account(desk, organisation_id)
    if not client_id.isprintable() or not 1 <= len(client_id) <= _MAX_TEXT:
        raise UnusableApplication("The client id cannot be used.")
    key = key_of(desk, organisation_id)
    desk.organisations.remove_provider(organisation_id)
    provider = StoredProvider(
        provider_id=new_uuid7(desk.moment),
        organisation_id=organisation_id,
        issuer=check_issuer(issuer),
        client_id=client_id,
        sealed_secret=desk.sealing.seal(key, SECRET_FIELD, client_secret)
        if client_secret
        else None,
    )
    desk.organisations.save_provider(provider)
    details = {"organisation": str(account.organisation_id)}
    desk.acts.record(Act(name="provider-set", actor_id=actor, details=details), desk.moment)
    return provider.provider_id
