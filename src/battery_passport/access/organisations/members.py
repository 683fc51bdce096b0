"""Members: invited by letter, given roles, leaving; an organisation looks after its own.

In: a steward's or member's wish. Out: invitations and memberships, each change with a trace.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.desk import Desk
from battery_passport.access.errors import LinkNotUsable, NotAllowedNow
from battery_passport.access.letters import Occasion, write_letter
from battery_passport.access.model import Role
from battery_passport.access.names import clean_address
from battery_passport.access.people.reading import EMAIL, email_lookup, key_of
from battery_passport.access.records.organisation_rules import check_roles, is_last_steward
from battery_passport.access.records.organisations import (
    Invitation,
    Membership,
    OrganisationAccount,
    Standing,
)
from battery_passport.access.records.people import Person
from battery_passport.access.tokens import new_secret, secret_digest
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.registry.errors import UnknownOrganisation

ACCEPT_WITHIN = timedelta(days=7)
MOST_OPEN = 200
_USE = "invitation"


def active_account(desk: Desk, organisation_id: UUID) -> OrganisationAccount:
    """Return an organisation that takes part. Raises: UnknownOrganisation."""
    account = desk.organisations.account(organisation_id)
    if account is None or account.standing is not Standing.ACTIVE:
        raise UnknownOrganisation("There is no such organisation, or it does not take part.")
    return account


def invite(
    desk: Desk,
    organisation_id: UUID,
    *,
    email: str,
    roles: tuple[str, ...],
    steward: bool,
    invited_by: UUID | None,
) -> str:
    """Send an invitation and return its link.

    Raises: UnusableAddress, UnusableApplication, NotAllowedNow, UnknownOrganisation.
    """
    account = active_account(desk, organisation_id)
    address = clean_address(email)
    if len(desk.organisations.invitations(organisation_id, desk.moment)) >= MOST_OPEN:
        raise NotAllowedNow(f"{MOST_OPEN} invitations are open. Withdraw some first.")
    token = new_secret()
    link = desk.address(f"/invitation/{token}")
    invitation = Invitation(
        invitation_id=new_uuid7(desk.moment),
        token_digest=secret_digest(token, use=_USE) or b"",
        organisation_id=organisation_id,
        roles=check_roles(account.kind, roles),
        steward=steward,
        email_lookup=email_lookup(desk, address),
        sealed_email=desk.sealing.seal(key_of(desk, organisation_id), EMAIL, address),
        made_at=desk.moment,
        expires_at=desk.moment + ACCEPT_WITHIN,
    )
    desk.organisations.add_invitation(invitation)
    desk.letters.append(
        write_letter(
            Occasion.INVITATION, to=address, language="ko", link=link, organisation=account.name
        )
    )
    _trace(desk, "member-invited", organisation_id, actor=invited_by, roles=invitation.roles)
    return link


def invitation_at(desk: Desk, token: str) -> tuple[Invitation, OrganisationAccount]:
    """Return an open invitation without using it up. Raises: LinkNotUsable."""
    digest = secret_digest(token, use=_USE)
    found = None if digest is None else desk.organisations.invitation(digest, desk.moment)
    account = None if found is None else desk.organisations.account(found.organisation_id)
    if found is None or account is None or account.standing is not Standing.ACTIVE:
        raise LinkNotUsable("This invitation cannot be used, or no longer.")
    return found, account


def invited_address(desk: Desk, invitation: Invitation) -> str:
    """Return the address that an invitation was sent to."""
    key = key_of(desk, invitation.organisation_id)
    return desk.sealing.unseal(key, EMAIL, invitation.sealed_email)


def accept(desk: Desk, token: str, person: Person) -> OrganisationAccount:
    """Make the invited person a member and use the invitation up.

    Raises: LinkNotUsable, also for anybody but the reader of the invited address.
    """
    invitation, account = invitation_at(desk, token)
    if invitation.email_lookup != person.email_lookup:
        raise LinkNotUsable(
            "This invitation was sent to another address than your account's.",
            remedy="Sign in with the account of that address, or ask for another invitation.",
        )
    if desk.organisations.take_invitation(invitation.token_digest, desk.moment) is None:
        raise LinkNotUsable("This invitation cannot be used, or no longer.")
    known = desk.organisations.membership(account.organisation_id, person.person_id)
    membership = Membership(
        organisation_id=account.organisation_id,
        person_id=person.person_id,
        roles=invitation.roles | (known.roles if known else frozenset()),
        steward=invitation.steward or (known is not None and known.steward),
        since=known.since if known else desk.moment,
    )
    desk.organisations.save_membership(membership)
    _trace(
        desk,
        "member-joined",
        account.organisation_id,
        actor=person.person_id,
        subject=person.person_id,
        roles=membership.roles,
    )
    return account


def withdraw(desk: Desk, organisation_id: UUID, invitation_id: UUID, *, actor: UUID | None) -> None:
    """Close an open invitation of that organisation; another's stays as it is."""
    if desk.organisations.withdraw_invitation(organisation_id, invitation_id):
        _trace(desk, "invitation-withdrawn", organisation_id, actor=actor)


def change_roles(
    desk: Desk,
    membership: Membership,
    *,
    roles: tuple[str, ...],
    steward: bool,
    actor: UUID | None,
) -> None:
    """Give a member other roles; his sessions for this organisation end.

    Raises: NotAllowedNow, UnusableApplication, UnknownOrganisation.
    """
    account = active_account(desk, membership.organisation_id)
    members = desk.organisations.members(membership.organisation_id)
    if not steward and is_last_steward(members, membership.person_id):
        raise NotAllowedNow("Somebody must look after the members. Name another steward first.")
    changed = replace(membership, roles=check_roles(account.kind, roles), steward=steward)
    desk.organisations.save_membership(changed)
    if actor != membership.person_id:
        desk.sessions.end_all_for(membership.person_id, membership.organisation_id)
    _trace(
        desk,
        "role-changed",
        membership.organisation_id,
        actor=actor,
        subject=membership.person_id,
        roles=changed.roles,
    )


def member(desk: Desk, organisation_id: UUID, person_id: UUID) -> Membership:
    """Return somebody's place in an organisation. Raises: UnknownOrganisation."""
    found = desk.organisations.membership(organisation_id, person_id)
    if found is None:
        raise UnknownOrganisation("There is no such member.")
    return found


def end_membership(desk: Desk, membership: Membership, *, actor: UUID | None) -> None:
    """Let a member go, or leave oneself; an organisation without members is suspended.

    Raises: NotAllowedNow.
    """
    organisation_id, person_id = membership.organisation_id, membership.person_id
    members = desk.organisations.members(organisation_id)
    if is_last_steward(members, person_id):
        raise NotAllowedNow("Somebody must look after the members. Name another steward first.")
    desk.organisations.end_membership(organisation_id, person_id)
    desk.sessions.end_all_for(person_id, organisation_id)
    if len(members) == 1:
        desk.organisations.decide(organisation_id, Standing.SUSPENDED, desk.moment)
    _trace(desk, "membership-ended", organisation_id, actor=actor, subject=person_id)


def _trace(
    desk: Desk,
    name: str,
    organisation_id: UUID,
    *,
    actor: UUID | None,
    subject: UUID | None = None,
    roles: frozenset[Role] = frozenset(),
) -> None:
    details = {
        "organisation": str(organisation_id),
        "roles": sorted(role.value for role in roles),
    }
    act = Act(name=name, actor_id=actor, subject_id=subject, details=details)
    desk.acts.record(act, desk.moment)
