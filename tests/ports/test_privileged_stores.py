"""Lost passkeys, customs, proofs of sessions and acts by city, on every record store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from battery_passport.access.acts import Act
from battery_passport.access.customs import (
    CaseReason,
    CheckReason,
    CheckResult,
    CustomsCase,
    CustomsCheck,
)
from battery_passport.access.records.people import PasskeyRecovery
from battery_passport.adapters.sql.act_reading import ActQuery, ActReader
from battery_passport.adapters.sql.customs import CustomsStore
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.recoveries import SqlRecoveries
from battery_passport.adapters.sql.sessions import SqlSessions
from battery_passport.assembly.acts import record_act
from tests.factories.people import city, office, organisation, person, session, signed_in
from tests.factories.sharing import registered_battery

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_lost_passkey_waits_until_it_ends(record_store: Database) -> None:
    who = person(office(record_store), email=f"{uuid4()}@example.org")
    asked = PasskeyRecovery(
        recovery_id=uuid4(),
        person_id=who.person_id,
        organisation_id=uuid4(),
        region=f"city-{uuid4().hex[:8]}",
        asked_at=NOW,
        expires_at=NOW + HOUR,
    )
    helper = uuid4()
    with record_store.write() as connection:
        SqlRecoveries(connection).add(asked)
    with record_store.write() as connection:
        store = SqlRecoveries(connection)
        assert store.by_id(asked.recovery_id) == asked
        assert store.open_in(asked.region, NOW) == [asked]
        assert store.open_in(asked.region, NOW + HOUR) == []
        store.save(replace(asked, first_by=helper, first_at=NOW))
        assert store.open_of_person(who.person_id, NOW) == replace(
            asked, first_by=helper, first_at=NOW
        )
        store.forget(helper)
        assert store.by_id(asked.recovery_id) == replace(asked, first_at=NOW)
        store.save(replace(asked, ended_at=NOW))
        assert store.open_of_person(who.person_id, NOW) is None
        store.forget(who.person_id)
        assert store.by_id(asked.recovery_id) is None


def test_a_session_that_was_proved_has_another_token(record_store: Database) -> None:
    made = office(record_store)
    token = session(made, person(made, email=f"{uuid4()}@example.org"))
    found = signed_in(made, token).session
    digest = uuid4().bytes * 2
    with record_store.write() as connection:
        SqlSessions(connection).prove(found.session_id, token_digest=digest, moment=NOW)
    with record_store.read() as connection:
        store = SqlSessions(connection)
        assert store.by_digest(found.token_digest) is None
        assert store.by_digest(digest) == replace(found, token_digest=digest, proved_at=NOW)


def test_cases_and_checks_are_found_by_both_sides(record_store: Database) -> None:
    authority, customs = uuid4(), uuid4()
    with record_store.write() as connection:
        battery = registered_battery(connection)
        case = CustomsCase(
            case_id=uuid4(),
            battery_id=battery,
            opened_by=authority,
            holder_id=customs,
            points=frozenset({2, 3}),
            reason=CaseReason.SAFETY,
            region="busan",
            opened_at=NOW,
            valid_until=NOW + HOUR,
        )
        check = CustomsCheck(
            check_id=uuid4(),
            battery_id=battery,
            organisation_id=customs,
            region=f"city-{customs.hex[:8]}",
            case_id=case.case_id,
            declaration="A-1",
            result=CheckResult.REFERRED,
            reasons=(CheckReason.DAMAGED, CheckReason.NO_PASSPORT),
            passport_version=None,
            verdict="no-passport",
            at=NOW,
        )
        store = CustomsStore(connection)
        store.add_case(case)
        store.add_check(check)
    with record_store.write() as connection:
        store = CustomsStore(connection)
        assert store.case(case.case_id) == case
        assert store.held(customs, battery) == [case]
        assert store.held(authority, battery) == []
        assert store.cases_of(authority, limit=9) == store.cases_of(customs, limit=9) == [case]
        assert store.checks_of(customs, limit=9) == [check]
        assert store.referred_in(check.region or "", limit=9) == [check]
        assert store.referred_in("elsewhere", limit=9) == []
        store.close_case(case.case_id, NOW)
        store.close_case(case.case_id, NOW + HOUR)
        assert store.case(case.case_id) == replace(case, closed_at=NOW)


def test_acts_are_read_by_city_kind_and_time(record_store: Database) -> None:
    made, region = (
        office(record_store),
        "".join(chr(97 + int(each, 16)) for each in uuid4().hex[:9]),
    )
    city(made, region)
    account = organisation(made, region=region, number=uuid4().hex[:12].upper())
    with record_store.write() as connection:
        details = {"organisation": str(account.organisation_id)}
        own = [
            record_act(connection, Act(name="key-issued", details=details), NOW + hours * HOUR)
            for hours in range(3)
        ]
        shared = record_act(connection, Act(name="key-rotated", details={"key": "log"}), NOW)

    def read(**changes: object) -> list[UUID]:
        query = ActQuery(
            region=region,
            kinds=("key-issued",),
            shared_kinds=("key-rotated",),
            since=NOW,
            until=NOW + 9 * HOUR,
        )
        with record_store.read() as connection:
            found = ActReader(connection).of(replace(query, **changes), limit=50)  # type: ignore[arg-type]
        return [each.record_id for each in found if each.record_id in {*own, shared}]

    assert read() == [own[2], own[1], *sorted((own[0], shared), reverse=True)]
    assert read(shared_kinds=()) == own[::-1]
    assert read(until=NOW + HOUR, shared_kinds=()) == own[:1]
    assert read(region="elsewhere") == [shared]
    with record_store.read() as connection:
        reader = ActReader(connection)
        found = reader.by_id(own[0], region=region)
        assert found is not None
        assert found.organisation_id == account.organisation_id
        assert reader.by_id(own[0], region="elsewhere") is None
