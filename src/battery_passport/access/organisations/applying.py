"""An organisation asks to take part in a city; the city's administrator decides.

In: what somebody signed in typed; later the administrator's decision. Out: an account that waits,
then one that is active and known to the registry. Another city's administrator finds nothing.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.desk import Desk
from battery_passport.access.errors import NotAllowedNow, UnusableApplication, UnusableName
from battery_passport.access.letters import Occasion, write_letter
from battery_passport.access.model import Principal, Role
from battery_passport.access.names import clean_name
from battery_passport.access.people.reading import active_person, key_of, profile_of
from battery_passport.access.records.organisation_rules import (
    MAX_CONTACT,
    check_region,
    check_registration_number,
)
from battery_passport.access.records.organisations import (
    ROLES_OF,
    Membership,
    OrganisationAccount,
    OrganisationKind,
    Standing,
)
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.registry.errors import UnknownOrganisation

MOST_WAITING = 3
CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody typed for an organisation, checked."""

    kind: OrganisationKind
    name: str
    registration_number: str
    region: str
    contact: str


def check_application(
    *, kind: str, name: str, registration_number: str, region: str, contact: str
) -> Application:
    """Return what was typed, checked.

    Raises: UnusableApplication, UnusableName.
    """
    kinds = {each.value: each for each in OrganisationKind if each is not OrganisationKind.CITY}
    if kind not in kinds:
        raise UnusableApplication("Choose what the organisation does.")
    if not 1 <= len(contact.strip()) <= MAX_CONTACT or not contact.isprintable():
        raise UnusableApplication(f"Name a contact in 1 to {MAX_CONTACT} characters of one line.")
    return Application(
        kind=kinds[kind],
        name=clean_name(name),
        registration_number=check_registration_number(registration_number),
        region=check_region(region),
        contact=contact.strip(),
    )


def apply(desk: Desk, application: Application, *, applicant: UUID) -> OrganisationAccount:
    """Save an application, which the city then finds among those waiting.

    Raises: UnusableApplication, NotAllowedNow.
    """
    if application.region not in regions(desk):
        raise UnusableApplication("No city of that name takes part here.")
    if desk.organisations.count_applications(applicant) >= MOST_WAITING:
        raise NotAllowedNow(f"{MOST_WAITING} of your applications wait for a decision.")
    known = desk.organisations.account_by_number(
        application.region, application.registration_number
    )
    if known is not None and known.standing is not Standing.REFUSED:
        raise NotAllowedNow(
            "An organisation with this registration number has applied already.",
            remedy="Ask a colleague for an invitation, or the city.",
        )
    account = _account(desk, application, applicant)
    desk.organisations.add_account(account)
    _trace(desk, "organisation-applied", account, applicant)
    return account


def _account(desk: Desk, application: Application, applicant: UUID | None) -> OrganisationAccount:
    organisation_id = new_uuid7(desk.moment)
    key = desk.sealing.new_key(organisation_id)
    desk.people.add_subject_key(key)
    return OrganisationAccount(
        organisation_id=organisation_id,
        kind=application.kind,
        name=application.name,
        registration_number=application.registration_number,
        region=application.region,
        standing=Standing.APPLIED,
        sealed_contact=desk.sealing.seal(key, CONTACT, application.contact),
        applied_by=applicant,
        applied_at=desk.moment,
    )


def regions(desk: Desk) -> dict[str, str]:
    """Return the cities that take part: short name and the city's own."""
    cities = desk.organisations.accounts_of_kind(OrganisationKind.CITY)
    return {city.region: city.name for city in cities if city.standing is Standing.ACTIVE}


def contact_of(desk: Desk, account: OrganisationAccount) -> str:
    """Return whom to ask in an organisation."""
    key = key_of(desk, account.organisation_id)
    return desk.sealing.unseal(key, CONTACT, account.sealed_contact)


def of_this_city(desk: Desk, actor: Principal, organisation_id: UUID) -> OrganisationAccount:
    """Return an organisation of the administrator's own city.

    Raises: UnknownOrganisation, also where it belongs to another city.
    """
    account = desk.organisations.account(organisation_id)
    mine = account is not None and actor.region is not None and account.region == actor.region
    if account is None or not mine or Role.ADMINISTRATOR not in actor.roles:
        raise UnknownOrganisation("There is no such organisation in your city.")
    return account


def approve(desk: Desk, actor: Principal, organisation_id: UUID) -> None:
    """Let an organisation take part; the person who applied becomes its first steward.

    Raises: UnknownOrganisation, NotAllowedNow.
    """
    account = of_this_city(desk, actor, organisation_id)
    if account.standing is Standing.ACTIVE:
        raise NotAllowedNow("This organisation takes part already.")
    first = account.standing is Standing.APPLIED
    desk.organisations.decide(organisation_id, Standing.ACTIVE, desk.moment)
    desk.organisations.enter_registry(account, desk.moment)
    if first and account.applied_by is not None:
        desk.organisations.save_membership(
            Membership(
                organisation_id=organisation_id,
                person_id=account.applied_by,
                roles=frozenset(ROLES_OF[account.kind][:1]),
                steward=True,
                since=desk.moment,
            )
        )
        _tell(desk, account, Occasion.APPROVED, "/organisation")
    _trace(desk, "organisation-approved", account, actor.person_id)


def refuse(desk: Desk, actor: Principal, organisation_id: UUID) -> None:
    """Turn an application down. Raises: UnknownOrganisation, NotAllowedNow."""
    account = of_this_city(desk, actor, organisation_id)
    if account.standing is not Standing.APPLIED:
        raise NotAllowedNow("Only an application that waits can be refused.")
    desk.organisations.decide(organisation_id, Standing.REFUSED, desk.moment)
    _tell(desk, account, Occasion.REFUSED, "/organisation/apply")
    _trace(desk, "organisation-refused", account, actor.person_id)


class SuspendReason(StrEnum):
    """Why an organisation's roles are taken away."""

    ASKED = "asked"
    DORMANT = "dormant"
    BREACH = "breach"
    SECURITY = "security"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """What an administrator typed to suspend an organisation: its name once more, and why."""

    typed_name: str
    reason: str


def suspend(desk: Desk, actor: Principal, organisation_id: UUID, suspension: Suspension) -> None:
    """Take an organisation's roles away until it is approved again.

    Raises: UnknownOrganisation, NotAllowedNow, UnusableApplication, UnusableName.
    """
    account = of_this_city(desk, actor, organisation_id)
    if suspension.reason not in set(SuspendReason):
        raise UnusableApplication("Choose why the organisation is suspended.")
    if " ".join(suspension.typed_name.split()) != account.name:
        raise UnusableName("The name that you typed is not the organisation's.")
    if account.standing is not Standing.ACTIVE:
        raise NotAllowedNow("Only an organisation that takes part can be suspended.")
    if account.organisation_id == actor.organisation_id:
        raise NotAllowedNow("You cannot suspend the organisation you act for.")
    desk.organisations.decide(organisation_id, Standing.SUSPENDED, desk.moment)
    _trace(desk, "organisation-suspended", account, actor.person_id, reason=suspension.reason)


def add_city(desk: Desk, *, region: str, name: str) -> OrganisationAccount:
    """Return the city's own organisation, which is made at its first mention.

    Raises: UnusableApplication, UnusableName.
    """
    for city in desk.organisations.accounts_of_kind(OrganisationKind.CITY):
        if city.region == region:
            return city
    application = Application(
        kind=OrganisationKind.CITY,
        name=clean_name(name),
        registration_number=f"city-{region}",
        region=check_region(region),
        contact="-",
    )
    account = _account(desk, application, None)
    desk.organisations.add_account(account)
    desk.organisations.decide(account.organisation_id, Standing.ACTIVE, desk.moment)
    desk.organisations.enter_registry(account, desk.moment)
    _trace(desk, "city-added", account, None)
    return replace(account, standing=Standing.ACTIVE, decided_at=desk.moment)


def _tell(desk: Desk, account: OrganisationAccount, occasion: Occasion, path: str) -> None:
    person = active_person(desk, account.applied_by) if account.applied_by else None
    if person is None:
        return
    profile = profile_of(desk, person)
    desk.letters.append(
        write_letter(
            occasion,
            to=profile.email,
            language=profile.language,
            link=desk.address(path),
            organisation=account.name,
        )
    )


def _trace(
    desk: Desk,
    name: str,
    account: OrganisationAccount,
    actor: UUID | None,
    *,
    reason: str = "",
) -> None:
    details = {
        "organisation": str(account.organisation_id),
        "kind": account.kind.value,
        "region": account.region,
    }
    if reason:
        details["reason"] = reason
    desk.acts.record(Act(name=name, actor_id=actor, details=details), desk.moment)
