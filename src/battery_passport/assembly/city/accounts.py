"""Accounts of a demonstration, one for each role, with random passwords that lie on the disk.

In: an installation in demo mode. Out: people and organisations of two made-up cities; the passwords
in `HOME/demo-accounts.json`, 0600, written before the accounts, so that a start that was cut short
is taken up again. Refuses to serve production: whoever reads the disk is everybody.
"""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from battery_passport.access.desk import Desk
from battery_passport.access.model import Role
from battery_passport.access.names import clean_address
from battery_passport.access.organisations.applying import add_city
from battery_passport.access.people.passwords import one_writing
from battery_passport.access.people.reading import email_lookup, person_at
from battery_passport.access.people.registering import add_person
from battery_passport.access.records.organisations import (
    ROLES_OF,
    Membership,
    OrganisationAccount,
    OrganisationKind,
    Standing,
)
from battery_passport.access.sharing.claiming import Claiming
from battery_passport.access.sharing.model import CodeKind
from battery_passport.adapters.sql.grants import GrantStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.sharing import ClaimCodeStore, OwnershipStore
from battery_passport.assembly.acts import SqlActLog
from battery_passport.assembly.desks import open_desks
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.errors import Misconfigured
from battery_passport.foundation.strict_json import parse_json_object
from battery_passport.foundation.uuid7 import new_uuid7

CITIES: Mapping[str, str] = MappingProxyType({"busan": "부산광역시", "pohang": "포항시"})
_TEXT = """
harbour lantern pebble meadow copper willow thunder saddle velvet orchard compass juniper
marble feather canyon ribbon walnut glacier pepper sparrow timber violet anchor barley
"""
_WORDS = tuple(_TEXT.split())
_WORDS_IN_A_PASSWORD = 5
_NOTICE = "INSECURE DEMONSTRATION ACCOUNTS: not for production"


class InsecureAccountsInProduction(Misconfigured):
    """Demonstration accounts were asked for in a production installation."""

    code = "insecure-accounts-in-production"
    remedy = "Invite a real administrator: battery-passport admin invite E-MAIL --city NAME."


@dataclass(frozen=True, slots=True)
class DemoRole:
    """One account: its address, whose it is, what it is a member of.

    Without `roles` it has all that members of such an organisation can have.
    """

    email: str
    name: str
    kind: OrganisationKind | None = None
    organisation: str = ""
    region: str = "busan"
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account with the password it was made with."""

    role: DemoRole
    password: str


_KIND = OrganisationKind
ROLES: tuple[DemoRole, ...] = (
    DemoRole("owner@demo.example", "김민지"),
    DemoRole("administrator@demo.example", "박서준", _KIND.CITY),
    DemoRole("officer@demo.example", "문채원", _KIND.CITY, roles=frozenset({Role.CITY_OFFICER})),
    DemoRole("inspector@demo.example", "이하준", _KIND.INSPECTION_BODY, "동백 성능검사소"),
    DemoRole("manufacturer@demo.example", "최지우", _KIND.MANUFACTURER),
    DemoRole("site@demo.example", "정다은", _KIND.SITE_OPERATOR, "광안 충전주차 주식회사"),
    DemoRole("dismantler@demo.example", "강도윤", _KIND.DISMANTLER, "사상 해체재활용"),
    DemoRole("recycler@demo.example", "조은우", _KIND.RECYCLER, "해운대 재활용 주식회사"),
    DemoRole("trader@demo.example", "윤서연", _KIND.TRADER, "오륙도 배터리 거래소"),
    DemoRole("authority@demo.example", "임시우", _KIND.AUTHORITY, "남부 시장감시원"),
    DemoRole("customs@demo.example", "한지안", _KIND.CUSTOMS, "부산항 세관"),
    DemoRole("notified-body@demo.example", "오유나", _KIND.NOTIFIED_BODY, "한결 인증원"),
    DemoRole("commission@demo.example", "안소율", _KIND.COMMISSION, "유럽연합 집행위원회 연락관"),
    DemoRole("administrator@pohang.demo.example", "서지호", _KIND.CITY, region="pohang"),
)
"""People and firms are invented; the manufacturer works for the first of the makers given."""


def settle_accounts(
    installation: Installation, *, makers: Sequence[str] = (DEFAULT_ORGANISATION,)
) -> tuple[DemoAccount, ...]:
    """Return the demonstration's accounts, which are made at first use.

    `makers` are short names of registered operators, who all take part in Busan; the first is
    the manufacturer that its account works for.
    Raises: InsecureAccountsInProduction.
    """
    if installation.settings.mode == "production":
        raise InsecureAccountsInProduction("Passwords would lie on the disk in clear.")
    accounts = _remembered(installation.home.demo_accounts)
    desks = open_desks(installation)
    with desks.reading() as desk:
        missing = [each for each in accounts if not _is_known(desk, each.role)]
    # Slow hashes are made outside the transaction.
    hashes = {each.role.email: desks.passwords.hash(one_writing(each.password)) for each in missing}
    if missing:
        with installation.database.write() as connection:
            desk = desks.desk(connection)
            organisations = _Organisations(desk, RegistryStore(connection), makers[0])
            organisations.take_part(makers)
            for account in missing:
                _settle(desk, organisations, account.role, hashes[account.role.email])
    return accounts


def give_battery(installation: Installation, account: DemoAccount, battery_id: UUID) -> None:
    """Let an account claim a battery with a code, as a dealer hands it over, if nobody owns it."""
    desks, moment = open_desks(installation), installation.clock.now()
    with installation.database.write() as connection:
        ownerships, acts = OwnershipStore(connection), SqlActLog(connection)
        person = person_at(desks.desk(connection), account.role.email)
        if person is None or ownerships.current(battery_id) is not None:
            return
        claiming = Claiming(ownerships, ClaimCodeStore(connection), GrantStore(connection), acts)
        made = claiming.make_code(
            battery_id,
            CodeKind.FIRST,
            person_id=person.person_id,
            organisation_id=None,
            now=moment,
        )
        claiming.claim(person.person_id, made.code, moment)


def owner_of(accounts: tuple[DemoAccount, ...]) -> DemoAccount:
    """Return the account of the owner."""
    return next(each for each in accounts if each.role.kind is None)


def _is_known(desk: Desk, role: DemoRole) -> bool:
    return desk.people.person_by_lookup(email_lookup(desk, role.email)) is not None


def _settle(
    desk: Desk, organisations: "_Organisations", role: DemoRole, password_hash: str
) -> None:
    person = add_person(
        desk,
        new_uuid7(desk.moment),
        name=role.name,
        email=clean_address(role.email),
        language="ko",
        password_hash=password_hash,
    )
    if role.kind is None:
        return
    account = organisations.of(role, role.kind)
    desk.organisations.save_membership(
        Membership(
            organisation_id=account.organisation_id,
            person_id=person.person_id,
            roles=role.roles or frozenset(ROLES_OF[role.kind]),
            steward=not role.roles,
            since=desk.moment,
        )
    )


class _Organisations:
    """Makes the organisations of the demonstration, each once."""

    def __init__(self, desk: Desk, registry: RegistryStore, employer: str) -> None:
        self._desk = desk
        self._registry = registry
        self._employer = employer

    def take_part(self, makers: Sequence[str]) -> None:
        """Let operators that are registered already take part in the first city."""
        for slug in makers:
            maker = self._registry.organisation_by_slug(slug)
            if (
                maker is not None
                and self._desk.organisations.account(maker.organisation_id) is None
            ):
                self._keep(_KIND.MANUFACTURER, maker.organisation_id, maker.name, f"DEMO-{slug}")

    def of(self, role: DemoRole, kind: OrganisationKind) -> OrganisationAccount:
        """Return the organisation of a role."""
        city = add_city(self._desk, region=role.region, name=CITIES[role.region])
        if kind is OrganisationKind.CITY:
            return city
        known = self._desk.organisations.account_by_number(role.region, _number(kind))
        return known or self._add(role, kind)

    def _add(self, role: DemoRole, kind: OrganisationKind) -> OrganisationAccount:
        employer = self._registry.organisation_by_slug(self._employer)
        if kind is OrganisationKind.MANUFACTURER and employer is not None:
            account = self._desk.organisations.account(employer.organisation_id)
            if account is not None:
                return account
        organisation_id = new_uuid7(self._desk.moment)
        return self._keep(kind, organisation_id, role.organisation, _number(kind))

    def _keep(
        self, kind: OrganisationKind, organisation_id: UUID, name: str, number: str
    ) -> OrganisationAccount:
        desk = self._desk
        key = desk.sealing.new_key(organisation_id)
        desk.people.add_subject_key(key)
        account = OrganisationAccount(
            organisation_id=organisation_id,
            kind=kind,
            name=name,
            registration_number=number,
            region=ROLES[0].region,
            standing=Standing.ACTIVE,
            sealed_contact=desk.sealing.seal(key, "contact", name),
            applied_by=None,
            applied_at=desk.moment,
            decided_at=desk.moment,
        )
        desk.organisations.add_account(account)
        desk.organisations.enter_registry(account, desk.moment)
        return account


def _number(kind: OrganisationKind) -> str:
    return f"DEMO-{kind.value}"


def _remembered(path: Path) -> tuple[DemoAccount, ...]:
    known = _read(path) if path.exists() else {}
    accounts = tuple(DemoAccount(role, known.get(role.email) or _new_password()) for role in ROLES)
    if any(role.email not in known for role in ROLES):
        _write(path, accounts)
    return accounts


def _read(path: Path) -> dict[str, str]:
    document = parse_json_object(path.read_bytes())
    listed = document.get("accounts")
    entries = listed if isinstance(listed, list) else []
    return {str(each["email"]): str(each["password"]) for each in entries}


def _write(path: Path, accounts: tuple[DemoAccount, ...]) -> None:
    document = {
        "notice": _NOTICE,
        "accounts": [
            {
                "email": each.role.email,
                "password": each.password,
                "kind": each.role.kind.value if each.role.kind else Role.OWNER.value,
                "city": each.role.region,
            }
            for each in accounts
        ],
    }
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _new_password() -> str:
    # 24 words to the fifth power and a number: enough for a password that lies on the disk anyway.
    words = [secrets.choice(_WORDS) for _ in range(_WORDS_IN_A_PASSWORD)]
    return f"{' '.join(words)} {secrets.randbelow(9_000) + 1_000}"
