"""Organisations, members, invitations and sign-in providers as rows.

In: a connection within a transaction. Out: fulfils `access.stores.organisations.OrganisationStore`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from battery_passport.access.records.organisations import (
    Invitation,
    Membership,
    OrganisationAccount,
    OrganisationKind,
    Standing,
    StoredProvider,
)
from battery_passport.adapters.sql.organisation_rows import (
    account_of,
    account_row,
    invitation_of,
    invitation_row,
    membership_of,
    membership_row,
    provider_of,
    provider_row,
)
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema_access import (
    invitations,
    memberships,
    organisation_accounts,
    sign_in_providers,
)
from battery_passport.adapters.sql.upserts import insert_or_update
from battery_passport.foundation.clock import unix_ms
from battery_passport.registry.model import Organisation

_ACCOUNTS = organisation_accounts.c


class SqlOrganisations:
    """Organisations within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_account(self, account: OrganisationAccount) -> None:
        """Save a new organisation."""
        self._connection.execute(insert(organisation_accounts), [account_row(account)])

    def account(self, organisation_id: UUID) -> OrganisationAccount | None:
        """Return the organisation of that id."""
        found = self._accounts(_ACCOUNTS.organisation_id == str(organisation_id))
        return found[0] if found else None

    def accounts_in(self, region: str) -> list[OrganisationAccount]:
        """Return the organisations of a city, the newest application first."""
        return self._accounts(_ACCOUNTS.region == region)

    def accounts_of_kind(self, kind: OrganisationKind) -> list[OrganisationAccount]:
        """Return the organisations that do this, in every city."""
        return self._accounts(_ACCOUNTS.kind == kind.value)

    def account_by_number(self, region: str, number: str) -> OrganisationAccount | None:
        """Return the newest organisation of a city with that registration number."""
        found = self._accounts(_ACCOUNTS.region == region, _ACCOUNTS.registration_number == number)
        return found[0] if found else None

    def count_applications(self, person_id: UUID) -> int:
        """Return how many applications of that person wait for a decision."""
        query = select(func.count()).select_from(organisation_accounts)
        query = query.where(
            _ACCOUNTS.applied_by == str(person_id), _ACCOUNTS.standing == Standing.APPLIED.value
        )
        return int(self._connection.execute(query).scalar_one())

    def decide(self, organisation_id: UUID, standing: Standing, moment: datetime) -> None:
        """Save where an organisation stands from now on."""
        statement = update(organisation_accounts).where(
            _ACCOUNTS.organisation_id == str(organisation_id)
        )
        values = {"standing": standing.value, "decided_at_ms": unix_ms(moment)}
        self._connection.execute(statement.values(values))

    def enter_registry(self, account: OrganisationAccount, moment: datetime) -> None:
        """Make an approved organisation known to the registry; again changes nothing."""
        registry = RegistryStore(self._connection)
        if registry.organisation(account.organisation_id) is not None:
            return
        short = account.organisation_id.hex[-12:]
        registry.add_organisation(
            Organisation(
                organisation_id=account.organisation_id,
                slug=f"{account.kind.value}-{short}",
                name=account.name,
                roles=frozenset({account.kind.value}),
                registered_at=moment,
            )
        )

    def save_membership(self, membership: Membership) -> None:
        """Save a new or changed membership."""
        keys = ["organisation_id", "person_id"]
        insert_or_update(self._connection, memberships, [membership_row(membership)], keys)

    def membership(self, organisation_id: UUID, person_id: UUID) -> Membership | None:
        """Return a person's place in an organisation."""
        found = self._memberships(
            memberships.c.organisation_id == str(organisation_id),
            memberships.c.person_id == str(person_id),
        )
        return found[0] if found else None

    def members(self, organisation_id: UUID) -> list[Membership]:
        """Return an organisation's members, the longest there first."""
        return self._memberships(memberships.c.organisation_id == str(organisation_id))

    def memberships_of(self, person_id: UUID) -> list[Membership]:
        """Return a person's memberships, the oldest first."""
        return self._memberships(memberships.c.person_id == str(person_id))

    def end_membership(self, organisation_id: UUID, person_id: UUID) -> bool:
        """Remove a membership; False if there was none."""
        statement = delete(memberships).where(
            memberships.c.organisation_id == str(organisation_id),
            memberships.c.person_id == str(person_id),
        )
        return self._connection.execute(statement).rowcount == 1

    def add_invitation(self, invitation: Invitation) -> None:
        """Save an invitation."""
        self._connection.execute(insert(invitations), [invitation_row(invitation)])

    def invitation(self, token_digest: bytes, moment: datetime) -> Invitation | None:
        """Return an open invitation that is in time."""
        found = self._invitations(moment, invitations.c.token_digest == token_digest)
        return found[0] if found else None

    def invitations(self, organisation_id: UUID, moment: datetime) -> list[Invitation]:
        """Return an organisation's open invitations, the oldest first."""
        return self._invitations(moment, invitations.c.organisation_id == str(organisation_id))

    def take_invitation(self, token_digest: bytes, moment: datetime) -> Invitation | None:
        """Return an open invitation that is in time, and use it up."""
        found = self.invitation(token_digest, moment)
        statement = delete(invitations).where(invitations.c.token_digest == token_digest)
        if found is None or self._connection.execute(statement).rowcount != 1:
            return None
        return found

    def withdraw_invitation(self, organisation_id: UUID, invitation_id: UUID) -> bool:
        """Close an organisation's invitation; False if it has none of that id."""
        statement = delete(invitations).where(
            invitations.c.organisation_id == str(organisation_id),
            invitations.c.invitation_id == str(invitation_id),
        )
        return self._connection.execute(statement).rowcount == 1

    def save_provider(self, provider: StoredProvider) -> None:
        """Save an organisation's sign-in provider."""
        self._connection.execute(insert(sign_in_providers), [provider_row(provider)])

    def provider(self, provider_id: UUID) -> StoredProvider | None:
        """Return the provider of that id."""
        query = select(sign_in_providers).where(sign_in_providers.c.provider_id == str(provider_id))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else provider_of(row)

    def providers(self) -> list[StoredProvider]:
        """Return every provider."""
        query = select(sign_in_providers).order_by(sign_in_providers.c.provider_id)
        return [provider_of(row) for row in self._connection.execute(query).mappings()]

    def remove_provider(self, organisation_id: UUID) -> bool:
        """Forget an organisation's provider; False if it has none."""
        statement = delete(sign_in_providers).where(
            sign_in_providers.c.organisation_id == str(organisation_id)
        )
        return self._connection.execute(statement).rowcount == 1

    def _accounts(self, *conditions: Any) -> list[OrganisationAccount]:
        query = select(organisation_accounts).where(*conditions)
        query = query.order_by(_ACCOUNTS.applied_at_ms.desc(), _ACCOUNTS.organisation_id.desc())
        return [account_of(row) for row in self._connection.execute(query).mappings()]

    def _memberships(self, *conditions: Any) -> list[Membership]:
        query = select(memberships).where(*conditions)
        query = query.order_by(memberships.c.since_ms, memberships.c.person_id)
        return [membership_of(row) for row in self._connection.execute(query).mappings()]

    def _invitations(self, moment: datetime, *conditions: Any) -> list[Invitation]:
        query = select(invitations).where(
            invitations.c.expires_at_ms > unix_ms(moment), *conditions
        )
        query = query.order_by(invitations.c.made_at_ms, invitations.c.invitation_id)
        return [invitation_of(row) for row in self._connection.execute(query).mappings()]
