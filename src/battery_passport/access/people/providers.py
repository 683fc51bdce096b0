"""Sign-in through an organisation's own provider (OpenID Connect, code flow with PKCE).

In: which provider, and what it answered. Out: where to send the browser; later a session that is
bound to that organisation. A provider never opens an account that it did not make or was not
joined to by its owner: it vouches for addresses, and could vouch for anybody's.
Source: OpenID Connect Core 1.0 §3.1; RFC 7636; RFC 9700 §2.1.
"""

from dataclasses import dataclass
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.desk import Desk
from battery_passport.access.errors import ProviderRefused
from battery_passport.access.letters import LANGUAGES
from battery_passport.access.names import clean_address, clean_name
from battery_passport.access.people.challenges import give_challenge, take_challenge
from battery_passport.access.people.passkeys import Browser
from battery_passport.access.people.reading import active_person, email_lookup, key_of
from battery_passport.access.people.registering import add_person
from battery_passport.access.people.sessions import begin_session
from battery_passport.access.records.organisations import (
    ROLES_OF,
    Membership,
    OrganisationAccount,
    Standing,
    StoredProvider,
)
from battery_passport.access.records.people import ChallengeUse, Person, SignInMethod
from battery_passport.access.stores.people import OutsidePerson, ProviderAccount, RoundTrip
from battery_passport.access.tokens import new_secret
from battery_passport.foundation.encoding import base64url_decode, base64url_encode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.uuid7 import new_uuid7

CALLBACK = "/sign-in/provider/return"
SECRET_FIELD = "provider-secret"  # noqa: S105 - names a field


@dataclass(frozen=True, slots=True)
class Departure:
    """A visit to a provider that begins: whose it is, and its secrets."""

    account: ProviderAccount
    trip: RoundTrip


@dataclass(frozen=True, slots=True)
class Return:
    """A visit that came back: as it was begun, and who began it while signed in."""

    account: ProviderAccount
    trip: RoundTrip
    joining: UUID | None


def provider_account(desk: Desk, provider_id: UUID) -> ProviderAccount:
    """Return a provider of an active organisation, ready to be asked.

    Raises: ProviderRefused.
    """
    stored = desk.organisations.provider(provider_id)
    owner = None if stored is None else desk.organisations.account(stored.organisation_id)
    if stored is None or owner is None or owner.standing is not Standing.ACTIVE:
        raise ProviderRefused("This way to sign in is not offered, or no longer.")
    return ProviderAccount(
        provider_id=stored.provider_id,
        organisation_id=stored.organisation_id,
        issuer=stored.issuer,
        client_id=stored.client_id,
        client_secret=_secret(desk, stored),
    )


def _secret(desk: Desk, stored: StoredProvider) -> str | None:
    if stored.sealed_secret is None:
        return None
    key = key_of(desk, stored.organisation_id)
    return desk.sealing.unseal(key, SECRET_FIELD, stored.sealed_secret)


def depart(
    desk: Desk, provider_id: UUID, *, browser: str, joining: UUID | None = None
) -> Departure:
    """Begin a visit; `joining` is the signed-in person who wants the provider for his account.

    Raises: ProviderRefused.
    """
    account = provider_account(desk, provider_id)
    nonce, verifier = new_secret(), new_secret()
    state = give_challenge(
        desk,
        ChallengeUse.PROVIDER,
        browser=browser,
        person_id=joining,
        details={"provider": str(provider_id), "nonce": nonce, "verifier": verifier},
    )
    redirect = desk.address(CALLBACK)
    trip = RoundTrip(
        state=base64url_encode(state), nonce=nonce, verifier=verifier, redirect=redirect
    )
    return Departure(account, trip)


def come_back(desk: Desk, state: str, *, browser: str) -> Return:
    """Return the visit that a `state` belongs to, once.

    Raises: ProviderRefused if it was begun in another browser, too long ago, or not here.
    """
    try:
        challenge = base64url_decode(state)
    except InvalidInput:
        challenge = b""
    found = take_challenge(desk, ChallengeUse.PROVIDER, challenge, browser=browser)
    if found is None:
        raise ProviderRefused("This sign-in was not begun here, or too long ago.")
    trip = RoundTrip(
        state=state,
        nonce=found.details["nonce"],
        verifier=found.details["verifier"],
        redirect=desk.address(CALLBACK),
    )
    account = provider_account(desk, UUID(found.details["provider"]))
    return Return(account, trip, found.person_id)


def sign_in_through(desk: Desk, back: Return, outside: OutsidePerson, *, browser: Browser) -> str:
    """Return the token of a new session for whom the provider vouched.

    Raises: ProviderRefused.
    """
    organisation = desk.organisations.account(back.account.organisation_id)
    if organisation is None or organisation.standing is not Standing.ACTIVE:
        raise ProviderRefused("This way to sign in is not offered, or no longer.")
    person_id = _person_behind(desk, back, outside, organisation)
    return begin_session(
        desk,
        person_id,
        method=SignInMethod.PROVIDER,
        label=browser.label,
        bound_to=organisation.organisation_id,
    )


def _person_behind(
    desk: Desk, back: Return, outside: OutsidePerson, organisation: OrganisationAccount
) -> UUID:
    subject = desk.sealing.lookup(f"outside-{back.account.provider_id}", outside.subject)
    known = desk.people.outside_person(back.account.provider_id, subject)
    if known is not None:
        return _known_member(desk, known, organisation)
    joining = active_person(desk, back.joining) if back.joining else None
    if joining is None:
        person = _new_member(desk, outside, organisation)
    else:
        person = joining
        _known_member(desk, person.person_id, organisation)
    desk.people.link_outside_person(back.account.provider_id, subject, person.person_id)
    desk.acts.record(
        Act(name="provider-joined", subject_id=person.person_id, actor_id=person.person_id),
        desk.moment,
    )
    return person.person_id


def _known_member(desk: Desk, person_id: UUID, organisation: OrganisationAccount) -> UUID:
    member = desk.organisations.membership(organisation.organisation_id, person_id)
    if active_person(desk, person_id) is None or member is None:
        raise ProviderRefused("You are no member of this organisation, or no longer.")
    return person_id


def _new_member(desk: Desk, outside: OutsidePerson, organisation: OrganisationAccount) -> Person:
    try:
        email, name = clean_address(outside.email), clean_name(outside.name)
    except InvalidInput as error:
        raise ProviderRefused("The provider gave no usable name and e-mail address.") from error
    if desk.people.person_by_lookup(email_lookup(desk, email)) is not None:
        raise ProviderRefused(
            "There is an account that this provider is not joined to.",
            remedy="Sign in with your password, then join the provider in your account.",
        )
    person = add_person(
        desk,
        new_uuid7(desk.moment),
        name=name,
        email=email,
        language=LANGUAGES[0],
        password_hash=None,
    )
    desk.organisations.save_membership(
        Membership(
            organisation_id=organisation.organisation_id,
            person_id=person.person_id,
            roles=frozenset(ROLES_OF[organisation.kind][:1]),
            steward=False,
            since=desk.moment,
        )
    )
    return person
