"""The outlook: who retires when and with which grade, and what that means for a market."""

import pytest

from battery_passport.assembly.fleet.outlook import OLDEST_YEARS, outlook, retirement
from battery_passport.foundation.strict_json import JsonObject


def document(age: float, middle: float, loss: float, *, width: float = 6.0) -> JsonObject:
    """Return a diagnosis whose fan falls by a loss a year for ten years."""
    fan: list[JsonObject] = []
    for step in range(21):
        years = step / 2
        health = middle - loss * years
        fan.append(
            {
                "age_years": age + years,
                "percent": [health - width, health - 3, health, health + 3, health + width],
            }
        )
    return {"forecast": {"fan": [*fan]}}


def test_a_battery_retires_at_70_percent_or_when_its_car_is_old() -> None:
    worn = retirement(document(5, 75, 2.0))
    assert worn is not None
    assert (worn.years, worn.low_percent) == (3.0, 63.0)
    old = retirement(document(10, 92, 1.0))
    assert old is not None
    assert old.years == OLDEST_YEARS - 10
    late = retirement(document(1, 95, 1.0))
    assert late is not None
    assert late.years == 10.0
    assert retirement({"forecast": None}) is None
    assert retirement({}) is None


def test_years_count_what_retires_in_them_by_grade() -> None:
    documents = [document(5, 75, 2.0), document(5, 75, 2.0, width=3), document(12.5, 90, 1.0)]
    years = outlook(documents, year=2026, years=5, growth=(8_000, 100_000))
    assert [each.year for each in years] == [2026, 2027, 2028, 2029, 2030]
    assert years[0].known == {"A": 1, "B": 0, "C": 0, "R": 0}
    assert years[3].known == {"A": 0, "B": 0, "C": 2, "R": 0}
    assert sum(years[0].market.values()) == pytest.approx(8_000, abs=2)
    assert years[0].market["C"] == pytest.approx(2 * years[0].market["A"], abs=2)
    assert sum(years[4].market.values()) == pytest.approx(8_000 * 12.5**0.8, rel=0.001)


def test_with_nothing_known_there_is_nothing_to_share_out() -> None:
    (year,) = outlook([], year=2026, years=1, growth=(8_000, 100_000))
    assert sum(year.known.values()) == sum(year.market.values()) == 0
