"""The lists of an organisation's page, in words.

In: a desk and an organisation. Out: rows without anything its members may not see.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from battery_passport.access.desk import Desk
from battery_passport.access.machines.keys import usable_keys
from battery_passport.access.model import Role
from battery_passport.access.organisations.members import invited_address
from battery_passport.access.people.reading import active_person, profile_of
from battery_passport.access.people.sessions import SignedIn
from battery_passport.access.policy.actions import ACTIONS, KEY_SCOPES
from battery_passport.access.records.organisations import ROLES_OF, Membership, OrganisationKind
from battery_passport.web.account.words import ROLE_WORDS
from battery_passport.web.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChoice:
    """A role that members can have."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeChoice:
    """Something a machine may do."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member."""

    reference: str
    name: str
    roles: str
    choices: tuple[RoleChoice, ...]
    steward: bool
    since: str
    myself: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """An open invitation."""

    reference: str
    email: str
    roles: str
    steward: bool
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """An API key."""

    reference: str
    label: str
    prefix: str
    scopes: str
    until: str
    used: str
    expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """A machine with a key of its own."""

    reference: str
    label: str
    scopes: str
    since: str


def member_rows(desk: Desk, found: SignedIn, language: Language) -> tuple[MemberRow, ...]:
    """Return the members of the organisation that the session acts for."""
    place = found.place
    if place is None:
        return ()
    members = desk.organisations.members(place.account.organisation_id)
    rows = (
        _member_row(desk, found, place.account.kind, each, language=language) for each in members
    )
    return tuple(row for row in rows if row is not None)


def _member_row(
    desk: Desk,
    found: SignedIn,
    kind: OrganisationKind,
    membership: Membership,
    *,
    language: Language,
) -> MemberRow | None:
    person = active_person(desk, membership.person_id)
    if person is None:
        return None
    names = {role.value for role in membership.roles}
    return MemberRow(
        reference=str(membership.person_id),
        name=profile_of(desk, person).name,
        roles=_roles(membership.roles, language),
        choices=role_choices(kind, language, names),
        steward=membership.steward,
        since=language.day_of(membership.since),
        myself=membership.person_id == found.person.person_id,
    )


def invitation_rows(
    desk: Desk, organisation_id: UUID, language: Language
) -> tuple[InvitationRow, ...]:
    """Return the open invitations."""
    return tuple(
        InvitationRow(
            reference=str(each.invitation_id),
            email=invited_address(desk, each),
            roles=_roles(each.roles, language),
            steward=each.steward,
            until=language.moment(each.expires_at),
        )
        for each in desk.organisations.invitations(organisation_id, desk.moment)
    )


def key_rows(desk: Desk, organisation_id: UUID, language: Language) -> tuple[KeyRow, ...]:
    """Return the keys that are not revoked."""
    return tuple(
        KeyRow(
            reference=str(each.key_id),
            label=each.label,
            prefix=f"bpk_{each.prefix}_…",
            scopes=_scopes(each.scopes, language),
            until=language.day_of(each.expires_at),
            used=language.moment(each.last_used_at) if each.last_used_at else "",
            expired=each.expires_at <= desk.moment,
        )
        for each in usable_keys(desk, organisation_id)
    )


def client_rows(desk: Desk, organisation_id: UUID, language: Language) -> tuple[ClientRow, ...]:
    """Return the machines that are not revoked."""
    return tuple(
        ClientRow(
            reference=str(each.client_id),
            label=each.label,
            scopes=_scopes(each.scopes, language),
            since=language.day_of(each.made_at),
        )
        for each in desk.machines.clients_of(organisation_id)
        if each.revoked_at is None
    )


def role_choices(
    kind: OrganisationKind, language: Language, chosen: Collection[str]
) -> tuple[RoleChoice, ...]:
    """Return the roles that members of such an organisation can have."""
    return tuple(
        RoleChoice(
            value=role.value,
            name=language.text(ROLE_WORDS[role]),
            chosen=role.value in chosen or (not chosen and role is ROLES_OF[kind][0]),
        )
        for role in ROLES_OF[kind]
    )


def scope_choices(language: Language, chosen: Collection[str]) -> tuple[ScopeChoice, ...]:
    """Return what machines may be allowed, in the words of the table of actions."""
    return tuple(
        ScopeChoice(value=name, name=_scope(name, language), chosen=name in chosen)
        for name in KEY_SCOPES
    )


def _scope(name: str, language: Language) -> str:
    action = ACTIONS.get(name)
    if action is None:
        return name
    return action.title_ko if language.code == "ko" else action.title_en


def _scopes(names: Collection[str], language: Language) -> str:
    return ", ".join(_scope(name, language) for name in sorted(names))


def _roles(roles: Collection[Role], language: Language) -> str:
    return ", ".join(language.text(ROLE_WORDS[role]) for role in sorted(roles))
