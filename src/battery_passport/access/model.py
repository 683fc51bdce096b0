"""Who asks, in which role, for which purpose, and for what: the values every decision is made on.

In: what sign-in, keys and grants establish. Out: frozen values for policies, pages and routes.
Source: EU-2023-1542 art-77 (readers of the passport).
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What somebody is towards batteries; every role but OWNER comes from an organisation."""

    OWNER = "owner"
    CITY_OFFICER = "city-officer"
    INSPECTOR = "inspector"
    MANUFACTURER = "manufacturer"
    SITE_OPERATOR = "site-operator"
    DISMANTLER = "dismantler"
    RECYCLER = "recycler"
    TRADER = "trader"
    AUTHORITY = "authority"
    CUSTOMS = "customs"
    NOTIFIED_BODY = "notified-body"
    COMMISSION = "commission"
    ADMINISTRATOR = "administrator"


class Purpose(StrEnum):
    """What a look or an act is for; it is named with the request and kept with the record of it."""

    OWN_USE = "own-use"
    LEGITIMATE_INTEREST = "legitimate-interest"
    MARKET_SURVEILLANCE = "market-surveillance"
    CUSTOMS_CHECK = "customs-check"
    CONFORMITY_ASSESSMENT = "conformity-assessment"
    CITY_OPERATION = "city-operation"
    PURCHASE = "purchase"
    RESEARCH = "research"
    SAFETY = "safety"
    ADMINISTRATION = "administration"


class PrincipalKind(StrEnum):
    """What is known of whoever asks."""

    ANONYMOUS = "anonymous"
    PERSON = "person"
    MACHINE = "machine"
    GRANT_HOLDER = "grant-holder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whoever asks, as sign-in, a key or a grant's link established it.

    A person acts for one organisation at a time: `organisation_id`, `region` and the roles other
    than OWNER are those of the membership chosen for this session. `scopes` limit machines.
    """

    kind: PrincipalKind
    person_id: UUID | None = None
    organisation_id: UUID | None = None
    region: str | None = None
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[str] = frozenset()
    grant_id: UUID | None = None
    session_id: str | None = None


ANONYMOUS = Principal(kind=PrincipalKind.ANONYMOUS)
"""Somebody of whom nothing is known."""


class ResourceKind(StrEnum):
    """What an action is done to."""

    PLATFORM = "platform"
    BATTERY = "battery"
    ORGANISATION = "organisation"
    PERSON = "person"
    GRANT = "grant"
    CONSENT = "consent"
    API_KEY = "api-key"
    ACCESS_LOG = "access-log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What is asked for; a value that is not known stays None, and None denies.

    `owner_id` is the person who owns the battery (or whom a person's record is about),
    `responsible_id` the organisation that answers for it, `region` the city it belongs to,
    `annex_point` the point of Annex XIII (1 to 4) that a look discloses. `inspector_ids` are the
    inspection bodies that have inspected a battery which belongs to no city.
    """

    kind: ResourceKind
    battery_id: UUID | None = None
    owner_id: UUID | None = None
    responsible_id: UUID | None = None
    region: str | None = None
    annex_point: int | None = None
    grant_id: UUID | None = None
    inspector_ids: frozenset[UUID] = frozenset()


PLATFORM = Resource(kind=ResourceKind.PLATFORM)
"""The installation itself: what can be done without naming anything in it."""
