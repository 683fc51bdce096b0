"""What an owner leaves behind beside looks: where and when a battery was charged, by which card.

In: a connection within a transaction. Out: fulfils `access.sharing.ports.Looks`; forgetting looks
forgets these with them.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, delete

from battery_passport.adapters.sql.looks import LookStore
from battery_passport.adapters.sql.schema_gateways import charging_sessions, gateway_bindings
from battery_passport.foundation.clock import unix_ms

_TRACES: tuple[tuple[Table, Column[Any]], ...] = (
    (charging_sessions, charging_sessions.c.started_at_ms),
    (gateway_bindings, gateway_bindings.c.bound_at_ms),
)


class TraceStore(LookStore):
    """Looks and traces within one transaction."""

    def forget(self, battery_id: UUID, *, since: datetime, until: datetime) -> None:
        """Remove the looks, charging sessions and bindings of a time.

        A car or card that was bound then is bound no more: its next owner has it bound anew.
        """
        super().forget(battery_id, since=since, until=until)
        for table, moment in _TRACES:
            self._connection.execute(
                delete(table).where(
                    table.c.battery_id == str(battery_id),
                    moment.between(unix_ms(since), unix_ms(until)),
                )
            )
