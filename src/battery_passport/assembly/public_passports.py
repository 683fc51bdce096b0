"""Public passports as the web shows them: point 1 of Annex XIII, what was checked, the timeline.

In: an opened installation. Out: `web.ports.PublicPassports`.
"""

from sqlalchemy import Connection

from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.log import NotedAnchor, SqlCheckpointStore
from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.anchoring import NotAnchoredYet
from battery_passport.assembly.cosigning import NotCosignedYet
from battery_passport.assembly.explorer.window import ledger_kind
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.issuing import passport_subject
from battery_passport.assembly.operations.passports import NoPassport
from battery_passport.assembly.operations.proofs import assemble_bundle, trust_file, trusted_keys
from battery_passport.assembly.proof_sources import NotSealedYet
from battery_passport.assembly.recorded import events_of, opened_payload
from battery_passport.credentials.sd_jwt_verification import verify_sd_jwt
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import TemporarilyUnavailable, VerificationFailed
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.lifecycle.fold import fold
from battery_passport.lifecycle.model import Standing as Folded
from battery_passport.passport.timeline import (
    TimelineEntry,
    VersionAnchored,
    VersionIssued,
    public_timeline,
)
from battery_passport.proof.errors import PassportRevoked, PassportSuspended
from battery_passport.proof.model import PASSPORT
from battery_passport.proof.verification import verify_bundle
from battery_passport.registry.model import Battery
from battery_passport.web.payload import read_open_points, read_values
from battery_passport.web.views import (
    Check,
    CheckName,
    Evidence,
    Outcome,
    PublicPassportView,
    Standing,
)

_STANDINGS = {
    Folded.OPEN: Standing.IN_FORCE,
    Folded.SUSPENDED: Standing.SUSPENDED,
    Folded.ENDED: Standing.ENDED,
}
_BEYOND_THIS_FILE = (CheckName.LATEST, CheckName.STATUS)
_UNTIL_ANCHORED = (CheckName.LOG_INCLUSION, CheckName.CHECKPOINT, CheckName.ANCHOR)


class SitePassports:
    """Fulfils `web.ports.PublicPassports`."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def resolve(self, alias: str) -> BatteryIdentifier | None:
        """Return the identifier that an alias stands for."""
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery_by_alias(alias)
        return None if battery is None else battery.identifier

    def revision(self, identifier: BatteryIdentifier) -> str | None:
        """Return the newest version, its place, its anchor and the events known, in one text."""
        with self._installation.database.read() as connection:
            found = _newest(connection, identifier)
            if found is None:
                return None
            battery, newest = found
            index = _log_index(connection, newest)
            anchor = _anchor(connection, index)
            events = len(events_of(connection, battery))
        return f"{newest.credential_id}.{index}.{anchor and anchor.number}.{events}"

    def generation(self) -> int:
        """Return a number that changes whenever this process wrote anything."""
        return self._installation.database.generation

    def find(self, identifier: BatteryIdentifier) -> PublicPassportView | None:
        """Return the public view, or None if the battery has no passport."""
        with self._installation.database.read() as connection:
            found = _newest(connection, identifier)
            return None if found is None else self.view(connection, *found)

    def proof_file(self, identifier: BatteryIdentifier) -> bytes:
        """Return the offline proof bundle of the public audience."""
        with self._installation.database.read() as connection:
            found = _newest(connection, identifier)
        if found is None:
            raise NoPassport(f"The battery {identifier} has no passport yet.")
        return assemble_bundle(self._installation, found[0])

    def view(
        self,
        connection: Connection,
        battery: Battery,
        shown: StoredCredential,
        *,
        is_newest: bool = True,
    ) -> PublicPassportView:
        """Return the public view of one version; of an older one less was checked."""
        subject = passport_subject(RegistryStore(connection), battery)
        payload = opened_payload(shown, {})
        model = subject.model
        return PublicPassportView(
            identifier=battery.identifier,
            digital_link=self._installation.digital_link(battery.identifier),
            model_name="" if model is None else model.name,
            category=None if model is None else model.category,
            issuer_name=subject.operator.name,
            version=shown.sequence,
            issued_at=shown.issued_at,
            standing=_STANDINGS[fold(events_of(connection, battery)).standing],
            credential_sha256=sha256(shown.issuer_jwt.encode("ascii")).hex(),
            values=read_values(payload),
            open_points=read_open_points(payload, operator_name=subject.operator.name),
            evidence=self._evidence(connection, battery, shown, is_newest=is_newest),
            history=_history(connection, battery),
        )

    def _evidence(
        self,
        connection: Connection,
        battery: Battery,
        shown: StoredCredential,
        *,
        is_newest: bool,
    ) -> Evidence:
        index = _log_index(connection, shown)
        anchor = _anchor(connection, index)
        return Evidence(
            checked_at=self._installation.clock.now(),
            checks=self._checks(battery, shown) if is_newest else self._signature_alone(shown),
            log_origin=self._installation.keys.log.name,
            log_index=index,
            log_size=SqlCheckpointStore(connection).tree_head().size,
            ledger=ledger_kind(self._installation),
            anchor_block=None if anchor is None else anchor.block_number,
        )

    def _checks(self, battery: Battery, newest: StoredCredential) -> tuple[Check, ...]:
        """Return what verification says of the very bundle that a reader can download."""
        outcomes = dict.fromkeys(CheckName, Outcome.HOLDS)
        outcomes |= dict.fromkeys(_BEYOND_THIS_FILE, Outcome.NOT_CHECKED)
        try:
            octets = assemble_bundle(self._installation, battery)
            outcomes |= self._beyond(octets)
        except (NotSealedYet, NotAnchoredYet, NotCosignedYet):
            outcomes |= dict.fromkeys(_UNTIL_ANCHORED, Outcome.NOT_YET)
            outcomes[CheckName.SIGNATURE] = self._signature(newest)
        except TemporarilyUnavailable:
            # The ledger does not answer: the page stays up and claims nothing that was not checked.
            outcomes |= dict.fromkeys(_UNTIL_ANCHORED, Outcome.NOT_CHECKED)
            outcomes[CheckName.SIGNATURE] = self._signature(newest)
        except VerificationFailed:
            outcomes |= dict.fromkeys(_UNTIL_ANCHORED, Outcome.FAILED)
            outcomes[CheckName.SIGNATURE] = self._signature(newest)
        return tuple(Check(name=name, outcome=outcome) for name, outcome in outcomes.items())

    def _beyond(self, octets: bytes) -> dict[CheckName, Outcome]:
        """Return what the bundle shows of the time after the passport was signed."""
        try:
            report = verify_bundle(octets, trust_file(self._installation).encode())
        except (PassportRevoked, PassportSuspended):
            return {CheckName.STATUS: Outcome.FAILED}
        known = {CheckName.LATEST: report.latest_as_of, CheckName.STATUS: report.status_as_of}
        return {name: Outcome.HOLDS for name, as_of in known.items() if as_of is not None}

    def _signature_alone(self, shown: StoredCredential) -> tuple[Check, ...]:
        """Return what is checked of a version that a later one has replaced."""
        outcomes = dict.fromkeys(CheckName, Outcome.NOT_CHECKED)
        outcomes[CheckName.SIGNATURE] = self._signature(shown)
        return tuple(Check(name=name, outcome=outcome) for name, outcome in outcomes.items())

    def _signature(self, newest: StoredCredential) -> Outcome:
        keys = {each.key.key_id: each.key for each in trusted_keys(self._installation)}
        try:
            verify_sd_jwt(f"{newest.issuer_jwt}~", keys.get)
        except VerificationFailed:
            return Outcome.FAILED
        return Outcome.HOLDS


def _newest(
    connection: Connection, identifier: BatteryIdentifier
) -> tuple[Battery, StoredCredential] | None:
    battery = RegistryStore(connection).battery_by_identifier(identifier)
    if battery is None:
        return None
    newest = CredentialStore(connection).latest(PASSPORT, battery.battery_id)
    return None if newest is None else (battery, newest)


def _log_index(connection: Connection, credential: StoredCredential) -> int | None:
    fact = FactStore(connection).by_digest(sha256(credential.record))
    return None if fact is None else fact.log_index


def _anchor(connection: Connection, log_index: int | None) -> NotedAnchor | None:
    return None if log_index is None else SqlCheckpointStore(connection).first_covering(log_index)


def _history(connection: Connection, battery: Battery) -> tuple[TimelineEntry, ...]:
    issued = list(CredentialStore(connection).of_battery(PASSPORT, battery.battery_id))
    anchored = [(each, _anchor(connection, _log_index(connection, each))) for each in issued]
    return public_timeline(
        versions=[
            VersionIssued(version=each.sequence, issued_at=each.issued_at) for each in issued
        ],
        events=events_of(connection, battery),
        anchors=[
            VersionAnchored(
                version=each.sequence,
                anchored_at=anchor.anchored_at,
                block_number=anchor.block_number,
            )
            for each, anchor in anchored
            if anchor is not None and anchor.block_number is not None
        ],
    )
