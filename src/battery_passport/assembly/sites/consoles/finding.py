"""Finding batteries and what was recorded about them.

In: an installation. Out: fulfils `web.consoles.frame.ports.Batteries`.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from battery_passport.access.model import Principal
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema import events
from battery_passport.assembly.finding import find_battery
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.recorded import events_of
from battery_passport.assembly.sites.consoles.cards import card_of, cards_of
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.records import parse_event_record
from battery_passport.registry.errors import UnknownBattery
from battery_passport.web.consoles.frame.views import BatteryCard, RecordedEvent

MOST_OWN_EVENTS = 5_000


class SqlBatteries:
    """Batteries of an installation."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def find(self, text: str) -> BatteryCard | None:
        """Return the battery that a scan, an identifier or an alias names."""
        with self._installation.database.read() as connection:
            try:
                battery = find_battery(RegistryStore(connection), text)
            except UnknownBattery:
                return None
            return card_of(connection, battery)

    def card(self, identifier: BatteryIdentifier) -> BatteryCard | None:
        """Return the battery of that public identifier."""
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery_by_identifier(identifier)
            return None if battery is None else card_of(connection, battery)

    def events(self, card: BatteryCard, principal: Principal) -> Sequence[RecordedEvent]:
        """Return what was recorded about a battery, the latest first."""
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery(card.battery_id)
            own = short_name(connection, principal)
            found = [] if battery is None else events_of(connection, battery)
            registry = RegistryStore(connection)
            recorders = {
                slug: registry.organisation_by_slug(slug)
                for slug in {each.recorded_by for each in found}
            }
        names = {slug: each.name for slug, each in recorders.items() if each is not None}
        shown = [_recorded(each, own, names.get(each.recorded_by, "")) for each in found]
        return sorted(shown, key=lambda each: each.occurred_at, reverse=True)

    def own_events(
        self, principal: Principal, types: Sequence[str]
    ) -> Sequence[tuple[BatteryCard, RecordedEvent]]:
        """Return what the principal's organisation recorded, the latest first."""
        with self._installation.database.read() as connection:
            own = short_name(connection, principal)
            if own is None:
                return ()
            query = (
                select(events.c.battery_id, events.c.record)
                .where(events.c.type.in_(list(types)))
                .order_by(events.c.occurred_at_ms.desc(), events.c.event_id.desc())
                .limit(MOST_OWN_EVENTS)
            )
            rows = [
                (UUID(row.battery_id), event)
                for row in connection.execute(query)
                if (event := parse_event_record(row.record)).recorded_by == own
            ]
            registry = RegistryStore(connection)
            ids = dict.fromkeys(battery_id for battery_id, _ in rows)
            batteries = [found for each in ids if (found := registry.battery(each)) is not None]
            cards = {card.battery_id: card for card in cards_of(connection, batteries)}
        return [(cards[battery_id], _recorded(event, own)) for battery_id, event in rows]


def short_name(connection: Connection, principal: Principal) -> str | None:
    """Return the short name under which a principal's organisation records."""
    if principal.organisation_id is None:
        return None
    found = RegistryStore(connection).organisation(principal.organisation_id)
    return None if found is None else found.slug


def _recorded(event: Event, own: str | None, name: str = "") -> RecordedEvent:
    return RecordedEvent(
        event_id=event.event_id,
        event_type=event.event_type,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        recorded_by=event.recorded_by,
        by_own=event.recorded_by == own,
        payload=event.payload,
        recorded_by_name=name,
    )
