"""When a version is issued by itself, on request, or not at all."""

from datetime import datetime, timedelta

import pytest

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.passport.building import PassportContent
from battery_passport.passport.errors import PassportEnded
from battery_passport.passport.versions import (
    IssuedVersion,
    Reason,
    VersionDecision,
    changes_since,
    decide_version,
    issued_values,
    next_version,
)
from tests.factories.lifecycle import make_history, on_day
from tests.factories.passport import make_content, make_subject, make_terms
from tests.factories.registry import make_model

PLACED: tuple[str, JsonObject, float] = ("placed_on_market", {}, 0)
ISSUED_AT = on_day(30)
LATER = ISSUED_AT + timedelta(days=2)


def content_of(*rows: tuple[str, JsonObject, float]) -> PassportContent:
    return make_content(make_history([PLACED, *rows]), terms=make_terms(as_of=LATER))


def issued(content: PassportContent) -> IssuedVersion:
    return IssuedVersion(
        version=content.version,
        issued_at=ISSUED_AT,
        values=issued_values(content.public, content.sections.values()),
    )


def decide(
    before: PassportContent, after: PassportContent, *, now: datetime = LATER
) -> VersionDecision:
    return decide_version(issued(before), after, now=now, explicit=False)


def soce(percent: float, day: float) -> tuple[str, JsonObject, float]:
    return "soce_reported", {"soce_percent": percent}, day


def test_values_of_an_issued_version_are_read_back_from_what_was_signed() -> None:
    content = content_of(soce(97, 1))
    values = issued_values(content.public, content.sections.values())
    assert values == {number: value.value for number, value in content.values.items()}
    assert 61 not in issued_values(content.public, [])


def test_the_first_version_comes_with_the_placing_on_the_market() -> None:
    unplaced = make_content()
    waiting = decide_version(None, unplaced, now=LATER, explicit=False)
    assert (waiting.issue, waiting.reason) == (False, Reason.NOT_ON_MARKET)
    first = decide_version(None, content_of(), now=LATER, explicit=False)
    assert (first.issue, first.reason) == (True, Reason.FIRST)
    assert next_version(None) == 1
    assert next_version(issued(content_of()).version) == 2


def test_a_request_is_obeyed_at_any_time() -> None:
    content = content_of()
    for last in (None, issued(content)):
        decision = decide_version(last, content, now=ISSUED_AT, explicit=True)
        assert (decision.issue, decision.reason) == (True, Reason.EXPLICIT)
    assert decide_version(None, make_content(), now=LATER, explicit=True).issue


def test_nothing_new_gives_no_version() -> None:
    decision = decide(content_of(soce(97, 1)), content_of(soce(97, 1)))
    assert (decision.issue, decision.reason, decision.changes) == (False, Reason.UNCHANGED, ())


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (97, 96, Reason.UNCHANGED),
        (96, 94.9, Reason.CHANGED),
        (95, 94.9, Reason.CHANGED),
        (94.9, 95, Reason.CHANGED),
        (101, 100, Reason.UNCHANGED),
        (100, 99.9, Reason.CHANGED),
    ],
)
def test_health_counts_when_it_crosses_a_threshold(
    before: float, after: float, expected: Reason
) -> None:
    decision = decide(content_of(soce(before, 1)), content_of(soce(before, 1), soce(after, 31)))
    assert decision.reason is expected
    (change,) = decision.changes
    assert (change.number, change.signed, change.current) == (61, before, after)
    assert change.counts == (expected is Reason.CHANGED)


def test_a_value_that_appears_or_goes_counts() -> None:
    assert decide(content_of(), content_of(soce(97, 31))).reason is Reason.CHANGED
    lighter = make_content(
        make_history([PLACED]),
        subject=make_subject(model=make_model(data_points={})),
        terms=make_terms(as_of=LATER),
    )
    decision = decide(content_of(), lighter)
    assert decision.reason is Reason.CHANGED
    assert {change.number for change in decision.changes} == {10, 50}
    assert all(change.current is None for change in decision.changes)


def test_status_and_accidents_count() -> None:
    accident: JsonObject = {"kind": "drop", "severity": "minor"}
    for row in (("status_changed", {"to": "waste"}, 31.0), ("accident", accident, 31.0)):
        assert decide(content_of(), content_of(row)).issue  # type: ignore[arg-type]


def test_periodic_recordings_wait_for_company() -> None:
    recorded: JsonObject = {
        "state_of_charge": {
            "from": "2027-03-01",
            "to": "2027-03-31",
            "lowest_percent": 12,
            "highest_percent": 90,
        }
    }
    decision = decide(content_of(), content_of(("use_reported", recorded, 31)))
    assert (decision.issue, decision.reason) == (False, Reason.UNCHANGED)
    assert [change.number for change in decision.changes] == [71]


def test_versions_by_themselves_lie_a_day_apart() -> None:
    before, after = content_of(), content_of(soce(97, 30.5))
    soon = decide(before, after, now=ISSUED_AT + timedelta(hours=23))
    assert (soon.issue, soon.reason) == (False, Reason.TOO_SOON)
    assert soon.not_before == ISSUED_AT + timedelta(days=1)
    assert decide(before, after, now=ISSUED_AT + timedelta(days=1)).issue


def test_a_suspended_passport_gets_versions_on_request_only() -> None:
    content = content_of(soce(97, 1), ("passport_suspended", {"reason": "check"}, 31))
    decision = decide(content_of(), content)
    assert (decision.issue, decision.reason) == (False, Reason.SUSPENDED)
    assert decide_version(None, content, now=LATER, explicit=True).issue


def test_an_ended_passport_gets_none() -> None:
    content = content_of(("status_changed", {"to": "waste"}, 30), ("recycled", {}, 31))
    decision = decide(content_of(), content)
    assert (decision.issue, decision.reason) == (False, Reason.ENDED)
    with pytest.raises(PassportEnded):
        decide_version(issued(content_of()), content, now=LATER, explicit=True)


def test_newer_values_are_known_as_not_yet_signed() -> None:
    before, after = content_of(soce(97, 1)), content_of(soce(97, 1), soce(96, 31))
    assert [change.number for change in changes_since(issued(before), after)] == [61]
    assert changes_since(issued(after), after) == ()
