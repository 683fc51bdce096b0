"""Who owes what by when: states and days for each kind of rule."""

from collections import Counter
from datetime import date

import pytest

from battery_passport.passport.errors import UnknownRuleSet
from battery_passport.passport.obligations import (
    Circumstances,
    ObligationState,
    assess,
    assess_all,
)
from battery_passport.passport.rule_sets import REASONS, RULE_SETS, rule_set
from battery_passport.registry.model import BatteryCategory

START = date(2027, 2, 18)


def make_circumstances(
    *,
    on: date = START,
    placed: date | None = None,
    category: BatteryCategory = BatteryCategory.ELECTRIC_VEHICLE,
) -> Circumstances:
    return Circumstances(
        category=category, rules=rule_set("ec-2.0"), on=on, placed_on_market_on=placed
    )


def test_an_empty_passport_owes_47_points() -> None:
    states = Counter(o.state for o in assess_all(make_circumstances(), filled=()))
    assert states == {
        ObligationState.MISSING: 47,
        ObligationState.CONDITIONAL: 8,
        ObligationState.OPTIONAL: 1,
        ObligationState.PENDING: 8,
        ObligationState.MUST_NOT_BE_FILLED: 7,
    }


def test_filling_all_leaves_what_must_stay_empty() -> None:
    states = Counter(o.state for o in assess_all(make_circumstances(), filled=range(1, 72)))
    assert states == {
        ObligationState.FILLED: 56,
        ObligationState.PENDING: 8,
        ObligationState.MUST_NOT_BE_FILLED: 7,
    }


@pytest.mark.parametrize(
    ("on", "placed", "due", "overdue"),
    [
        (date(2026, 11, 23), None, START, False),
        (date(2027, 6, 1), None, START, False),
        (date(2027, 6, 1), date(2027, 5, 1), date(2027, 5, 1), True),
        (date(2027, 5, 1), date(2027, 5, 1), date(2027, 5, 1), False),
        (date(2027, 6, 1), date(2024, 5, 1), None, False),
        (date(2027, 6, 1), START, START, True),
    ],
)
def test_a_missing_point_is_due_when_the_battery_is_placed_on_the_market(
    on: date, placed: date | None, due: date | None, *, overdue: bool
) -> None:
    found = assess(10, make_circumstances(on=on, placed=placed), filled=False)
    assert found.state is ObligationState.MISSING
    assert (found.due_on, found.overdue) == (due, overdue)
    assert found.as_json() == {
        "number": 10,
        "key": "batteryMass",
        "state": "missing",
        "owedBy": "responsible-economic-operator",
        "suppliedBy": "manufacturer",
        "dueOn": None if due is None else due.isoformat(),
    }


def test_due_diligence_turns_from_pending_to_owed_on_its_day() -> None:
    placed = date(2027, 3, 1)
    before = make_circumstances(on=date(2027, 8, 17), placed=placed)
    after = make_circumstances(on=date(2027, 8, 18), placed=placed)
    assert assess(19, before, filled=True).state is ObligationState.PENDING
    owed = assess(19, after, filled=False)
    assert (owed.state, owed.due_on) == (ObligationState.MISSING, date(2027, 8, 18))
    assert assess(19, after, filled=True).state is ObligationState.FILLED


def test_health_depends_on_the_category() -> None:
    ev = make_circumstances()
    lmt = make_circumstances(category=BatteryCategory.LIGHT_MEANS_OF_TRANSPORT)
    for number in range(62, 67):
        closed = assess(number, ev, filled=True)
        assert closed.state is ObligationState.MUST_NOT_BE_FILLED
        assert "SOCE" in closed.reason_in("en")
        assert "61번" in closed.reason_in("ko")
        assert assess(number, lmt, filled=False).state is ObligationState.MISSING
    assert assess(61, lmt, filled=False).state is ObligationState.MUST_NOT_BE_FILLED


def test_every_rule_that_is_not_plain_has_a_reason_in_both_languages() -> None:
    for rules in RULE_SETS.values():
        for number in range(1, 72):
            for category in BatteryCategory:
                rule = rules.rule(number, category)
                plain = rule.applicability.value == "mandatory"
                assert plain == (rule.reason == "")
                assert plain or all(REASONS[rule.reason])


def test_an_unknown_rule_set_lists_the_known() -> None:
    with pytest.raises(UnknownRuleSet, match=r"no rule set 'ec-9'.*ec-2\.0"):
        rule_set("ec-9")
