"""Customs cases and checks of an installation.

In: an installation. Out: fulfils `web.consoles.customs.ports.CustomsBook`.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.acts import Act
from battery_passport.access.customs import CheckResult, CustomsCase, CustomsCheck, check_days
from battery_passport.access.model import Principal, Role
from battery_passport.access.records.organisations import OrganisationKind, Standing
from battery_passport.adapters.sql.customs import CustomsStore
from battery_passport.adapters.sql.organisations import SqlOrganisations
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.sites.consoles.cards import cards_of
from battery_passport.assembly.sites.consoles.once import keep_outcome, known_outcome
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.web.consoles.customs.ports import (
    CaseLine,
    CaseToOpen,
    CheckLine,
    CheckToRecord,
)
from battery_passport.web.consoles.frame.errors import NoOrganisation, NothingOfYours
from battery_passport.web.consoles.frame.views import BatteryCard

MOST_SHOWN = 2_000


class SqlCustomsBook:
    """Cases and checks, each written with the act that logs it."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def offices(self) -> Sequence[tuple[UUID, str]]:
        """Return the customs offices that take part, by name."""
        with self._installation.database.read() as connection:
            found = SqlOrganisations(connection).accounts_of_kind(OrganisationKind.CUSTOMS)
        active = [each for each in found if each.standing is Standing.ACTIVE]
        return sorted(((each.organisation_id, each.name) for each in active), key=lambda p: p[1])

    def cases(self, principal: Principal) -> Sequence[CaseLine]:
        """Return the cases that the principal's organisation opened or holds."""
        if principal.organisation_id is None:
            return ()
        with self._installation.database.read() as connection:
            found = CustomsStore(connection).cases_of(principal.organisation_id, limit=MOST_SHOWN)
            return self._lines(connection, principal, found)

    def held(self, card: BatteryCard, principal: Principal) -> CaseLine | None:
        """Return the case about a battery that is open to the principal's organisation now."""
        if principal.organisation_id is None:
            return None
        now = self._installation.clock.now()
        with self._installation.database.read() as connection:
            found = CustomsStore(connection).held(principal.organisation_id, card.battery_id)
            open_now = [each for each in found if each.is_open(now)][:1]
            return next(iter(self._lines(connection, principal, open_now)), None)

    def open_case(self, card: BatteryCard, principal: Principal, case: CaseToOpen) -> UUID:
        """Open a case, once for each form. Raises: UnusableCase, NoOrganisation."""
        organisation_id, region = _acting(principal)
        with self._installation.database.write() as connection:
            known = known_outcome(connection, principal, case.submission)
            if known is not None:
                return UUID(known)
            moment = self._installation.clock.now()
            opened = CustomsCase(
                case_id=new_uuid7(moment),
                battery_id=card.battery_id,
                opened_by=organisation_id,
                holder_id=case.holder_id,
                points=case.points,
                reason=case.reason,
                region=region,
                opened_at=moment,
                valid_until=check_days(case.days, moment),
            )
            CustomsStore(connection).add_case(opened)
            self._trace(connection, "customs-case-opened", opened, principal)
            keep_outcome(
                connection, principal, case.submission, outcome=str(opened.case_id), moment=moment
            )
        return opened.case_id

    def close_case(self, principal: Principal, case_id: UUID) -> None:
        """Close a case of one's own organisation. Raises: NothingOfYours."""
        with self._installation.database.write() as connection:
            store, moment = CustomsStore(connection), self._installation.clock.now()
            case = store.case(case_id)
            own = case is not None and case.opened_by == principal.organisation_id
            if case is None or not own or not case.is_open(moment):
                raise NothingOfYours("There is no open case of yours here.")
            store.close_case(case_id, moment)
            self._trace(connection, "customs-case-closed", case, principal)

    def checks(self, principal: Principal) -> Sequence[CheckLine]:
        """Return a customs office's own checks; for an authority those referred to it."""
        organisation_id, region = principal.organisation_id, principal.region
        with self._installation.database.read() as connection:
            store = CustomsStore(connection)
            found: list[CustomsCheck] = []
            if Role.CUSTOMS in principal.roles and organisation_id is not None:
                found = store.checks_of(organisation_id, limit=MOST_SHOWN)
            elif Role.AUTHORITY in principal.roles and region is not None:
                found = store.referred_in(region, limit=MOST_SHOWN)
            cards = _cards(connection, [each.battery_id for each in found])
            names = _names(connection, [each.organisation_id for each in found])
        return [
            CheckLine(
                check=each,
                card=cards[each.battery_id],
                office=names.get(each.organisation_id, ""),
            )
            for each in found
        ]

    def record(self, card: BatteryCard, principal: Principal, check: CheckToRecord) -> UUID:
        """Record a check with the act that logs it, once for each form."""
        organisation_id, region = _acting(principal)
        case = self.held(card, principal)
        with self._installation.database.write() as connection:
            known = known_outcome(connection, principal, check.submission)
            if known is not None:
                return UUID(known)
            moment = self._installation.clock.now()
            recorded = CustomsCheck(
                check_id=new_uuid7(moment),
                battery_id=card.battery_id,
                organisation_id=organisation_id,
                region=region,
                case_id=None if case is None else case.case.case_id,
                declaration=check.declaration,
                result=check.result,
                reasons=check.reasons,
                passport_version=check.version,
                verdict=check.verdict,
                at=moment,
            )
            CustomsStore(connection).add_check(recorded)
            record_act(connection, _act_of(recorded, principal), moment)
            keep_outcome(
                connection,
                principal,
                check.submission,
                outcome=str(recorded.check_id),
                moment=moment,
            )
        return recorded.check_id

    def _trace(
        self, connection: Connection, name: str, case: CustomsCase, principal: Principal
    ) -> None:
        act = Act(
            name=name,
            actor_id=principal.person_id,
            battery_id=case.battery_id,
            details={
                "organisation": str(case.opened_by),
                "case": str(case.case_id),
                "holder": str(case.holder_id),
                "points": sorted(case.points),
                "reason": case.reason.value,
            },
        )
        record_act(connection, act, self._installation.clock.now())

    def _lines(
        self, connection: Connection, principal: Principal, cases: Sequence[CustomsCase]
    ) -> list[CaseLine]:
        cards = _cards(connection, [each.battery_id for each in cases])
        sides = [side for each in cases for side in (each.opened_by, each.holder_id)]
        names, now = _names(connection, sides), self._installation.clock.now()
        return [
            CaseLine(
                case=each,
                card=cards[each.battery_id],
                opened_by=names.get(each.opened_by, ""),
                holder=names.get(each.holder_id, ""),
                own=each.opened_by == principal.organisation_id,
                is_open=each.is_open(now),
            )
            for each in cases
        ]


def _acting(principal: Principal) -> tuple[UUID, str]:
    if principal.organisation_id is None or principal.region is None:
        raise NoOrganisation("You act for no organisation.")
    return principal.organisation_id, principal.region


def _act_of(check: CustomsCheck, principal: Principal) -> Act:
    return Act(
        name="customs-checked",
        actor_id=principal.person_id,
        battery_id=check.battery_id,
        details={
            "organisation": str(check.organisation_id),
            "check": str(check.check_id),
            "case": None if check.case_id is None else str(check.case_id),
            "result": check.result.value,
            "reasons": [each.value for each in check.reasons],
            "verdict": check.verdict,
            "version": check.passport_version,
            "referred": check.result is CheckResult.REFERRED,
        },
    )


def _cards(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, BatteryCard]:
    registry = RegistryStore(connection)
    found = [one for each in dict.fromkeys(ids) if (one := registry.battery(each)) is not None]
    return {card.battery_id: card for card in cards_of(connection, found)}


def _names(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    organisations = SqlOrganisations(connection)
    found = {each: organisations.account(each) for each in dict.fromkeys(ids)}
    return {each: account.name for each, account in found.items() if account is not None}
