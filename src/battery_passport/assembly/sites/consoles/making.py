"""What makers answer for: batteries with what they owe, models, keys; issuing and recalling.

In: an installation. Out: fulfils `web.consoles.manufacture.ports.MakerBook`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.model import Principal
from battery_passport.access.records.machines import ApiKey
from battery_passport.adapters.sql.batteries_by_operator import OperatorBatteries
from battery_passport.adapters.sql.machines import SqlMachines
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.registry import register_model
from battery_passport.assembly.recording import record_events
from battery_passport.assembly.sites.consoles.cards import cards_of
from battery_passport.assembly.sites.consoles.once import keep_outcome, known_outcome
from battery_passport.assembly.sites.consoles.owing import Owing, OwingBook
from battery_passport.assembly.sites.consoles.recording import recorded_by
from battery_passport.assembly.sites.reader_obligations import SqlObligationBook
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.event_types import DECLARED
from battery_passport.lifecycle.service import ReportedEvent
from battery_passport.passport.data_points import data_point
from battery_passport.passport.declaring import declaration_payload
from battery_passport.passport.errors import InvalidModelFile
from battery_passport.passport.model_file import parse_model_file
from battery_passport.passport.obligations import Obligation, ObligationState
from battery_passport.registry.model import Battery
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.consoles.manufacture.ports import (
    DeclarationToRecord,
    Duty,
    KeyLine,
    OwnBattery,
    OwnModel,
    RecallToRecord,
)

MOST_BATTERIES = 5_000


class SqlMakerBook:
    """What one organisation answers for at a time."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._obligations = SqlObligationBook(installation)
        self._owing = OwingBook(installation)

    def batteries(self, principal: Principal) -> Sequence[OwnBattery]:
        """Return every battery of the organisation with what is owed for it."""
        with self._installation.database.read() as connection:
            found = _batteries(connection, principal)
            cards = cards_of(connection, found)
            standings = self._owing.of(connection, found)
        return [_own(card, owing) for card, owing in zip(cards, standings, strict=True)]

    def battery(self, card: BatteryCard) -> OwnBattery:
        """Return one battery with what is owed for it."""
        with self._installation.database.read() as connection:
            (owing,) = self._owing.of(connection, [_registered(connection, card)])
        return _own(card, owing)

    def models(self, principal: Principal) -> Sequence[OwnModel]:
        """Return the organisation's models with what their files lack."""
        if principal.organisation_id is None:
            return ()
        registered = self._registered_models(principal.organisation_id)
        return [
            OwnModel(
                model_id=each.model_id,
                name=each.title,
                gtin=registered[each.model_id][0],
                batteries=count,
                given=len(each.filled),
                missing=tuple(
                    duty.point.number
                    for duty in each.obligations
                    if duty.state is ObligationState.MISSING
                ),
                registered_at=registered[each.model_id][1],
            )
            for each, count in (
                (duties.sheet, duties.battery_count)
                for duties in self._obligations.models_of(principal.organisation_id)
            )
            if each.model_id is not None
        ]

    def keys(self, principal: Principal) -> Sequence[KeyLine]:
        """Return the organisation's keys, those that work first."""
        if principal.organisation_id is None:
            return ()
        now = self._installation.clock.now()
        with self._installation.database.read() as connection:
            found = SqlMachines(connection).keys_of(principal.organisation_id)
        lines = [
            _key_line(each, usable=each.revoked_at is None and now < each.expires_at)
            for each in found
        ]
        return sorted(lines, key=lambda line: (not line.usable, line.label))

    def issue(self, card: BatteryCard, principal: Principal, submission: UUID) -> int:
        """Issue a version, once for each form."""
        with self._installation.database.write() as connection:
            known = known_outcome(connection, principal, submission)
            if known is not None:
                return int(known)
            moment = self._installation.clock.now()
            battery = _registered(connection, card)
            issued = self._installation.issuer.issue(connection, battery, moment)
            version = issued.credential.sequence
            keep_outcome(connection, principal, submission, outcome=str(version), moment=moment)
        return version

    def duty(self, card: BatteryCard, number: int) -> Duty:
        """Return where one data point of a battery stands. Raises: UnknownDataPoint."""
        wanted = data_point(number).number
        with self._installation.database.read() as connection:
            battery = _registered(connection, card)
            found = self._obligation(connection, battery, wanted)
            same = _of_model(connection, battery)
        return Duty(obligation=found, same_model=len(same))

    def declare(
        self, card: BatteryCard, principal: Principal, declared: DeclarationToRecord
    ) -> int:
        """Record a value, once for each form, and return of how many batteries."""
        with self._installation.database.write() as connection:
            known = known_outcome(connection, principal, declared.submission)
            if known is not None:
                return int(known)
            moment, battery = self._installation.clock.now(), _registered(connection, card)
            obligation = self._obligation(connection, battery, declared.number)
            reported = ReportedEvent(
                event_type=DECLARED,
                occurred_at=moment,
                recorded_by=recorded_by(connection, principal),
                payload=declaration_payload(obligation, declared.value, method=declared.method),
            )
            concerned = _of_model(connection, battery) if declared.whole_model else [battery]
            record_events(connection, [(each, [reported]) for each in concerned], moment)
            count = len(concerned)
            keep_outcome(
                connection, principal, declared.submission, outcome=str(count), moment=moment
            )
        return count

    def _obligation(self, connection: Connection, battery: Battery, number: int) -> Obligation:
        moment = self._installation.clock.now()
        content, _last = self._installation.issuer.content(connection, battery, moment)
        return next(each for each in content.obligations if each.point.number == number)

    def add_model(self, principal: Principal, text: str) -> str:
        """Register the model of a file that names the principal's own organisation."""
        moment = self._installation.clock.now()
        file = parse_model_file(text.encode(), on=moment.date())
        with self._installation.database.write() as connection:
            own = recorded_by(connection, principal)
            if file.manufacturer_slug != own:
                raise InvalidModelFile(
                    f"The file names the manufacturer {file.manufacturer_slug!r}, not yours.",
                    remedy=f"Your organisation's short name is {own!r}: write it as the slug.",
                )
            register_model(RegistryStore(connection), file, moment)
        return file.name

    def recall(self, principal: Principal, recall: RecallToRecord) -> int:
        """Record a recall for every battery of a model, all or none, once for each form."""
        with self._installation.database.write() as connection:
            known = known_outcome(connection, principal, recall.submission)
            if known is not None:
                return int(known)
            moment = self._installation.clock.now()
            reported = ReportedEvent(
                event_type="recalled",
                occurred_at=moment,
                recorded_by=recorded_by(connection, principal),
                payload=_recall_payload(recall),
            )
            concerned = [
                each
                for each in _batteries(connection, principal)
                if each.model_id == recall.model_id
            ]
            going_on = [
                battery
                for battery, card in zip(concerned, cards_of(connection, concerned), strict=True)
                if not card.ended
            ]
            record_events(connection, [(each, [reported]) for each in going_on], moment)
            keep_outcome(
                connection,
                principal,
                recall.submission,
                outcome=str(len(going_on)),
                moment=moment,
            )
        return len(going_on)

    def _registered_models(self, organisation_id: UUID) -> dict[UUID, tuple[str, datetime]]:
        with self._installation.database.read() as connection:
            models = OperatorBatteries(connection).models_of(organisation_id)
        return {each.model_id: (each.gtin, each.registered_at) for each in models}


def _own(card: BatteryCard, owing: Owing) -> OwnBattery:
    return OwnBattery(
        card=card,
        version=owing.version,
        issued_at=owing.issued_at,
        filled=owing.filled,
        owed=owing.owed,
        open_recalls=owing.open_recalls,
    )


def _batteries(connection: Connection, principal: Principal) -> list[Battery]:
    if principal.organisation_id is None:
        return []
    return OperatorBatteries(connection).of_operator(
        principal.organisation_id, offset=0, limit=MOST_BATTERIES
    )


def _of_model(connection: Connection, battery: Battery) -> list[Battery]:
    """Return the operator's batteries of one model that go on, this one among them."""
    if battery.model_id is None:
        return [battery]
    own = OperatorBatteries(connection).of_operator(
        battery.responsible_id, offset=0, limit=MOST_BATTERIES
    )
    same = [each for each in own if each.model_id == battery.model_id]
    cards = cards_of(connection, same)
    return [each for each, card in zip(same, cards, strict=True) if not card.ended]


def _registered(connection: Connection, card: BatteryCard) -> Battery:
    battery = RegistryStore(connection).battery(card.battery_id)
    if battery is None:
        raise NothingOfYours("This battery is not registered any more.")
    return battery


def _recall_payload(recall: RecallToRecord) -> JsonObject:
    told: JsonObject = {"reference": recall.reference, "reason": recall.reason}
    return {**told, "remedy_due_on": recall.due} if recall.due else told


def _key_line(key: ApiKey, *, usable: bool) -> KeyLine:
    return KeyLine(
        label=key.label,
        prefix=key.prefix,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
        usable=usable,
    )
