"""Passports for readers in memory: points 1 to 4 of one battery, its events, an estimate, duties.

In: what a test varies. Out: `ReaderServices` over memory; battery and firms are invented.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from battery_passport.access.errors import ClientRefused
from battery_passport.access.model import Principal, Resource, Role
from battery_passport.access.policy.actions import KEY_SCOPES
from battery_passport.access.sharing.model import Look
from battery_passport.foundation.clock import FixedClock
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.errors import InvalidEvent
from battery_passport.passport.data_points import data_point
from battery_passport.passport.obligations import Circumstances, assess_all
from battery_passport.passport.rule_sets import rule_set
from battery_passport.registry.model import BatteryCategory
from battery_passport.web.reading.errors import KeyReused
from battery_passport.web.reading.history import shows_event
from battery_passport.web.reading.ports import ReaderServices
from battery_passport.web.reading.views import (
    CheckedIdentifier,
    DutySheet,
    EventLine,
    EventReceipt,
    EventReport,
    HealthStatement,
    ModelDuties,
    OperatorDuties,
    OwnStatement,
    ReaderPassport,
    ReadValue,
    Sight,
    Verdict,
    VersionLine,
)
from battery_passport.web.session import Visitor
from battery_passport.web.views import PublicPassportView
from tests.factories.access import FIRM, NOW, OTHER_FIRM, OTHER_PERSON, PERSON, machine, person
from tests.factories.access import battery as thing

BEYOND: dict[int, JsonValue] = {
    45: [{"name": "니켈·코발트·망간 산화물", "share_percent": 31, "part": "cathode"}],
    46: ["HB-N75-M12", "HB-N75-BDU"],
    47: [{"name": "한빛셀 부품센터", "city": "포항시", "phone": "054-000-0000"}],
    48: [{"title": "해체 지침서 HB-N75", "address": "https://example.org/doc/HB-N75-dis.pdf"}],
    49: ["절연 장갑을 끼고 서비스 플러그부터 분리"],
    50: [{"title": "IEC 62660 시험 결과", "address": "https://example.org/doc/HB-N75-test.pdf"}],
    51: 201.4,
    55: 0.0931,
    61: 94.5,
    67: "original",
    68: 412,
}
STATED_AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
UNSIGNED = 68
MODEL = UUID("01900000-0000-7000-8000-000000000041")


def read_values(public: PublicPassportView) -> tuple[ReadValue, ...]:
    """Return every value of the battery; the cycles are newer than the signed version."""
    open_to_all = (
        ReadValue(
            number=each.number,
            value=each.value,
            unit=each.unit,
            level=each.level,
            annex_point=data_point(each.number).annex_point,
            source=each.source,
            method=each.method,
            as_of=each.as_of,
            signed_in=public.version,
        )
        for each in public.values
    )
    beyond = (_beyond(number, value, public.version) for number, value in BEYOND.items())
    return tuple(sorted((*open_to_all, *beyond), key=lambda each: each.number))


def _beyond(number: int, value: JsonValue, version: int) -> ReadValue:
    point = data_point(number)
    return ReadValue(
        number=number,
        value=value,
        unit=point.unit or "",
        level=point.level,
        annex_point=point.annex_point,
        source=_source(number),
        method=_METHODS.get(number, ""),
        as_of=STATED_AT,
        signed_in=None if number == UNSIGNED else version,
        signed_value=398 if number == UNSIGNED else None,
        interval=(0.0874, 0.0992) if number == COMPUTED else None,
    )


COMPUTED = 55
_METHODS = {COMPUTED: "step-resistance 1", 61: "soce_onboard"}


def _source(number: int) -> str:
    if number == COMPUTED:
        return "figures-statement:2"
    return "model" if number <= 50 else f"event:{UUID(int=number)}"


def estimate() -> HealthStatement:
    """Return an estimate with its interval."""
    return HealthStatement(
        number=4,
        value_percent=92.6,
        low_percent=90.9,
        high_percent=94.2,
        capacity_ah=190.8,
        low_ah=187.3,
        high_ah=194.1,
        charges=37,
        method="usable-capacity",
        method_version="1",
        as_of=STATED_AT,
        stated_at=STATED_AT,
        credential_sha256="c" * 64,
        log_index=17_301,
    )


def events() -> tuple[EventLine, ...]:
    """Return a placing on the market, an inspection and an accident."""
    told: tuple[tuple[str, dict[str, JsonValue]], ...] = (
        ("placed_on_market", {}),
        (
            "inspected",
            {"kind": "periodic", "result": "passed", "insulation_kohm": 2_400, "note": "이상 없음"},
        ),
        ("accident", {"kind": "collision", "severity": "minor"}),
    )
    return tuple(
        EventLine(
            event_id=UUID(int=place),
            sequence=place,
            event_type=name,
            occurred_at=datetime(2026, 3 * place, 2, tzinfo=UTC),
            recorded_at=datetime(2026, 3 * place, 3, tzinfo=UTC),
            recorded_by="busan-inspection",
            payload=payload,
            log_index=None if place == 3 else 400 + place,
        )
        for place, (name, payload) in enumerate(told, start=1)
    )


@dataclass
class MemoryReaders:
    """The ports of readers over public views; every battery has the same values beyond."""

    views: dict[BatteryIdentifier, PublicPassportView]
    resource: Resource = field(default_factory=thing)
    estimate_granted: bool = True
    looks: list[Look] = field(default_factory=list)
    proofs: list[Sight] = field(default_factory=list)
    disk_is_full: bool = False
    reports: dict[tuple[str, str], EventReport] = field(default_factory=dict)

    def battery(self, identifier: BatteryIdentifier) -> Resource | None:
        return self.resource if identifier in self.views else None

    def grants_estimate(self, grant_ids: Sequence[UUID]) -> bool:
        return bool(grant_ids) and self.estimate_granted

    def revision(self, identifier: BatteryIdentifier) -> str | None:
        view = self.views.get(identifier)
        return None if view is None else str(view.version)

    def find(
        self, identifier: BatteryIdentifier, sight: Sight, *, version: int | None = None
    ) -> ReaderPassport | None:
        view = self.views.get(identifier)
        if view is None or version not in (None, *range(1, view.version + 1)):
            return None
        newest = version in (None, view.version)
        return ReaderPassport(
            public=view if version is None else replace(view, version=version),
            sight=sight,
            newest=newest,
            values=tuple(each for each in read_values(view) if each.number in sight.numbers),
            open_points=tuple(each for each in view.open_points if each.number in sight.numbers),
            estimate=estimate() if sight.with_estimate and newest else None,
            events=tuple(each for each in events() if shows_event(each.event_type, sight)),
        )

    def versions(self, identifier: BatteryIdentifier) -> Sequence[VersionLine]:
        view = self.views.get(identifier)
        if view is None:
            return ()
        return tuple(
            VersionLine(
                version=number,
                issued_at=datetime(2026, 3 * number, 1, tzinfo=UTC),
                credential_sha256=f"{number:064x}",
                log_index=number,
                anchor_block=None,
            )
            for number in range(1, view.version + 1)
        )

    def proof_file(self, identifier: BatteryIdentifier, sight: Sight) -> bytes:
        self.proofs.append(sight)
        return f'{{"format":"bp-proof/v1","battery":"{identifier}"}}'.encode()

    def record(self, report: EventReport) -> EventReceipt:
        known = self.reports.setdefault((report.sender, report.key), report)
        if known.body_digest != report.body_digest:
            raise KeyReused("This idempotency key came with another request before.")
        place = list(self.reports).index((report.sender, report.key)) + 1
        return EventReceipt(event_id=UUID(int=place), sequence=place, recorded_at=NOW)

    def waiting(self, asked: OwnStatement) -> Sequence[JsonObject]:
        del asked
        return ()

    def take_statement(self, sent: OwnStatement) -> int:
        raise InvalidEvent(f"No inspection of {sent.identifier} waits for this statement.")

    def operators(self) -> Sequence[OperatorDuties]:
        return (
            OperatorDuties(
                organisation_id=OTHER_FIRM,
                name="해오름모빌리티 주식회사",
                resource=self.resource,
                battery_count=len(self.views),
            ),
        )

    def models_of(self, organisation_id: UUID) -> Sequence[ModelDuties]:
        if organisation_id != OTHER_FIRM:
            return ()
        return (ModelDuties(sheet=self._sheet(None), battery_count=len(self.views)),)

    def batteries_of(
        self, organisation_id: UUID, *, offset: int, limit: int
    ) -> Sequence[DutySheet]:
        views = list(self.views) if organisation_id == OTHER_FIRM else []
        return tuple(self._sheet(each) for each in views[offset : offset + limit])

    def of_model(self, model_id: UUID) -> DutySheet | None:
        return self._sheet(None) if model_id == MODEL else None

    def of_battery(self, identifier: BatteryIdentifier) -> DutySheet | None:
        return self._sheet(identifier) if identifier in self.views else None

    def check_consignment(self, asked: Sequence[str]) -> Sequence[CheckedIdentifier]:
        known = {str(each): view for each, view in self.views.items()}
        return tuple(
            CheckedIdentifier(
                asked=text,
                verdict=Verdict.VALID,
                identifier=known[text].identifier,
                model_name=known[text].model_name,
                operator_name=known[text].issuer_name,
                version=known[text].version,
            )
            if text in known
            else CheckedIdentifier(asked=text, verdict=Verdict.UNKNOWN)
            for text in asked
        )

    def record_look(self, look: Look) -> None:
        if self.disk_is_full:
            raise TemporarilyUnavailable("The disk is full.")
        self.looks.append(look)

    def _sheet(self, identifier: BatteryIdentifier | None) -> DutySheet:
        view = next(iter(self.views.values()))
        values = {each.number: each for each in read_values(view)}
        circumstances = Circumstances(
            category=BatteryCategory.ELECTRIC_VEHICLE, rules=rule_set("ec-2.0"), on=NOW.date()
        )
        return DutySheet(
            title=view.model_name,
            operator_name=view.issuer_name,
            resource=self.resource,
            rule_set="ec-2.0",
            obligations=assess_all(circumstances, filled=values),
            filled={number: (each.source, each.as_of) for number, each in values.items()},
            identifier=identifier,
            model_id=MODEL,
        )

    def services(self) -> ReaderServices:
        """Return the ports."""
        return ReaderServices(
            passports=self,
            obligations=self,
            events=self,
            check_consignment=self.check_consignment,
            record_look=self.record_look,
            clock=FixedClock(NOW),
        )


@dataclass
class Sessions:
    """Who is signed in under which cookie: a stand-in for the account store, for pages only."""

    principals: Mapping[str, Principal]

    def by_session(self, token: str) -> Visitor | None:
        found = self.principals.get(token)
        return None if found is None else Visitor(principal=found, name="김하나", language="")

    def by_bearer(self, token: str) -> Principal:
        if token not in self.principals:
            raise ClientRefused("This key is unknown or over.")
        return self.principals[token]

    def by_grant(self, token: str) -> UUID | None:
        found = self.principals.get(token)
        return None if found is None else found.grant_id


def sessions() -> Sessions:
    """Return one reader of each kind; the owner owns the battery of `MemoryReaders`."""
    at_work = {
        role.value: person(role, person_id=PERSON) for role in Role if role is not Role.OWNER
    }
    maker = person(Role.MANUFACTURER, organisation_id=OTHER_FIRM)
    owner = person(person_id=OTHER_PERSON)
    named = {**at_work, "manufacturer": maker, "owner": owner, "stranger": person()}
    machines = {
        f"key-{role.value}": machine(role, scopes=KEY_SCOPES, organisation_id=FIRM)
        for role in (Role.INSPECTOR, Role.RECYCLER, Role.AUTHORITY, Role.CUSTOMS)
    }
    seated = {
        name: replace(principal, session_id=f"session-of-{name}")
        for name, principal in named.items()
    }
    return Sessions({**seated, **machines})
