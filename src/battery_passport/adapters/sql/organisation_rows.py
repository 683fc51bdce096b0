"""Organisations' values as rows and back.

In: values or rows. Out: rows or values.
"""

from uuid import UUID

from sqlalchemy import RowMapping

from battery_passport.access.model import Role
from battery_passport.access.records.organisations import (
    Invitation,
    Membership,
    OrganisationAccount,
    OrganisationKind,
    Standing,
    StoredProvider,
)
from battery_passport.foundation.clock import from_unix_ms, unix_ms


def account_row(account: OrganisationAccount) -> dict[str, object]:
    """Return the row of an organisation."""
    decided = account.decided_at
    return {
        "organisation_id": str(account.organisation_id),
        "kind": account.kind.value,
        "name": account.name,
        "registration_number": account.registration_number,
        "region": account.region,
        "standing": account.standing.value,
        "sealed_contact": account.sealed_contact,
        "applied_by": None if account.applied_by is None else str(account.applied_by),
        "applied_at_ms": unix_ms(account.applied_at),
        "decided_at_ms": None if decided is None else unix_ms(decided),
    }


def account_of(row: RowMapping) -> OrganisationAccount:
    """Return the organisation of a row."""
    applicant, decided = row["applied_by"], row["decided_at_ms"]
    return OrganisationAccount(
        organisation_id=UUID(row["organisation_id"]),
        kind=OrganisationKind(row["kind"]),
        name=row["name"],
        registration_number=row["registration_number"],
        region=row["region"],
        standing=Standing(row["standing"]),
        sealed_contact=row["sealed_contact"],
        applied_by=None if applicant is None else UUID(applicant),
        applied_at=from_unix_ms(row["applied_at_ms"]),
        decided_at=None if decided is None else from_unix_ms(decided),
    )


def membership_row(membership: Membership) -> dict[str, object]:
    """Return the row of a membership."""
    return {
        "organisation_id": str(membership.organisation_id),
        "person_id": str(membership.person_id),
        "roles": _roles_row(membership.roles),
        "steward": membership.steward,
        "since_ms": unix_ms(membership.since),
    }


def membership_of(row: RowMapping) -> Membership:
    """Return the membership of a row."""
    return Membership(
        organisation_id=UUID(row["organisation_id"]),
        person_id=UUID(row["person_id"]),
        roles=_roles(row["roles"]),
        steward=row["steward"],
        since=from_unix_ms(row["since_ms"]),
    )


def invitation_row(invitation: Invitation) -> dict[str, object]:
    """Return the row of an invitation."""
    return {
        "invitation_id": str(invitation.invitation_id),
        "token_digest": invitation.token_digest,
        "organisation_id": str(invitation.organisation_id),
        "roles": _roles_row(invitation.roles),
        "steward": invitation.steward,
        "email_lookup": invitation.email_lookup,
        "sealed_email": invitation.sealed_email,
        "made_at_ms": unix_ms(invitation.made_at),
        "expires_at_ms": unix_ms(invitation.expires_at),
    }


def invitation_of(row: RowMapping) -> Invitation:
    """Return the invitation of a row."""
    return Invitation(
        invitation_id=UUID(row["invitation_id"]),
        token_digest=row["token_digest"],
        organisation_id=UUID(row["organisation_id"]),
        roles=_roles(row["roles"]),
        steward=row["steward"],
        email_lookup=row["email_lookup"],
        sealed_email=row["sealed_email"],
        made_at=from_unix_ms(row["made_at_ms"]),
        expires_at=from_unix_ms(row["expires_at_ms"]),
    )


def provider_row(provider: StoredProvider) -> dict[str, object]:
    """Return the row of a sign-in provider."""
    return {
        "provider_id": str(provider.provider_id),
        "organisation_id": str(provider.organisation_id),
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "sealed_secret": provider.sealed_secret,
    }


def provider_of(row: RowMapping) -> StoredProvider:
    """Return the sign-in provider of a row."""
    return StoredProvider(
        provider_id=UUID(row["provider_id"]),
        organisation_id=UUID(row["organisation_id"]),
        issuer=row["issuer"],
        client_id=row["client_id"],
        sealed_secret=row["sealed_secret"],
    )


def _roles_row(roles: frozenset[Role]) -> list[str]:
    return sorted(role.value for role in roles)


def _roles(names: list[str]) -> frozenset[Role]:
    return frozenset(Role(name) for name in names)
