"""Public passports and a whole set of web services in memory, for pages and the JSON interface.

In: what a test varies. Out: valid values; battery, firm and place are invented.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.passport.data_points import data_point
from battery_passport.passport.model import Supplier
from battery_passport.passport.timeline import TimelineEntry, TimelineKind
from battery_passport.registry.model import BatteryCategory
from battery_passport.web.ports import AccessLine, WebServices
from battery_passport.web.views import (
    Check,
    CheckName,
    ComponentHealth,
    Duty,
    Evidence,
    ExamplePassport,
    HealthReport,
    LedgerKind,
    OpenPoint,
    Outcome,
    Overview,
    PublicPassportView,
    PublicValue,
    Standing,
)
from tests.factories.access import authorizer
from tests.factories.readers import MemoryReaders

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
IDENTIFIER = BatteryIdentifier("09506000134352", "KR26A0010427")
MAKER = "한빛셀 주식회사"
OPERATOR = "해오름모빌리티 주식회사"
ADDRESS = "http://127.0.0.1:8080"

_POSTAL: JsonValue = {
    "street": "영일만산단로 1, 고객지원팀",
    "postal_code": "37500",
    "city": "경상북도 포항시",
    "country": "대한민국",
}
_HAZARDS: JsonValue = [
    {"name": "육불화인산리튬", "cas": "21324-40-3", "share_percent": 1.4, "part": "electrolyte"},
    {"name": "니켈·코발트·망간 산화물", "share_percent": 31, "part": "cathode"},
]
_MATERIALS: JsonValue = [
    {"name": "리튬", "share_percent": 1.7, "part": "cathode"},
    {"name": "코발트", "share_percent": 2.6, "part": "cathode"},
    {"name": "니켈", "share_percent": 12.4, "part": "cathode"},
    {"name": "천연 흑연", "share_percent": 14.1, "part": "anode"},
]
_POWER_LIMITS: JsonValue = {
    "charge_w": [
        {"value": 20_000, "from_celsius": -20, "to_celsius": 0},
        {"value": 100_000, "from_celsius": 0, "to_celsius": 45},
    ],
    "discharge_w": 168_000,
}
_DECLARATION: JsonValue = [
    {"title": "EU 적합성 선언서 HB-N75", "address": "https://example.org/doc/HB-N75.pdf"}
]

VALUES: Mapping[int, JsonValue] = {
    1: f"{ADDRESS}/{IDENTIFIER.path}",
    2: {"name": OPERATOR, "identifier": "haeoreum-mobility"},
    3: MAKER,
    4: _POSTAL,
    5: {"web": "https://example.org/", "email": "help@example.org"},
    6: "ev",
    7: {"gtin": IDENTIFIER.gtin, "serial": IDENTIFIER.serial, "model": "HB-N75"},
    8: "경상북도 포항시 북구, 한빛셀 제2공장",
    9: "2026-01",
    10: 448,
    11: 206,
    12: "NMC",
    13: _HAZARDS,
    14: ["다량의 물", "이산화탄소(초기 몇 분)"],
    15: _MATERIALS,
    24: 0,
    26: [{"value": 268.8, "from_celsius": -20, "to_celsius": 55}],
    27: 355.2,
    28: 403.2,
    29: 168_000,
    30: _POWER_LIMITS,
    31: 1_500,
    32: "IEC 62660-1, 25 °C, 1C 충전과 1C 방전을 정격 용량의 80 %까지 반복",
    33: 80,
    34: {"from_celsius": -30, "to_celsius": 60},
    35: {"years": 8, "distance_km": 160_000},
    36: 95.2,
    38: {"cell_ohm": 0.00092, "pack_ohm": 0.0885},
    39: {"charge": 0.5, "discharge": 1},
    40: "바퀴 달린 쓰레기통에 가위표, 명판에 표시",
    42: _DECLARATION,
}
"""All of an electric-vehicle battery but points 37 and 43, which are owed."""

OPEN: tuple[OpenPoint, ...] = (
    OpenPoint(number=17, duty=Duty.PENDING, reason="carbon-act-open"),
    OpenPoint(number=18, duty=Duty.PENDING, reason="carbon-act-open"),
    OpenPoint(number=19, duty=Duty.PENDING, reason="due-diligence-later"),
    *(OpenPoint(number=n, duty=Duty.PENDING, reason="recycled-act-open") for n in range(20, 24)),
    OpenPoint(number=44, duty=Duty.PENDING, reason="omnibus-open"),
    OpenPoint(number=37, duty=Duty.MISSING, owed_by=OPERATOR, due=date(2027, 2, 18)),
    OpenPoint(number=43, duty=Duty.MISSING, owed_by=OPERATOR, due=date(2027, 2, 18)),
)


def public_values() -> tuple[PublicValue, ...]:
    """Return the values of an electric-vehicle battery, most of them filled."""
    return tuple(_public_value(number, value) for number, value in VALUES.items())


def _public_value(number: int, value: JsonValue) -> PublicValue:
    point = data_point(number)
    registered = point.supplier is Supplier.REGISTRATION
    return PublicValue(
        number=number,
        value=value,
        unit=point.unit or "",
        level=point.level,
        source="registration" if registered else "model",
        method="IEC 62660-1" if number in (36, 38) else "",
        as_of=datetime(2026, 3, 2 if registered else 1, 1, tzinfo=UTC),
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
        history=_history(),
    )


def _history() -> tuple[TimelineEntry, ...]:
    kinds = TimelineKind
    issued_at = datetime(2026, 11, 20, 2, 5, tzinfo=UTC)
    return (
        TimelineEntry(at=datetime(2026, 3, 2, 1, 0, tzinfo=UTC), kind=kinds.ISSUED, version=1),
        TimelineEntry(
            at=datetime(2026, 7, 9, 5, 41, tzinfo=UTC), kind=kinds.NEW_VERSION, version=2
        ),
        TimelineEntry(at=datetime(2026, 9, 14, 23, 12, tzinfo=UTC), kind=kinds.SUSPENDED),
        TimelineEntry(at=datetime(2026, 9, 18, 6, 30, tzinfo=UTC), kind=kinds.RESUMED),
        TimelineEntry(at=issued_at, kind=kinds.NEW_VERSION, version=3),
        TimelineEntry(
            at=issued_at + timedelta(minutes=1),
            kind=kinds.ANCHORED,
            version=3,
            block_number=1284,
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

    def generation(self) -> int:
        return hash(tuple(map(id, self.views.values())))

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
    readers: MemoryReaders | None = None,
    public_address: str = ADDRESS,
) -> WebServices:
    """Return services over memory."""
    installation = installation or MemoryInstallation()
    logs = logs or Logs()
    passports = passports or memory_passports()
    return WebServices(
        passports=passports,
        readers=(readers or MemoryReaders(passports.views)).services(),
        trust=installation,
        health=installation,
        overviews=installation,
        authorizer=authorizer(),
        public_address=public_address,
        node_modules=node_modules(),
        software_version="0.1.0",
        log_access=logs.access.append,
        log_failure=logs.failure,
    )
