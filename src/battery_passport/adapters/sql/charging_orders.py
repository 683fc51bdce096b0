"""What operators ask of chargers, on its way to whichever process holds the connection.

In: a connection within a transaction. Out: orders, taken by one process and answered once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, insert, select, update

from battery_passport.adapters.sql.schema_gateways import charging_orders
from battery_passport.foundation.clock import from_unix_ms, unix_ms

_O = charging_orders.c
_LONGEST_ANSWER = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order to `stop` a session or to `limit` its power; answered once `accepted` is known."""

    order_id: UUID
    session: int
    charge_point: str
    kind: str
    power_w: float | None
    ordered_at: datetime
    taken_at: datetime | None = None
    answer: str | None = None
    accepted: bool | None = None


class OrderStore:
    """Orders within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, order: StoredOrder) -> None:
        """Save a new order."""
        row = {
            "order_id": str(order.order_id),
            "session": order.session,
            "charge_point": order.charge_point,
            "kind": order.kind,
            "power_w": order.power_w,
            "ordered_at_ms": unix_ms(order.ordered_at),
        }
        self._connection.execute(insert(charging_orders), [row])

    def get(self, order_id: UUID) -> StoredOrder | None:
        """Return the order of that id."""
        query = select(charging_orders).where(_O.order_id == str(order_id))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _order(row)

    def waiting(self, charge_points: Collection[str], *, since: datetime) -> Sequence[StoredOrder]:
        """Return the orders to these chargers that nobody took yet, but for those too old."""
        query = select(charging_orders).where(
            _O.ordered_at_ms >= unix_ms(since),
            _O.taken_at_ms.is_(None),
            _O.charge_point.in_(sorted(charge_points)),
        )
        query = query.order_by(_O.ordered_at_ms, _O.order_id)
        return [_order(row) for row in self._connection.execute(query).mappings()]

    def take(self, order_id: UUID, moment: datetime) -> bool:
        """Take an order for this process; False if another was quicker."""
        statement = update(charging_orders).where(
            _O.order_id == str(order_id), _O.taken_at_ms.is_(None)
        )
        taken = self._connection.execute(statement.values(taken_at_ms=unix_ms(moment)))
        return taken.rowcount == 1

    def answer(self, order_id: UUID, *, text: str, accepted: bool, moment: datetime) -> None:
        """Save what the charger said."""
        self._connection.execute(
            update(charging_orders)
            .where(_O.order_id == str(order_id))
            .values(
                answer=text[:_LONGEST_ANSWER], accepted=accepted, answered_at_ms=unix_ms(moment)
            )
        )


def _order(row: RowMapping) -> StoredOrder:
    taken_at_ms = row["taken_at_ms"]
    return StoredOrder(
        order_id=UUID(row["order_id"]),
        session=row["session"],
        charge_point=row["charge_point"],
        kind=row["kind"],
        power_w=row["power_w"],
        ordered_at=from_unix_ms(row["ordered_at_ms"]),
        taken_at=None if taken_at_ms is None else from_unix_ms(taken_at_ms),
        answer=row["answer"],
        accepted=row["accepted"],
    )
