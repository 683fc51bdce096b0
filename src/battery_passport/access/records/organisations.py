"""Organisations as members of the platform, and who belongs to them.

In: what services checked. Out: frozen values; names and addresses of people only sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from battery_passport.access.model import Role


class OrganisationKind(StrEnum):
    """What an organisation does; it decides which roles its members can have."""

    CITY = "city"
    INSPECTION_BODY = "inspection-body"
    MANUFACTURER = "manufacturer"
    SITE_OPERATOR = "site-operator"
    DISMANTLER = "dismantler"
    RECYCLER = "recycler"
    TRADER = "trader"
    AUTHORITY = "authority"
    CUSTOMS = "customs"
    NOTIFIED_BODY = "notified-body"
    COMMISSION = "commission"


ROLES_OF: Mapping[OrganisationKind, tuple[Role, ...]] = MappingProxyType(
    {
        OrganisationKind.CITY: (Role.CITY_OFFICER, Role.ADMINISTRATOR),
        OrganisationKind.INSPECTION_BODY: (Role.INSPECTOR,),
        OrganisationKind.MANUFACTURER: (Role.MANUFACTURER,),
        OrganisationKind.SITE_OPERATOR: (Role.SITE_OPERATOR,),
        OrganisationKind.DISMANTLER: (Role.DISMANTLER,),
        OrganisationKind.RECYCLER: (Role.RECYCLER,),
        OrganisationKind.TRADER: (Role.TRADER,),
        OrganisationKind.AUTHORITY: (Role.AUTHORITY,),
        OrganisationKind.CUSTOMS: (Role.CUSTOMS,),
        OrganisationKind.NOTIFIED_BODY: (Role.NOTIFIED_BODY,),
        OrganisationKind.COMMISSION: (Role.COMMISSION,),
    }
)
"""The roles that an organisation's members can have; the first is everybody's there."""


class Standing(StrEnum):
    """Where an organisation stands; only an active one gives its members roles."""

    APPLIED = "applied"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationAccount:
    """An organisation in one city. `sealed_contact` opens under the organisation's own key."""

    organisation_id: UUID
    kind: OrganisationKind
    name: str
    registration_number: str
    region: str
    standing: Standing
    sealed_contact: bytes
    applied_by: UUID | None
    applied_at: datetime
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person's place in an organisation; a steward looks after members and keys."""

    organisation_id: UUID
    person_id: UUID
    roles: frozenset[Role]
    steward: bool
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A place kept for whoever reads letters at one address; `sealed_email` as above."""

    invitation_id: UUID
    token_digest: bytes
    organisation_id: UUID
    roles: frozenset[Role]
    steward: bool
    email_lookup: bytes
    sealed_email: bytes
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProvider:
    """An organisation's sign-in provider; its secret opens under the organisation's key."""

    provider_id: UUID
    organisation_id: UUID
    issuer: str
    client_id: str
    sealed_secret: bytes | None
