"""Public passports and a whole set of web services in memory, for pages and the JSON interface.

In: what a test varies. Out: valid values; battery, firm and place are invented.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.registry.model import BatteryCategory
from battery_passport.web.ports import AccessLine, ExtraRoute, WebServices
from battery_passport.web.views import (
    Check,
    CheckName,
    ComponentHealth,
    Duty,
    Evidence,
    ExamplePassport,
    Happening,
    HappeningKind,
    HealthReport,
    LedgerKind,
    OpenPoint,
    Outcome,
    Overview,
    PublicPassportView,
    PublicValue,
    Standing,
    ValueLevel,
)

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
IDENTIFIER = BatteryIdentifier("09506000134352", "KR26A0010427")
MAKER = "한빛셀 주식회사"
OPERATOR = "해오름모빌리티 주식회사"
ADDRESS = "http://127.0.0.1:8080"

_PLACE: JsonValue = {"ko": "경상북도 포항시 북구", "en": "Buk-gu, Pohang, Republic of Korea"}
_POSTAL: JsonValue = {
    "ko": "경상북도 포항시 북구 영일만산단로 1, 고객지원팀 (37500)",
    "en": "1 Yeongilmansandan-ro, Buk-gu, Pohang 37500, Republic of Korea (customer support)",
}
_STANDARD_TEST: JsonValue = {
    "ko": "IEC 62660-1, 25 °C, 1C 충전과 1C 방전",
    "en": "IEC 62660-1 at 25 °C, 1C charge and 1C discharge",
}
_HAZARDS: JsonValue = [
    {"ko": "육불화인산리튬(전해질)", "en": "Lithium hexafluorophosphate (electrolyte)"},
    {"ko": "니켈 화합물(양극)", "en": "Nickel compounds (cathode)"},
]
_LOW_VOLTAGE: JsonValue = {
    "value": 268.8,
    "temperature_range_celsius": {"low": -20, "high": 55},
}
_MATERIALS: JsonValue = [
    {"name": {"ko": "리튬", "en": "Lithium"}, "share_percent": 1.7},
    {"name": {"ko": "코발트", "en": "Cobalt"}, "share_percent": 2.6},
    {"name": {"ko": "니켈", "en": "Nickel"}, "share_percent": 12.4},
    {"name": {"ko": "천연 흑연", "en": "Natural graphite"}, "share_percent": 14.1},
]
_EXTINGUISHING: JsonValue = {
    "ko": "다량의 물, D급 소화 약제는 쓰지 않음",
    "en": "Plenty of water; no class D agent",
}

# number, value, unit, level, method
VALUES: tuple[tuple[int, JsonValue, str, ValueLevel, str], ...] = (
    (1, f"https://id.example.org/{IDENTIFIER.path}", "", ValueLevel.ITEM, ""),
    (2, OPERATOR, "", ValueLevel.ITEM, ""),
    (3, MAKER, "", ValueLevel.MODEL, ""),
    (4, _POSTAL, "", ValueLevel.MODEL, ""),
    (5, {"web": "https://example.org", "email": "help@example.org"}, "", ValueLevel.MODEL, ""),
    (6, "ev", "", ValueLevel.MODEL, ""),
    (7, {"model": "HB-N75", "serial": IDENTIFIER.serial}, "", ValueLevel.ITEM, ""),
    (8, _PLACE, "", ValueLevel.BATCH, ""),
    (9, "2026-01", "YYYY-MM", ValueLevel.ITEM, ""),
    (10, 448, "kg", ValueLevel.MODEL, ""),
    (11, 206, "Ah", ValueLevel.MODEL, "IEC 62660-1"),
    (12, "NMC", "", ValueLevel.MODEL, ""),
    (13, _HAZARDS, "", ValueLevel.MODEL, ""),
    (14, _EXTINGUISHING, "", ValueLevel.MODEL, ""),
    (15, _MATERIALS, "%", ValueLevel.MODEL, ""),
    (24, 0, "%", ValueLevel.MODEL, ""),
    (26, _LOW_VOLTAGE, "V", ValueLevel.MODEL, ""),
    (27, 355.2, "V", ValueLevel.MODEL, ""),
    (28, 403.2, "V", ValueLevel.MODEL, ""),
    (29, 168000, "W", ValueLevel.MODEL, "ISO 12405-4"),
    (30, {"charge": 132000, "discharge": 168000}, "W", ValueLevel.MODEL, ""),
    (31, 1500, "cycles", ValueLevel.MODEL, ""),
    (32, _STANDARD_TEST, "", ValueLevel.MODEL, ""),
    (33, 80, "%", ValueLevel.MODEL, ""),
    (34, {"low": -30, "high": 60}, "degC", ValueLevel.MODEL, ""),
    (35, {"value": 8, "mileage_km": 160000}, "years", ValueLevel.MODEL, ""),
    (36, 95.2, "%", ValueLevel.MODEL, "IEC 62660-1"),
    (38, {"cell": 0.00092, "pack": 0.0885}, "ohm", ValueLevel.MODEL, "IEC 62660-1"),
    (39, 1, "C", ValueLevel.MODEL, ""),
    (40, True, "", ValueLevel.MODEL, ""),
    (42, "https://example.org/doc/HB-N75", "", ValueLevel.MODEL, ""),
)  # fmt: skip

OPEN: tuple[OpenPoint, ...] = (
    *(OpenPoint(number=number, duty=Duty.PENDING) for number in (17, 18, 19, 20, 21, 22, 23, 44)),
    OpenPoint(number=37, duty=Duty.MISSING, owed_by=MAKER, due=date(2027, 2, 18)),
    OpenPoint(number=43, duty=Duty.MISSING, owed_by=OPERATOR, due=date(2027, 2, 18)),
)


def public_values() -> tuple[PublicValue, ...]:
    """Return the values of an electric-vehicle battery, most of them filled."""
    return tuple(
        PublicValue(
            number=number,
            value=value,
            unit=unit,
            level=level,
            source=MAKER if level is not ValueLevel.ITEM else OPERATOR,
            method=method,
            as_of=date(2026, 1, 29) if level is not ValueLevel.ITEM else date(2026, 3, 2),
        )
        for number, value, unit, level, method in VALUES
    )


def checks(**outcomes: Outcome) -> tuple[Check, ...]:
    """Return all checks as a first version has them; name one to change it, as `anchor=FAILED`."""
    usual = dict.fromkeys(CheckName, Outcome.HOLDS)
    usual |= {CheckName.LATEST: Outcome.NOT_CHECKED, CheckName.STATUS: Outcome.NOT_CHECKED}
    usual |= {CheckName(name.replace("_", "-")): outcome for name, outcome in outcomes.items()}
    return tuple(Check(name=name, outcome=outcome) for name, outcome in usual.items())


def evidence(**outcomes: Outcome) -> Evidence:
    """Return the evidence of a version that is anchored on the development ledger."""
    return Evidence(
        checked_at=NOW,
        checks=checks(**outcomes),
        log_origin="battery-passport.example/log/7f3a",
        log_index=18204,
        log_size=18377,
        ledger=LedgerKind.DEVELOPMENT,
        anchor_block=1284,
    )


def passport_view(identifier: BatteryIdentifier = IDENTIFIER) -> PublicPassportView:
    """Return the public view of a passport in its third version."""
    return PublicPassportView(
        identifier=identifier,
        digital_link=f"{ADDRESS}/{identifier.path}",
        model_name="해오름 EV 배터리 팩 HB-N75",
        category=BatteryCategory.ELECTRIC_VEHICLE,
        issuer_name=OPERATOR,
        version=3,
        issued_at=datetime(2026, 11, 20, 2, 5, tzinfo=UTC),
        standing=Standing.IN_FORCE,
        credential_sha256="3b1f0c5e9a7d42886f10e4b2d5c3a90718ef6b2c4d5a3f9081726354a5b6c7d8",
        values=public_values(),
        open_points=OPEN,
        evidence=evidence(),
        history=(
            Happening(
                kind=HappeningKind.ISSUED, at=datetime(2026, 3, 2, 1, 0, tzinfo=UTC), version=1
            ),
            Happening(
                kind=HappeningKind.NEW_VERSION,
                at=datetime(2026, 7, 9, 5, 41, tzinfo=UTC),
                version=2,
            ),
            Happening(kind=HappeningKind.SUSPENDED, at=datetime(2026, 9, 14, 23, 12, tzinfo=UTC)),
            Happening(kind=HappeningKind.REINSTATED, at=datetime(2026, 9, 18, 6, 30, tzinfo=UTC)),
            Happening(
                kind=HappeningKind.NEW_VERSION,
                at=datetime(2026, 11, 20, 2, 5, tzinfo=UTC),
                version=3,
            ),
            Happening(
                kind=HappeningKind.ANCHORED,
                at=datetime(2026, 11, 20, 2, 6, tzinfo=UTC),
                version=3,
                block=1284,
            ),
        ),
    )


def overview() -> Overview:
    """Return the figures of a small city."""
    others = (("KR26A0010428", "한울 EV 배터리 팩 LF-60"), ("KR25C0007731", "Saebyeok EV pack N58"))
    examples = [
        ExamplePassport(identifier=IDENTIFIER, model_name="해오름 EV 배터리 팩 HB-N75", version=3)
    ]
    examples += [
        ExamplePassport(identifier=replace(IDENTIFIER, serial=serial), model_name=name, version=1)
        for serial, name in others
    ]
    return Overview(
        battery_count=31,
        passport_count=30,
        log_origin="battery-passport.example/log/7f3a",
        log_size=18377,
        checkpoint_at=datetime(2026, 11, 23, 7, 29, 40, tzinfo=UTC),
        ledger=LedgerKind.DEVELOPMENT,
        anchored_size=18361,
        anchored_at=datetime(2026, 11, 23, 7, 29, 20, tzinfo=UTC),
        anchor_block=1311,
        anchoring_lag_s=20.4,
        examples=tuple(examples),
    )


@dataclass
class MemoryPassports:
    """The passports port over a mapping. `proofs` may lack one: it is then not yet anchored."""

    views: dict[BatteryIdentifier, PublicPassportView]
    proofs: dict[BatteryIdentifier, bytes] = field(default_factory=dict)
    aliases: Mapping[str, BatteryIdentifier] = field(default_factory=dict)
    finds: int = 0

    def resolve(self, alias: str) -> BatteryIdentifier | None:
        return self.aliases.get(alias)

    def revision(self, identifier: BatteryIdentifier) -> str | None:
        view = self.views.get(identifier)
        return None if view is None else f"{view.version}-{view.evidence.log_size}"

    def find(self, identifier: BatteryIdentifier) -> PublicPassportView | None:
        self.finds += 1
        return self.views.get(identifier)

    def proof_file(self, identifier: BatteryIdentifier) -> bytes:
        if identifier not in self.proofs:
            raise TemporarilyUnavailable("The version is not anchored yet.", retry_after_s=7.2)
        return self.proofs[identifier]


@dataclass
class MemoryInstallation:
    """Trust, health and overview of an installation that is well."""

    components: tuple[ComponentHealth, ...] = (
        ComponentHealth(name="database", ready=True),
        ComponentHealth(name="ledger", ready=True, detail="development ledger"),
    )

    def trust_file(self) -> bytes:
        return b'{"format":"bp-trust/v1"}'

    def check(self) -> HealthReport:
        return HealthReport(components=self.components)

    def overview(self) -> Overview:
        return overview()


@dataclass
class Logs:
    """What the application logged."""

    access: list[AccessLine] = field(default_factory=list)
    failures: list[tuple[str, BaseException]] = field(default_factory=list)

    def failure(self, request_id: str, error: BaseException) -> None:
        self.failures.append((request_id, error))


def memory_passports(*views: PublicPassportView) -> MemoryPassports:
    """Return the given passports, by default one with its proof and an alias."""
    kept = {view.identifier: view for view in views or (passport_view(),)}
    return MemoryPassports(
        kept,
        proofs=dict.fromkeys(kept, b'{"format":"bp-proof/v1"}'),
        aliases={"vehicle_03": next(iter(kept))},
    )


def node_modules() -> Path:
    """Return the folder of npm packages: the setting's, else the repository's own."""
    named = os.environ.get("BATTERY_PASSPORT_NODE_MODULES")
    return Path(named) if named else Path(__file__).parents[2] / "node_modules"


def web_services(
    *,
    passports: MemoryPassports | None = None,
    installation: MemoryInstallation | None = None,
    logs: Logs | None = None,
    public_address: str = ADDRESS,
    extra_routes: tuple[ExtraRoute, ...] = (),
) -> WebServices:
    """Return services over memory."""
    installation = installation or MemoryInstallation()
    logs = logs or Logs()
    return WebServices(
        passports=passports or memory_passports(),
        trust=installation,
        health=installation,
        overviews=installation,
        public_address=public_address,
        node_modules=node_modules(),
        software_version="0.1.0",
        log_access=logs.access.append,
        log_failure=logs.failure,
        extra_routes=extra_routes,
    )
