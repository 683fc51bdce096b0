"""Everything that a sheet tells beside the diagnosis and the points: one transaction.

In: a connection, a battery, what was made. Out: `SheetSources`.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from battery_passport.adapters.sql.diagnoses import DiagnosisStore
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.finding import effective_rating, model_of
from battery_passport.assembly.inspecting import newest_measurement
from battery_passport.assembly.recorded import events_of, opened_payload
from battery_passport.assembly.sheets.making import Made
from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.lifecycle.fold import fold
from battery_passport.lifecycle.inspections import standing_inspections
from battery_passport.lifecycle.model import Event
from battery_passport.proof.model import FIGURES_STATEMENT, HEALTH_STATEMENT, PASSPORT
from battery_passport.proof.statement import health_claims, stated_claims
from battery_passport.registry.model import Battery
from battery_passport.web.consoles.fleet.ports import BatteryQuality
from battery_passport.web.consoles.inspection.sheet import ITEMS
from battery_passport.web.sheet.items import TESTED
from battery_passport.web.sheet.ports import (
    Evidence,
    MeasuredItem,
    SheetSources,
    SignedFigures,
    StatedHealth,
)

_MADE_ON_POINT = 9


def gather(
    connection: Connection, battery: Battery, made: Made, *, outdated: bool, quality: BatteryQuality
) -> SheetSources:
    """Return all that a sheet of the battery tells."""
    store = RegistryStore(connection)
    model = model_of(store, battery)
    events = events_of(connection, battery)
    state = fold(tuple(events))
    made_on = state.values.get(_MADE_ON_POINT)
    operator = store.organisation(battery.responsible_id)
    batches, samples = DiagnosisStore(connection).evidence_of(battery.battery_id)
    passport = CredentialStore(connection).latest(PASSPORT, battery.battery_id)
    return SheetSources(
        identifier=battery.identifier,
        model_name="" if model is None else model.name,
        made_on="" if made_on is None else str(made_on.value),
        placed_on_market_at=state.placed_on_market_at,
        operator="" if operator is None else operator.name,
        rating=effective_rating(store, battery),
        diagnosis=made.diagnosis.document,
        diagnosed_at=made.diagnosis.made_at,
        outdated=outdated,
        pictures=made.pictures.document,
        evidence=Evidence(batches=batches, samples=samples),
        stated=tuple(_stated(connection, battery)),
        measured=_measured(connection, battery, events),
        quality=quality,
        passport_version=None if passport is None else passport.sequence,
        standing=state.standing.value,
        signed=_signed(connection, battery),
    )


def _signed(connection: Connection, battery: Battery) -> SignedFigures | None:
    """Return what the newest statement of figures says, if there is one."""
    stored = CredentialStore(connection).latest(FIGURES_STATEMENT, battery.battery_id)
    if stored is None:
        return None
    figures = stated_claims(opened_payload(stored), FIGURES_STATEMENT).get("figures")
    fact = FactStore(connection).by_digest(sha256(stored.record))
    return SignedFigures(
        number=stored.sequence,
        log_index=None if fact is None else fact.log_index,
        figures=dict(figures) if isinstance(figures, Mapping) else {},
    )


def _stated(connection: Connection, battery: Battery) -> Iterator[StatedHealth]:
    """Yield what signed statements said of health, the oldest first."""
    facts = FactStore(connection)
    for stored in CredentialStore(connection).of_battery(HEALTH_STATEMENT, battery.battery_id):
        fact = facts.by_digest(sha256(stored.record))
        found = _health_in(stored, None if fact is None else fact.log_index)
        if found is not None:
            yield found


def _health_in(stored: StoredCredential, log_index: int | None) -> StatedHealth | None:
    claims = health_claims(opened_payload(stored))
    health, as_of = claims.get("state_of_health"), claims.get("as_of")
    if not isinstance(health, Mapping) or not isinstance(as_of, str):
        return None
    value, low, high = (_number(health.get(f"{name}_percent")) for name in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return None
    return StatedHealth(
        number=stored.sequence,
        as_of=parse_utc(as_of),
        value_percent=value,
        low_percent=low,
        high_percent=high,
        method=str(claims["method"]),
        version=str(claims["version"]),
        log_index=log_index,
    )


def _measured(
    connection: Connection, battery: Battery, events: list[Event]
) -> Mapping[str, MeasuredItem]:
    """Return the newest figure of each item that an inspection measured."""
    signed = newest_measurement(connection, battery)
    store = RegistryStore(connection)
    found: dict[str, MeasuredItem] = {}
    for event in sorted(standing_inspections(events), key=lambda each: each.occurred_at):
        is_signed = signed is not None and signed.measurement.event == str(event.event_id)
        organisation = store.organisation_by_slug(event.recorded_by)
        for name in (ITEMS | TESTED) & event.payload.keys():
            value = _number(event.payload[name])
            if value is not None:
                found[name] = MeasuredItem(
                    value=value,
                    at=event.occurred_at,
                    by=event.recorded_by if organisation is None else organisation.name,
                    statement=signed.number if signed is not None and is_signed else None,
                )
    return found


def _number(value: JsonValue) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(str(value)) if is_number else None
