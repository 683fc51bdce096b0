"""Keys and clients of machines as frozen values.

In: what services checked. Out: what stores keep; of a key's secret only the hash.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from battery_passport.foundation.strict_json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key that a machine sends with every call. `prefix` names it and may be shown."""

    key_id: UUID
    prefix: str
    digest: bytes
    organisation_id: UUID
    label: str
    scopes: frozenset[str]
    made_by: UUID | None
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A machine that signs in with an ES256 key of its own (`private_key_jwt`)."""

    client_id: UUID
    organisation_id: UUID
    label: str
    jwk: JsonObject
    scopes: frozenset[str]
    made_by: UUID | None
    made_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """What a client's proof is exchanged for."""

    token: str
    lifetime_s: int
    scopes: frozenset[str]
