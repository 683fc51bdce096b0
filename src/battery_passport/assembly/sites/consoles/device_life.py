"""What happened in a device's life, put together from its keys, batteries and acts.

In: a transaction, a `DeviceLife`. Out: steps, keys and last batches for the device's page.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from battery_passport.access.acts import parse_act_record
from battery_passport.adapters.sql.act_reading import ActReader
from battery_passport.adapters.sql.fleet import Rows
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema import batch_contents, batches
from battery_passport.adapters.sql.schema_quality import device_boots
from battery_passport.assembly.devices.changing import LIFTED, RETIRED, SUSPENDED
from battery_passport.assembly.devices.codes import CODE_MADE
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.proof.statement import device_thumbprint
from battery_passport.registry.devices.model import DeviceLife
from battery_passport.web.consoles.devices.ports import BatchFact, KeyFact, LifeStep, Turn

LAST_BATCHES = 10
LAST_BOOTS = 10
_TURNS = {
    SUSPENDED: Turn.SUSPENDED,
    LIFTED: Turn.LIFTED,
    RETIRED: Turn.RETIRED,
    CODE_MADE: Turn.CODE_MADE,
}


def steps_of(connection: Connection, life: DeviceLife, region: str) -> tuple[LifeStep, ...]:
    """Return what happened to a device, the latest first."""
    renewed = (LifeStep(at=key.since, turn=Turn.KEY_RENEWED) for key in life.keys[:-1])
    steps = [
        *_acts_on(connection, life, region),
        *_fitting_steps(connection, life),
        *renewed,
    ]
    steps.sort(key=lambda step: step.at, reverse=True)
    return (*steps, LifeStep(at=life.enrolled_at, turn=Turn.ENROLLED))


def _acts_on(connection: Connection, life: DeviceLife, region: str) -> Iterator[LifeStep]:
    name = str(life.device_id)
    found = ActReader(connection).records(region, kinds=tuple(_TURNS), since=life.enrolled_at)
    for record in found:
        if name.encode() in record:
            act = parse_act_record(record)
            reason = str(act.details.get("reason") or "")
            yield LifeStep(at=act.at, turn=_TURNS[act.name], reason=reason)


def _fitting_steps(connection: Connection, life: DeviceLife) -> Iterator[LifeStep]:
    names = _names(connection, life)
    for fitting in life.fittings:
        name = names.get(fitting.battery_id)
        yield LifeStep(at=fitting.fitted_at, turn=Turn.FITTED, battery=name)
        if fitting.removed_at is not None:
            yield LifeStep(at=fitting.removed_at, turn=Turn.TAKEN_OFF, battery=name)


def _names(connection: Connection, life: DeviceLife) -> dict[UUID, BatteryIdentifier]:
    registry = RegistryStore(connection)
    found = (registry.battery(each) for each in {one.battery_id for one in life.fittings})
    return {each.battery_id: each.identifier for each in found if each is not None}


def keys_of(life: DeviceLife) -> tuple[KeyFact, ...]:
    """Return a device's keys by their fingerprints, the newest first."""
    return tuple(
        KeyFact(
            fingerprint=device_thumbprint(key.public_key),
            since=key.since,
            ended_at=key.sealed_until,
            taken_until=key.taken_until,
        )
        for key in life.keys
    )


def last_batches(connection: Connection, device_id: UUID) -> tuple[BatchFact, ...]:
    """Return the batches of a device that came in last, the latest first."""
    boots = connection.execute(
        select(device_boots.c.boot_id, device_boots.c.last_sequence)
        .where(device_boots.c.device_id == str(device_id))
        .order_by(device_boots.c.last_received_ms.desc())
        .limit(LAST_BOOTS)
    ).all()
    found = [row for boot in boots for row in _batches_of(connection, device_id, boot)]
    found.sort(key=lambda row: (row.received_at_ms, row.sequence), reverse=True)
    return tuple(
        BatchFact(
            sequence=row.sequence,
            received_at=from_unix_ms(row.received_at_ms),
            collected_at=from_unix_ms(row.collected_at_ms),
            samples=row.samples,
            digest=row.digest.hex(),
        )
        for row in found[:LAST_BATCHES]
    )


def _batches_of(connection: Connection, device_id: UUID, boot: Row[Any, Any]) -> Rows:
    """Return the batches that a device numbered last since it was switched on."""
    query = (
        select(
            batches.c.sequence,
            batches.c.received_at_ms,
            batches.c.collected_at_ms,
            batches.c.digest,
            batch_contents.c.samples,
        )
        .outerjoin(batch_contents, batch_contents.c.digest == batches.c.digest)
        .where(
            batches.c.device_id == str(device_id),
            batches.c.boot_id == boot.boot_id,
            batches.c.sequence > boot.last_sequence - LAST_BATCHES,
        )
    )
    return connection.execute(query).all()
