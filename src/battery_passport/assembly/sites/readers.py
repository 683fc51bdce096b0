"""Passports for each kind of reader: the ports of `web.reading` filled from the record store.

In: an opened installation. Out: `ReaderServices`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.model import Resource
from battery_passport.access.sharing.model import Look, Part
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.grants import GrantStore
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.acts import record_look
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.proofs import assemble_bundle
from battery_passport.assembly.public_passports import SitePassports
from battery_passport.assembly.recorded import opened_payload
from battery_passport.assembly.sites.reader_consignments import ConsignmentDesk
from battery_passport.assembly.sites.reader_events import SqlEventDesk, event_lines
from battery_passport.assembly.sites.reader_health import measured_health, newest_statement
from battery_passport.assembly.sites.reader_obligations import SqlObligationBook
from battery_passport.assembly.sites.reader_values import read_values_of, unsigned_changes
from battery_passport.assembly.things import battery_resource
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import NotFound
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.passport.disclosure import SECTIONS
from battery_passport.proof.model import HEALTH_STATEMENT, MEASUREMENT_STATEMENT, PASSPORT
from battery_passport.registry.model import Battery
from battery_passport.web.payload import read_open_points
from battery_passport.web.reading.ports import ReaderServices
from battery_passport.web.reading.views import ReaderPassport, Sight, VersionLine


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """One version of a battery's passport, and whether no later one has replaced it."""

    battery: Battery
    shown: StoredCredential
    is_newest: bool


def reader_services(installation: Installation) -> ReaderServices:
    """Return the ports of readers' pages and operations."""

    def save_look(look: Look) -> None:
        with installation.database.write() as connection:
            record_look(connection, look)

    public = SitePassports(installation)
    return ReaderServices(
        passports=SqlReaderPassports(installation, public),
        obligations=SqlObligationBook(installation),
        events=SqlEventDesk(installation),
        check_consignment=ConsignmentDesk(installation, public).check,
        record_look=save_look,
        clock=installation.clock,
    )


class SqlReaderPassports:
    """Fulfils `web.reading.ports.ReaderPassports`."""

    def __init__(self, installation: Installation, public: SitePassports) -> None:
        self._installation = installation
        self._public = public

    def battery(self, identifier: BatteryIdentifier) -> Resource | None:
        """Return the battery as policies see it."""
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery_by_identifier(identifier)
            return None if battery is None else battery_resource(connection, battery)

    def grants_estimate(self, grant_ids: Sequence[UUID]) -> bool:
        """Return whether one of the grants names our own estimate."""
        with self._installation.database.read() as connection:
            store = GrantStore(connection)
            found = (store.by_id(grant_id) for grant_id in grant_ids)
            return any(grant is not None and Part.ESTIMATE in grant.parts for grant in found)

    def revision(self, identifier: BatteryIdentifier) -> str | None:
        """Return the public revision with the newest statements of health."""
        public = self._public.revision(identifier)
        if public is None:
            return None
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery_by_identifier(identifier)
            store = CredentialStore(connection)
            kinds = (HEALTH_STATEMENT, MEASUREMENT_STATEMENT)
            stated = (
                0 if battery is None else store.next_sequence(kind, battery.battery_id) - 1
                for kind in kinds
            )
            return ".".join([public, *map(str, stated)])

    def find(
        self, identifier: BatteryIdentifier, sight: Sight, *, version: int | None = None
    ) -> ReaderPassport | None:
        """Return what a sight shows of the newest, or of one, version."""
        with self._installation.database.read() as connection:
            found = _version(connection, identifier, version)
            return None if found is None else self._passport(connection, found, sight)

    def _passport(self, connection: Connection, found: _Version, sight: Sight) -> ReaderPassport:
        battery, shown, is_newest = found.battery, found.shown, found.is_newest
        payload = opened_payload(shown)
        public = self._public.view(connection, battery, shown, is_newest=is_newest)
        changes = unsigned_changes(self._installation, connection, battery) if is_newest else None
        values = read_values_of(payload, shown.sequence, sight, changes=changes)
        stated = newest_statement(connection, battery) if is_newest else None
        return ReaderPassport(
            public=public,
            sight=sight,
            newest=is_newest,
            values=values,
            open_points=tuple(
                point
                for point in read_open_points(
                    payload,
                    operator_name=public.issuer_name,
                    numbers=sight.numbers,
                )
                if point.number not in {value.number for value in values}
            ),
            estimate=stated if sight.with_estimate else None,
            events=event_lines(connection, battery, sight) if is_newest else (),
            measured=measured_health(connection, battery)
            if is_newest and sight.with_estimate
            else None,
        )

    def versions(self, identifier: BatteryIdentifier) -> tuple[VersionLine, ...]:
        """Return the versions, oldest first."""
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery_by_identifier(identifier)
            if battery is None:
                return ()
            issued = CredentialStore(connection).of_battery(PASSPORT, battery.battery_id)
            return tuple(_version_line(connection, each) for each in list(issued))

    def proof_file(self, identifier: BatteryIdentifier, sight: Sight) -> bytes:
        """Return the offline proof with every section that the sight sees whole."""
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery_by_identifier(identifier)
        if battery is None:
            raise NotFound(f"The battery {identifier} is not registered.")
        sections = [name for point, name in SECTIONS.items() if sight.sees_whole(point)]
        return assemble_bundle(
            self._installation, battery, sections=sections, with_estimate=sight.with_estimate
        )


def _version(
    connection: Connection, identifier: BatteryIdentifier, version: int | None
) -> _Version | None:
    battery = RegistryStore(connection).battery_by_identifier(identifier)
    store = CredentialStore(connection)
    newest = None if battery is None else store.latest(PASSPORT, battery.battery_id)
    if battery is None or newest is None:
        return None
    if version is None or version == newest.sequence:
        return _Version(battery=battery, shown=newest, is_newest=True)
    issued = store.of_battery(PASSPORT, battery.battery_id)
    asked = next((each for each in issued if each.sequence == version), None)
    return None if asked is None else _Version(battery=battery, shown=asked, is_newest=False)


def _version_line(connection: Connection, issued: StoredCredential) -> VersionLine:
    fact = FactStore(connection).by_digest(sha256(issued.record))
    index = None if fact is None else fact.log_index
    anchor = None if index is None else SqlCheckpointStore(connection).first_covering(index)
    return VersionLine(
        version=issued.sequence,
        issued_at=issued.issued_at,
        credential_sha256=sha256(issued.issuer_jwt.encode("ascii")).hex(),
        log_index=index,
        anchor_block=None if anchor is None else anchor.block_number,
    )
