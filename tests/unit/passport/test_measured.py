"""Data points filled from signed figures: units, intervals, precedence, and what is left out."""

import copy
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from battery_passport.diagnostics.stating.claims import figures_claims, find_figures
from battery_passport.lifecycle.fold import fold
from battery_passport.lifecycle.model import Event, LifecycleState
from battery_passport.passport.building import PassportContent, build_passport
from battery_passport.passport.disclosure import SECTIONS
from battery_passport.passport.measured import StatedFigures, measured_values
from battery_passport.passport.model import PointValue
from battery_passport.passport.values import check_value
from battery_passport.registry.model import BatteryCategory
from tests.factories.figures import BASIS, cycling_day, sealed_day, table_of
from tests.factories.lifecycle import make_event
from tests.factories.passport import make_subject, make_terms
from tests.factories.registry import make_model

DRIVES: Any = figures_claims(find_figures(table_of([sealed_day(n) for n in range(1, 9)]), BASIS))
CYCLING: Any = figures_claims(find_figures(table_of([cycling_day(n) for n in (1, 2)]), BASIS))
EMPTY = LifecycleState(values={})
END_OF_CYCLING = date(2026, 10, 17)


def at(event: Event, moment: datetime) -> Event:
    return replace(event, occurred_at=moment, recorded_at=moment)


def values_of(claims: Any, state: LifecycleState = EMPTY) -> dict[int, PointValue]:
    return dict(measured_values(StatedFigures(number=3, claims=claims), state))


def test_figures_fill_their_points_in_the_unit_of_the_point() -> None:
    values = values_of(DRIVES)
    assert set(values) == {53, 54, 55, 56, 63, 66, 70, 71}
    power = DRIVES["figures"]["power"]["values"]["at_20_percent"]
    assert values[53].value == values[63].value == pytest.approx(1_000 * power["value_kw"])
    assert values[53].interval == (1_000 * power["low_kw"], 1_000 * power["high_kw"])
    ohm = DRIVES["figures"]["resistance"]["values"]["value_mohm"] / 1_000
    assert values[55].value == values[66].value == pytest.approx(ohm)
    assert values[55].method == "step-resistance 1"
    assert values[55].source == "figures-statement:3"
    for each in values.values():
        check_value(each.point, each.value)


def test_periods_tell_from_when_to_when() -> None:
    value: Any = values_of(DRIVES)[71].value
    assert (value["from"], value["to"]) == ("2026-10-15", "2026-10-22")
    assert value["lowest_percent"] < value["mean_percent"] < value["highest_percent"]


def test_efficiency_is_filled_where_it_was_found() -> None:
    values = values_of(CYCLING)
    assert values[57].value == values[64].value
    assert values[57].as_of.date() == END_OF_CYCLING
    assert values[58].interval is not None


def test_cycles_so_far_only_where_the_whole_life_was_counted() -> None:
    assert 68 not in values_of(CYCLING)
    for year, is_filled in ((2026, True), (2025, False)):
        placed = at(make_event("placed_on_market"), datetime(year, 10, 15, 7, tzinfo=UTC))
        assert (68 in values_of(CYCLING, fold([placed]))) is is_filled


def test_a_figure_beyond_the_form_of_its_point_is_left_out() -> None:
    claims = copy.deepcopy(CYCLING)
    claims["figures"]["round_trip"]["values"]["value_percent"] = 101.2
    assert 57 not in values_of(claims)
    del claims["figures"]["conditions"]["values"]["temperature_celsius"]
    assert 70 not in values_of(claims)
    assert values_of({"figures": {"power": 3, "resistance": {"values": []}}}) == {}
    assert measured_values(None, EMPTY) == {}


def content_of(category: BatteryCategory, *events: Any) -> PassportContent:
    subject = make_subject(model=make_model(category=category))
    return build_passport(
        subject,
        events,
        make_terms(as_of=datetime(2026, 11, 1, tzinfo=UTC)),
        stated=StatedFigures(number=1, claims=DRIVES),
    )


def test_the_category_decides_which_points_are_filled_and_who_reads_them() -> None:
    car = content_of(BatteryCategory.ELECTRIC_VEHICLE)
    assert {53, 55, 70, 71} <= set(car.values)
    assert not {63, 66} & set(car.values)
    assert {63, 66} <= set(content_of(BatteryCategory.LIGHT_MEANS_OF_TRANSPORT).values)
    point: Any = car.sections[SECTIONS[4]]["dataPoints"]
    assert set(point["55"]["interval"]) == {"low", "high"}
    public: Any = car.public["credentialSubject"]
    assert "55" not in public["dataPoints"]


@pytest.mark.parametrize(("day", "is_told"), [(20, False), (25, True)])
def test_the_later_of_an_event_and_a_figure_counts(day: int, is_told: bool) -> None:
    declared = make_event("data_point_declared", {"data_point": 55, "value": 0.5})
    told = at(declared, datetime(2026, 10, day, tzinfo=UTC))
    content = content_of(BatteryCategory.ELECTRIC_VEHICLE, told)
    assert (content.values[55].value == 0.5) is is_told
