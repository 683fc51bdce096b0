"""Which battery a token, a vehicle number or a pack code stands for, as an operator said.

In: a connection within a transaction; keyed hashes. Out: the battery of each, now and before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, RowMapping, insert, select, update

from battery_passport.adapters.sql.schema_gateways import gateway_bindings
from battery_passport.foundation.clock import from_unix_ms, unix_ms


class BindingKind(StrEnum):
    """What names the battery."""

    TOKEN = "token"  # noqa: S105 - the name of a kind
    VIN = "vin"
    PACK = "pack"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBinding:
    """One binding; `ended_at` is None while it holds."""

    binding_id: UUID
    kind: BindingKind
    subject: bytes
    battery_id: UUID
    bound_at: datetime
    ended_at: datetime | None = None


class BindingStore:
    """Bindings within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def battery_of(self, kind: BindingKind, subject: bytes) -> UUID | None:
        """Return the battery that is bound now."""
        query = select(gateway_bindings.c.battery_id).where(
            gateway_bindings.c.subject == subject,
            gateway_bindings.c.kind == kind.value,
            gateway_bindings.c.ended_at_ms.is_(None),
        )
        found = self._connection.execute(query).scalar()
        return None if found is None else UUID(found)

    def bind(self, binding: StoredBinding) -> bool:
        """Save a binding in place of any before; False if the very same held already.

        Only within `write`: nobody else binds the same meanwhile.
        """
        if self.battery_of(binding.kind, binding.subject) == binding.battery_id:
            return False
        self.end(binding.kind, binding.subject, binding.bound_at)
        row = {
            "binding_id": str(binding.binding_id),
            "kind": binding.kind.value,
            "subject": binding.subject,
            "battery_id": str(binding.battery_id),
            "bound_at_ms": unix_ms(binding.bound_at),
        }
        self._connection.execute(insert(gateway_bindings), [row])
        return True

    def end(self, kind: BindingKind, subject: bytes, moment: datetime) -> bool:
        """End the binding that holds; False if none does."""
        statement = update(gateway_bindings).where(
            gateway_bindings.c.subject == subject,
            gateway_bindings.c.kind == kind.value,
            gateway_bindings.c.ended_at_ms.is_(None),
        )
        changed = self._connection.execute(statement.values(ended_at_ms=unix_ms(moment)))
        return changed.rowcount > 0

    def all(self) -> Sequence[StoredBinding]:
        """Return the bindings that hold, the oldest first."""
        query = select(gateway_bindings).where(gateway_bindings.c.ended_at_ms.is_(None))
        query = query.order_by(gateway_bindings.c.bound_at_ms, gateway_bindings.c.binding_id)
        return [_binding(row) for row in self._connection.execute(query).mappings()]


def _binding(row: RowMapping) -> StoredBinding:
    ended_at_ms = row["ended_at_ms"]
    return StoredBinding(
        binding_id=UUID(row["binding_id"]),
        kind=BindingKind(row["kind"]),
        subject=row["subject"],
        battery_id=UUID(row["battery_id"]),
        bound_at=from_unix_ms(row["bound_at_ms"]),
        ended_at=None if ended_at_ms is None else from_unix_ms(ended_at_ms),
    )
