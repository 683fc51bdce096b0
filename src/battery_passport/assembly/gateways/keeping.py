"""Readings without a battery: kept aside, and taken in once an operator binds one.

In: messages and the hash of whom they name. Out: rows that a person can look at; later, evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.gateway_bindings import BindingKind, BindingStore
from battery_passport.adapters.sql.kept_readings import KeptReading, KeptStore
from battery_passport.assembly.gateways.bound import BoundBattery
from battery_passport.assembly.gateways.recording import Message, Recorder
from battery_passport.assembly.intake import store_group
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.telemetry.rows import Row

MOST_KEPT: Final = 100_000
"""More messages are not kept aside: they are refused, so that whoever sent them keeps them."""


class BoundMeanwhile(TemporarilyUnavailable):
    """A battery was bound between looking for one and keeping readings without one."""

    code = "bound-meanwhile"


_AT_ONCE: Final = 256


class KeptFull(TemporarilyUnavailable):
    """Too much is kept aside already."""

    code = "kept-aside-full"
    remedy = "Bind batteries to what is kept (`ocpp kept`, `ocpp bind`)."


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who sent a message, the hash of whom it names, and why it has no battery."""

    gateway: str
    source: str
    subject: bytes | None
    reason: str


def keep_aside(database: Database, message: Message, origin: Origin, *, clock: Clock) -> None:
    """Keep a message's readings; the same message again changes nothing.

    Raises: KeptFull, BoundMeanwhile.
    """
    with database.write() as connection:
        store = KeptStore(connection)
        if _is_bound(connection, origin.subject):
            raise BoundMeanwhile("A battery was bound just now.")
        if store.count() >= MOST_KEPT:
            raise KeptFull(f"{MOST_KEPT} messages without a battery are kept aside already.")
        store.keep(
            KeptReading(
                message=message.digest,
                gateway=origin.gateway,
                source=origin.source,
                subject=origin.subject,
                reason=origin.reason,
                assumptions=message.assumptions,
                rows=[_written(row) for row in message.rows],
                received_at=clock.now(),
            )
        )


def _is_bound(connection: Connection, subject: bytes | None) -> bool:
    """Return whether what would be kept has a battery: nobody binds one during a `write`."""
    bindings = BindingStore(connection)
    return subject is not None and any(bindings.battery_of(each, subject) for each in BindingKind)


def take_in(
    database: Database, recorder: Recorder, *, subject: bytes, battery: BoundBattery
) -> int:
    """Make evidence of everything that was kept of somebody; return how many messages.

    A crash in between repeats nothing: the same message makes the same batch.
    """
    taken = 0
    while kept := _next(database, subject):
        batches = [recorder.sealed(_message(each), battery) for each in kept]
        store_group(database, [batch for batch in batches if batch is not None])
        with database.write() as connection:
            KeptStore(connection).remove([each.message for each in kept])
        taken += len(kept)
    return taken


def _next(database: Database, subject: bytes) -> Sequence[KeptReading]:
    with database.read() as connection:
        return KeptStore(connection).of_subject(subject, _AT_ONCE)


def _written(row: Row) -> JsonObject:
    columns: JsonObject = {
        name: value if isinstance(value, int) else list(value) for name, value in row.values.items()
    }
    return {"at_ms": row.sampled_at_ms, "columns": columns}


def _message(kept: KeptReading) -> Message:
    return Message(
        digest=kept.message,
        rows=tuple(_row(each) for each in kept.rows),
        assumptions=kept.assumptions,
    )


def _row(written: JsonObject) -> Row:
    at_ms, columns = written["at_ms"], written["columns"]
    if not isinstance(at_ms, int) or not isinstance(columns, dict):
        raise TypeError("A kept reading is not as it was written.")
    values: dict[str, int | Sequence[int | None]] = {}
    for name, value in columns.items():
        if isinstance(value, int):
            values[name] = value
        elif isinstance(value, list):
            values[name] = [each if isinstance(each, int) else None for each in value]
    return Row(at_ms, values)
