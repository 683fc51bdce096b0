"""API keys: made once in clear, kept as a hash, limited in scope and time.

In: an organisation's wish; later a key that a machine sent. Out: the key; the machine's principal.
"""

import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.desk import Desk
from battery_passport.access.errors import ClientRefused, InvalidScope, NotAllowedNow
from battery_passport.access.model import Principal, PrincipalKind, Role
from battery_passport.access.names import clean_label
from battery_passport.access.organisations.members import active_account
from battery_passport.access.policy.actions import KEY_SCOPES
from battery_passport.access.records.machines import ApiKey
from battery_passport.access.records.organisations import ROLES_OF, OrganisationAccount, Standing
from battery_passport.access.tokens import new_secret, secret_digest
from battery_passport.foundation.uuid7 import new_uuid7

MOST_KEYS = 100
LONGEST_DAYS = 366
NOTED_EVERY = timedelta(minutes=1)
_PREFIX_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_PREFIX_LENGTH = 10
_KEY = re.compile(r"bpk_([a-z2-9]{10})_([A-Za-z0-9_-]{43})")
_USE = "api-key"


def check_scopes(names: Iterable[str]) -> frozenset[str]:
    """Return scopes that a machine may have, at least one. Raises: InvalidScope."""
    wanted = frozenset(names)
    unknown = sorted(wanted - set(KEY_SCOPES))
    if unknown:
        raise InvalidScope(f"{unknown[0][:60]!r} is no scope that a machine can have.")
    if not wanted:
        raise InvalidScope("Choose at least one thing that the machine may do.")
    return wanted


def issue_key(
    desk: Desk,
    organisation_id: UUID,
    *,
    label: str,
    scopes: Iterable[str],
    days: int,
    actor: UUID | None,
) -> str:
    """Return a new key, shown this once.

    Raises: UnusableName, InvalidScope, NotAllowedNow, UnknownOrganisation.
    """
    active_account(desk, organisation_id)
    if len(desk.machines.keys_of(organisation_id)) >= MOST_KEYS:
        raise NotAllowedNow(f"There are {MOST_KEYS} keys. Revoke some first.")
    if not 1 <= days <= LONGEST_DAYS:
        raise NotAllowedNow(f"A key lasts 1 to {LONGEST_DAYS} days, not {days}.")
    prefix = "".join(secrets.choice(_PREFIX_CHARACTERS) for _ in range(_PREFIX_LENGTH))
    secret = new_secret()
    key = ApiKey(
        key_id=new_uuid7(desk.moment),
        prefix=prefix,
        digest=secret_digest(secret, use=_USE) or b"",
        organisation_id=organisation_id,
        label=clean_label(label),
        scopes=check_scopes(scopes),
        made_by=actor,
        made_at=desk.moment,
        expires_at=desk.moment + timedelta(days=days),
    )
    desk.machines.add_key(key)
    details = {
        "organisation": str(organisation_id),
        "key": str(key.key_id),
        "scopes": sorted(key.scopes),
    }
    desk.acts.record(Act(name="key-issued", actor_id=actor, details=details), desk.moment)
    return f"bpk_{prefix}_{secret}"


def revoke_key(desk: Desk, organisation_id: UUID, key_id: UUID, *, actor: UUID | None) -> None:
    """End a key of that organisation at once; another's stays as it is."""
    if desk.machines.revoke_key(organisation_id, key_id, desk.moment):
        details = {"organisation": str(organisation_id), "key": str(key_id)}
        desk.acts.record(Act(name="key-revoked", actor_id=actor, details=details), desk.moment)


def usable_keys(desk: Desk, organisation_id: UUID) -> list[ApiKey]:
    """Return the keys of an organisation that are not revoked, the newest first."""
    keys = [each for each in desk.machines.keys_of(organisation_id) if each.revoked_at is None]
    return sorted(keys, key=lambda each: each.made_at, reverse=True)


def find_key(desk: Desk, text: str) -> tuple[ApiKey, Principal]:
    """Return the key that a machine sent, and who it speaks for.

    Raises: ClientRefused; whether the key is unknown, over or revoked is not said.
    """
    parts = _KEY.fullmatch(text)
    key = desk.machines.key_by_prefix(parts[1]) if parts else None
    digest = secret_digest(parts[2], use=_USE) if parts else None
    held = hmac.compare_digest(key.digest if key else bytes(32), digest or b"")
    if key is None or not held or key.revoked_at is not None or key.expires_at <= desk.moment:
        raise ClientRefused("The API key is not accepted.")
    return key, machine_principal(desk, key.organisation_id, key.scopes)


def is_key_use_to_be_noted(desk: Desk, key: ApiKey) -> bool:
    """Return whether the key's last use is to be written down."""
    return key.last_used_at is None or desk.moment - key.last_used_at >= NOTED_EVERY


def machine_principal(desk: Desk, organisation_id: UUID, scopes: frozenset[str]) -> Principal:
    """Return the principal of an organisation's machine.

    Raises: ClientRefused unless the organisation takes part.
    """
    account = desk.organisations.account(organisation_id)
    if account is None or account.standing is not Standing.ACTIVE:
        raise ClientRefused("The machine's organisation does not take part.")
    return Principal(
        kind=PrincipalKind.MACHINE,
        organisation_id=organisation_id,
        region=account.region,
        roles=machine_roles(account),
        scopes=scopes,
    )


def machine_roles(account: OrganisationAccount) -> frozenset[Role]:
    """Return what a machine is towards batteries: its organisation's first role, no other."""
    return frozenset(ROLES_OF[account.kind][:1])
