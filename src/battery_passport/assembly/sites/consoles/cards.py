"""Batteries as role pages show them, many at once.

In: a transaction and batteries. Out: `BatteryCard`s in the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, select

from battery_passport.access.model import Resource, ResourceKind
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema import credentials, events
from battery_passport.adapters.sql.schema_sharing import ownerships
from battery_passport.assembly.things import inspectors_of, region_of
from battery_passport.proof.model import PASSPORT
from battery_passport.registry.model import Battery, BatteryModel, Organisation
from battery_passport.registry.rules import merged_rating
from battery_passport.web.consoles.frame.views import BatteryCard

_STANDING_TYPES = ("passport_suspended", "passport_resumed", "recycled")
_ASK_ONE_BY_ONE_UP_TO = 400
"""Beyond this many ids a query asks for all batteries instead of naming each."""


@dataclass(slots=True)
class _Known:
    """What one call has looked up already."""

    registry: RegistryStore
    models: dict[UUID, BatteryModel | None] = field(default_factory=dict)
    operators: dict[UUID, Organisation | None] = field(default_factory=dict)
    regions: dict[UUID, str | None] = field(default_factory=dict)


def cards_of(connection: Connection, batteries: Sequence[Battery]) -> list[BatteryCard]:
    """Return a card for each battery."""
    known = _Known(RegistryStore(connection))
    ids = [str(each.battery_id) for each in batteries]
    owners = _owners(connection, ids)
    with_passport = _with_passport(connection, ids)
    standings = _standings(connection, ids)
    for each in batteries:
        if each.responsible_id not in known.regions:
            known.regions[each.responsible_id] = region_of(connection, each.responsible_id)
    return [
        _card(
            each,
            known,
            owner_id=owners.get(str(each.battery_id)),
            has_passport=str(each.battery_id) in with_passport,
            standing=standings.get(str(each.battery_id), ""),
            inspectors=inspectors_of(
                connection, each.battery_id, region=known.regions[each.responsible_id]
            ),
        )
        for each in batteries
    ]


def card_of(connection: Connection, battery: Battery) -> BatteryCard:
    """Return the card of one battery."""
    return cards_of(connection, [battery])[0]


def _card(
    battery: Battery,
    known: _Known,
    *,
    owner_id: UUID | None,
    has_passport: bool,
    standing: str,
    inspectors: frozenset[UUID],
) -> BatteryCard:
    model = _model(battery.model_id, known)
    operator = _operator(battery.responsible_id, known)
    rating = merged_rating(battery.rating, None if model is None else model.rating)
    return BatteryCard(
        resource=Resource(
            kind=ResourceKind.BATTERY,
            battery_id=battery.battery_id,
            owner_id=owner_id,
            responsible_id=battery.responsible_id,
            region=known.regions[battery.responsible_id],
            inspector_ids=inspectors,
        ),
        identifier=battery.identifier,
        alias=battery.alias or "",
        model_name="" if model is None else model.name,
        category=None if model is None else model.category,
        chemistry="" if rating.chemistry is None else rating.chemistry.value,
        rated_capacity_ah=rating.rated_capacity_ah,
        responsible_name="" if operator is None else operator.name,
        has_passport=has_passport,
        suspended=standing == "passport_suspended",
        ended=standing == "recycled",
    )


def _model(model_id: UUID | None, known: _Known) -> BatteryModel | None:
    if model_id is None:
        return None
    if model_id not in known.models:
        known.models[model_id] = known.registry.model(model_id)
    return known.models[model_id]


def _operator(organisation_id: UUID, known: _Known) -> Organisation | None:
    if organisation_id not in known.operators:
        known.operators[organisation_id] = known.registry.organisation(organisation_id)
    return known.operators[organisation_id]


def _owners(connection: Connection, ids: Sequence[str]) -> dict[str, UUID]:
    query = select(ownerships.c.battery_id, ownerships.c.person_id).where(
        ownerships.c.until_ms.is_(None), *_among(ownerships.c.battery_id, ids)
    )
    rows = connection.execute(query)
    return {row.battery_id: UUID(row.person_id) for row in rows if row.person_id is not None}


def _with_passport(connection: Connection, ids: Sequence[str]) -> set[str]:
    query = select(credentials.c.battery_id).where(
        credentials.c.kind == PASSPORT, *_among(credentials.c.battery_id, ids)
    )
    return set(connection.execute(query.distinct()).scalars())


def _standings(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    query = (
        select(events.c.battery_id, events.c.type)
        .where(events.c.type.in_(_STANDING_TYPES), *_among(events.c.battery_id, ids))
        .order_by(events.c.occurred_at_ms, events.c.sequence)
    )
    return {row.battery_id: row.type for row in connection.execute(query)}


def _among(column: Column[str], ids: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (column.in_(ids),) if len(ids) <= _ASK_ONE_BY_ONE_UP_TO else ()
