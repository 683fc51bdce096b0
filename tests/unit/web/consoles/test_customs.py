"""Customs: a case opens what it names and no more; a check is recorded once and logged."""

import pytest
from sqlalchemy import func, select

from battery_passport.access.customs import (
    CaseReason,
    CheckReason,
    CheckResult,
    UnusableCase,
    check_days,
    check_declaration,
    check_points,
    check_reasons,
)
from battery_passport.access.model import Role
from battery_passport.access.records.organisations import OrganisationKind
from battery_passport.adapters.sql.schema_privileged import customs_checks
from battery_passport.adapters.sql.schema_sharing import audit_records
from tests.factories.desk_city import FIRST, DeskCity, battery_path, seen
from tests.factories.people import NOW

BASE = "/desk/supervision"
BATTERY = f"{BASE}{battery_path(FIRST)}"
CASES = f"{BASE}/cases"


def count(made: DeskCity, act: str) -> int:
    with made.installation.database.read() as connection:
        where = audit_records.c.act == act
        return int(connection.execute(select(func.count()).where(where)).scalar_one())


def test_customs_reads_more_only_while_a_case_is_open(made: DeskCity) -> None:
    authority, customs = made.visit(Role.AUTHORITY), made.visit(Role.CUSTOMS)
    passport = f"{battery_path(FIRST)}"
    assert "customs check" not in customs.text(passport).lower()
    office = made.organisations[OrganisationKind.CUSTOMS].organisation_id
    fields = {"office": str(office), "because": "documents", "days": "7", "point": "2"}
    opened = authority.send(f"{BATTERY}/case", **fields)
    assert opened.status_code == 303, seen(opened)
    assert "still open" in customs.text(CASES)
    assert "composition, parts and dismantling" in customs.text(f"{BATTERY}/check")
    assert "customs check" in customs.text(passport).lower()
    assert "customs check" not in made.visit(Role.NOTIFIED_BODY).text(passport).lower()
    way = authority.get(CASES).text.split("/close")[0].rsplit('"', 1)[1] + "/close"
    assert authority.send(way).status_code == 303
    assert "over" in customs.text(CASES)
    assert "customs check" not in customs.text(passport).lower()
    assert (count(made, "customs-case-opened"), count(made, "customs-case-closed")) == (1, 1)


def test_a_check_is_recorded_once_and_referred(made: DeskCity) -> None:
    customs = made.visit(Role.CUSTOMS)
    path = f"{BATTERY}/check"
    sent = customs.hidden(path) | {
        "result": "referred",
        "reason": "other-battery",
        "declaration": "A12.345-B",
    }
    answers = [customs.http.post(path, data=sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    with made.installation.database.read() as connection:
        stored = connection.execute(select(customs_checks)).mappings().all()
    assert [(row["result"], row["reasons"]) for row in stored] == [("referred", ["other-battery"])]
    assert count(made, "customs-checked") == 1
    assert "A12.345-B" in customs.text(CASES)
    assert "Referred to you by customs" in made.visit(Role.AUTHORITY).text(CASES)
    assert "A12.345-B" in made.visit(Role.AUTHORITY).text(CASES)
    with made.installation.database.read() as connection:
        where = audit_records.c.act == "customs-checked"
        record = connection.execute(select(audit_records.c.record).where(where)).scalar_one()
    assert b"A12.345" not in record, "the number of the declaration is not logged"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose what happens with the goods."),
        ({"result": "held"}, "Say what is wrong"),
        ({"result": "released", "declaration": "<b>"}, "at most 40 letters"),
    ],
)
def test_what_is_wrong_with_a_check_stands_beside_it(
    made: DeskCity, fields: dict[str, str], words: str
) -> None:
    answer = made.visit(Role.CUSTOMS).send(f"{BATTERY}/check", **fields)
    assert answer.status_code == 422
    assert words in seen(answer)


def test_what_is_wrong_with_a_case_stands_beside_it(made: DeskCity) -> None:
    answer = made.visit(Role.AUTHORITY).send(f"{BATTERY}/case", days="400", office="nobody")
    assert answer.status_code == 422
    for words in ("Choose the customs office", "why the case", "what the case opens", "1 to 30"):
        assert words in seen(answer)


@pytest.mark.parametrize("role", [Role.NOTIFIED_BODY, Role.COMMISSION, Role.RECYCLER])
def test_others_neither_open_nor_check(made: DeskCity, role: Role) -> None:
    visitor = made.visit(role)
    assert visitor.get(CASES).status_code == 403
    assert visitor.get(f"{BATTERY}/check").status_code == 403
    assert visitor.get(f"{BATTERY}/case").status_code in (403, 404)


def test_customs_opens_no_case_for_itself(made: DeskCity) -> None:
    visitor = made.visit(Role.CUSTOMS)
    assert visitor.get(f"{BATTERY}/case").status_code == 404
    token = visitor.hidden(f"{BATTERY}/check")
    assert visitor.http.post(f"{BATTERY}/case", data=token).status_code == 403


def test_the_rules_of_cases_and_checks() -> None:
    assert check_points([3]) == {3}
    assert check_declaration(" 12-A ") == "12-A"
    assert check_reasons(CheckResult.RELEASED, []) == ()
    assert check_reasons(CheckResult.HELD, [CheckReason.DAMAGED]) == (CheckReason.DAMAGED,)
    assert CaseReason("recall") is CaseReason.RECALL
    for points in ((), (1, 2), (4,)):
        with pytest.raises(UnusableCase):
            check_points(points)
    for days in (0, 31):
        with pytest.raises(UnusableCase):
            check_days(days, NOW)
    for text in ("x" * 41, "a;b", "홍길동"):
        with pytest.raises(UnusableCase):
            check_declaration(text)
    with pytest.raises(UnusableCase):
        check_reasons(CheckResult.REFERRED, [])
