"""What machines' services need: their store within one transaction.

In: nothing. Out: the Protocol that an adapter fulfils.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from battery_passport.access.records.machines import ApiKey, Client


class MachineStore(Protocol):
    """API keys, clients and used assertions within one transaction."""

    def add_key(self, key: ApiKey) -> None: ...

    def key_by_prefix(self, prefix: str) -> ApiKey | None: ...

    def keys_of(self, organisation_id: UUID) -> list[ApiKey]: ...

    def note_key_use(self, key_id: UUID, moment: datetime) -> None: ...

    def revoke_key(self, organisation_id: UUID, key_id: UUID, moment: datetime) -> bool: ...

    def add_client(self, client: Client) -> None: ...

    def client(self, client_id: UUID) -> Client | None: ...

    def clients_of(self, organisation_id: UUID) -> list[Client]: ...

    def revoke_client(self, organisation_id: UUID, client_id: UUID, moment: datetime) -> bool: ...

    def use_assertion(self, digest: bytes, expires_at: datetime) -> bool:
        """Remember an assertion; False if it was used before."""
        ...
