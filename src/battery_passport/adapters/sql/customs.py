"""Customs cases and checks at rest.

In: frozen cases and checks. Out: the same by battery and by the organisations concerned.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, insert, or_, select, update

from battery_passport.access.customs import (
    CaseReason,
    CheckReason,
    CheckResult,
    CustomsCase,
    CustomsCheck,
)
from battery_passport.adapters.sql.schema_privileged import customs_cases, customs_checks
from battery_passport.foundation.clock import from_unix_ms, unix_ms


class CustomsStore:
    """Cases and checks within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_case(self, case: CustomsCase) -> None:
        """Save a case."""
        row = {
            "case_id": str(case.case_id),
            "battery_id": str(case.battery_id),
            "opened_by": str(case.opened_by),
            "holder_id": str(case.holder_id),
            "points": sorted(case.points),
            "reason": case.reason.value,
            "region": case.region,
            "opened_at_ms": unix_ms(case.opened_at),
            "valid_until_ms": unix_ms(case.valid_until),
        }
        self._connection.execute(insert(customs_cases), [row])

    def close_case(self, case_id: UUID, moment: datetime) -> None:
        """Save that a case was closed."""
        where = customs_cases.c.case_id == str(case_id)
        statement = update(customs_cases).where(where, customs_cases.c.closed_at_ms.is_(None))
        self._connection.execute(statement.values(closed_at_ms=unix_ms(moment)))

    def case(self, case_id: UUID) -> CustomsCase | None:
        """Return the case of that id."""
        query = select(customs_cases).where(customs_cases.c.case_id == str(case_id))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _case(row)

    def held(self, holder_id: UUID, battery_id: UUID) -> list[CustomsCase]:
        """Return the cases about a battery that a customs office holds, the latest first."""
        query = select(customs_cases).where(
            customs_cases.c.holder_id == str(holder_id),
            customs_cases.c.battery_id == str(battery_id),
        )
        query = query.order_by(customs_cases.c.opened_at_ms.desc())
        return [_case(row) for row in self._connection.execute(query).mappings()]

    def cases_of(self, organisation_id: UUID, *, limit: int) -> list[CustomsCase]:
        """Return the cases that an organisation opened or holds, the latest first."""
        own = str(organisation_id)
        query = select(customs_cases).where(
            or_(customs_cases.c.opened_by == own, customs_cases.c.holder_id == own)
        )
        query = query.order_by(customs_cases.c.opened_at_ms.desc()).limit(limit)
        return [_case(row) for row in self._connection.execute(query).mappings()]

    def add_check(self, check: CustomsCheck) -> None:
        """Save a check."""
        row = {
            "check_id": str(check.check_id),
            "battery_id": str(check.battery_id),
            "organisation_id": str(check.organisation_id),
            "region": check.region,
            "case_id": None if check.case_id is None else str(check.case_id),
            "declaration": check.declaration,
            "result": check.result.value,
            "reasons": [each.value for each in check.reasons],
            "passport_version": check.passport_version,
            "verdict": check.verdict,
            "at_ms": unix_ms(check.at),
        }
        self._connection.execute(insert(customs_checks), [row])

    def checks_of(self, organisation_id: UUID, *, limit: int) -> list[CustomsCheck]:
        """Return the checks of a customs office, the latest first."""
        where = customs_checks.c.organisation_id == str(organisation_id)
        query = select(customs_checks).where(where)
        return self._checks(query.order_by(customs_checks.c.at_ms.desc()).limit(limit))

    def referred_in(self, region: str, *, limit: int) -> list[CustomsCheck]:
        """Return the checks that customs of a city referred to its authority."""
        query = select(customs_checks).where(
            customs_checks.c.region == region,
            customs_checks.c.result == CheckResult.REFERRED.value,
        )
        return self._checks(query.order_by(customs_checks.c.at_ms.desc()).limit(limit))

    def _checks(self, query: Select[Any]) -> list[CustomsCheck]:
        return [_check(row) for row in self._connection.execute(query).mappings()]


def _case(row: RowMapping) -> CustomsCase:
    closed_at_ms = row["closed_at_ms"]
    return CustomsCase(
        case_id=UUID(row["case_id"]),
        battery_id=UUID(row["battery_id"]),
        opened_by=UUID(row["opened_by"]),
        holder_id=UUID(row["holder_id"]),
        points=frozenset(row["points"]),
        reason=CaseReason(row["reason"]),
        region=row["region"],
        opened_at=from_unix_ms(row["opened_at_ms"]),
        valid_until=from_unix_ms(row["valid_until_ms"]),
        closed_at=None if closed_at_ms is None else from_unix_ms(closed_at_ms),
    )


def _check(row: RowMapping) -> CustomsCheck:
    return CustomsCheck(
        check_id=UUID(row["check_id"]),
        battery_id=UUID(row["battery_id"]),
        organisation_id=UUID(row["organisation_id"]),
        region=row["region"],
        case_id=None if row["case_id"] is None else UUID(row["case_id"]),
        declaration=row["declaration"],
        result=CheckResult(row["result"]),
        reasons=tuple(CheckReason(each) for each in row["reasons"]),
        passport_version=row["passport_version"],
        verdict=row["verdict"],
        at=from_unix_ms(row["at_ms"]),
    )
