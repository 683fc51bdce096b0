"""What owners' pages show of a battery, read from credentials, events and history.

In: an opened installation. Out: `web.owner.ports.BatteryFacts`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.projections import ProjectionStore
from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.sharing import OwnershipStore
from battery_passport.assembly.finding import find_battery, model_of
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.proofs import assemble_bundle
from battery_passport.assembly.recorded import events_of, opened_payload
from battery_passport.assembly.sites.charging import CHARGE_COLUMNS, last_charge_in
from battery_passport.assembly.sites.reader_health import measured_health
from battery_passport.assembly.things import region_of
from battery_passport.foundation.clock import parse_utc, unix_ms
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.passport.disclosure import SECTIONS
from battery_passport.passport.model import Level
from battery_passport.proof.model import HEALTH_STATEMENT, PASSPORT
from battery_passport.proof.statement import health_claims
from battery_passport.registry.errors import UnknownBattery
from battery_passport.registry.model import Battery
from battery_passport.web.owner.views import (
    BatteryFace,
    Estimate,
    IndividualPart,
    LastCharge,
    News,
    NewsKind,
)
from battery_passport.web.reading.views import MeasuredHealth
from battery_passport.web.views import Evidence, PublicPassportView, PublicValue

_INDIVIDUAL = SECTIONS[4]
_LOOK_BACK = timedelta(days=45)

FindPassport = Callable[[BatteryIdentifier], PublicPassportView | None]


class SiteBatteryFacts:
    """Fulfils `web.owner.ports.BatteryFacts`."""

    def __init__(self, installation: Installation, find_passport: FindPassport) -> None:
        self._installation = installation
        self._find_passport = find_passport

    def find(self, name: str) -> BatteryFace | None:
        """Return the battery that somebody named. Raises: MalformedIdentifier."""
        with self._installation.database.read() as connection:
            try:
                battery = find_battery(RegistryStore(connection), name)
            except UnknownBattery:
                return None
            return _face(connection, battery)

    def face(self, battery_id: UUID) -> BatteryFace:
        """Return how a registered battery is called."""
        with self._installation.database.read() as connection:
            return _face(connection, _battery(connection, battery_id))

    def estimate(self, battery_id: UUID) -> Estimate | None:
        """Return our newest signed statement of health, if it has a figure."""
        with self._installation.database.read() as connection:
            newest = CredentialStore(connection).latest(HEALTH_STATEMENT, battery_id)
        return None if newest is None else read_estimate(newest)

    def measured(self, battery_id: UUID) -> MeasuredHealth | None:
        """Return what an inspection body measured last, if anything stands."""
        with self._installation.database.read() as connection:
            return measured_health(connection, _battery(connection, battery_id))

    def individual_part(self, battery_id: UUID) -> IndividualPart | None:
        """Return point 4 of the newest passport version, None without a passport."""
        with self._installation.database.read() as connection:
            battery = _battery(connection, battery_id)
            newest = CredentialStore(connection).latest(PASSPORT, battery_id)
        if newest is None:
            return None
        return IndividualPart(
            version=newest.sequence,
            issued_at=newest.issued_at,
            values=tuple(_individual_values(newest)),
            evidence=self._evidence(battery),
        )

    def last_charge(self, battery_id: UUID) -> LastCharge | None:
        """Return the latest charge of the weeks before the last measurement."""
        with self._installation.database.read() as connection:
            last_ms = ProjectionStore(connection).last_sample_ms(battery_id)
        if last_ms is None:
            return None
        start_ms = last_ms - int(_LOOK_BACK / timedelta(milliseconds=1))
        table = self._installation.history.read(
            battery_id, columns=CHARGE_COLUMNS, start_ms=start_ms
        )
        return last_charge_in(table)

    def news(self, battery_id: UUID, since: datetime) -> Sequence[News]:
        """Return what happened since then, the latest first."""
        with self._installation.database.read() as connection:
            battery = _battery(connection, battery_id)
            found = [
                *_issued(connection, battery, since),
                *_stated(connection, battery, since),
                *_events(connection, battery, since),
            ]
        return sorted(found, key=lambda each: each.at, reverse=True)

    def proof_file(self, battery_id: UUID, sections: Sequence[str]) -> bytes:
        """Return the offline proof with the named sections. Raises: NotAnchoredYet."""
        with self._installation.database.read() as connection:
            battery = _battery(connection, battery_id)
        return assemble_bundle(self._installation, battery, sections=sections)

    def _evidence(self, battery: Battery) -> Evidence:
        view = self._find_passport(battery.identifier)
        if view is None:
            raise LookupError(f"The passport of battery {battery.battery_id} cannot be found.")
        return view.evidence


def read_estimate(statement: StoredCredential) -> Estimate | None:
    """Return what a stored health statement says, None where it has no figure."""
    claims = health_claims(opened_payload(statement))
    health = claims["state_of_health"]
    if not isinstance(health, Mapping) or health.get("value_percent") is None:
        return None
    as_of = claims["as_of"]
    return Estimate(
        value_percent=_number(health["value_percent"]),
        low_percent=_number(health["low_percent"]),
        high_percent=_number(health["high_percent"]),
        as_of=None if as_of is None else parse_utc(str(as_of)),
        charges=int(_number(claims["charges"])),
        method=str(claims["method"]),
        version=str(claims["version"]),
        statement=statement.sequence,
        stated_at=statement.issued_at,
    )


def _face(connection: Connection, battery: Battery) -> BatteryFace:
    model = model_of(RegistryStore(connection), battery)
    owned = OwnershipStore(connection).current(battery.battery_id)
    return BatteryFace(
        battery_id=battery.battery_id,
        identifier=battery.identifier,
        model_name="" if model is None else model.name,
        category=None if model is None else model.category,
        owner_id=None if owned is None else owned.person_id,
        responsible_id=battery.responsible_id,
        region=region_of(connection, battery.responsible_id),
    )


def _battery(connection: Connection, battery_id: UUID) -> Battery:
    battery = RegistryStore(connection).battery(battery_id)
    if battery is None:
        raise LookupError(f"The battery {battery_id} is not registered.")
    return battery


def _individual_values(passport: StoredCredential) -> Iterator[PublicValue]:
    subject = opened_payload(passport)["credentialSubject"]
    section = subject.get(_INDIVIDUAL) if isinstance(subject, Mapping) else None
    points = section.get("dataPoints") if isinstance(section, Mapping) else None
    for number, point in (points if isinstance(points, Mapping) else {}).items():
        if isinstance(point, Mapping):
            yield PublicValue(
                number=int(number),
                value=point["value"],
                unit=str(point["unit"] or ""),
                level=Level(str(point["level"])),
                source=str(point["source"]),
                method=str(point.get("method") or ""),
                as_of=parse_utc(str(point["asOf"])),
            )


def _issued(connection: Connection, battery: Battery, since: datetime) -> Iterator[News]:
    for version in CredentialStore(connection).of_battery(PASSPORT, battery.battery_id):
        if version.issued_at > since:
            yield News(kind=NewsKind.PASSPORT_ISSUED, at=version.issued_at, figure=version.sequence)


def _stated(connection: Connection, battery: Battery, since: datetime) -> Iterator[News]:
    before: float | None = None
    for statement in CredentialStore(connection).of_battery(HEALTH_STATEMENT, battery.battery_id):
        estimate = read_estimate(statement)
        if estimate is None:
            continue
        if statement.issued_at > since:
            yield News(
                kind=NewsKind.HEALTH_STATED,
                at=statement.issued_at,
                figure=estimate.value_percent,
                before=before,
            )
        before = estimate.value_percent


def _events(connection: Connection, battery: Battery, since: datetime) -> Iterator[News]:
    for event in events_of(connection, battery):
        if unix_ms(event.recorded_at) > unix_ms(since):
            yield News(kind=NewsKind.EVENT, at=event.occurred_at, event=event.event_type)


def _number(value: JsonValue) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} in a signed statement is no number.")
    return float(value)
