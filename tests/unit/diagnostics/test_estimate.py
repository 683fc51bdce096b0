"""What `diagnose --json` prints."""

from battery_passport.diagnostics.health import estimate_health
from battery_passport.foundation.strict_json import canonical_json
from battery_passport.registry.model import Rating
from tests.factories.diagnostics import MadeUpCar, Way, make_table, make_way

CAR = MadeUpCar()
CHARGE = make_way(CAR, Way(start=0.02, end=0.99))


def test_a_figure_has_method_interval_charges_and_evidence() -> None:
    printed = estimate_health(make_table([CHARGE]), CAR.rating).as_json()
    health = printed["state_of_health"]
    assert isinstance(health, dict)
    assert list(health) == [
        "value_percent",
        "low_percent",
        "high_percent",
        "method",
        "version",
        "charges",
        "evidence",
    ]
    assert health["evidence"] == [CHARGE.digest.hex()]
    assert (health["method"], health["version"], health["charges"]) == ("usable-capacity", "1", 1)
    assert canonical_json(printed)


def test_without_a_rating_the_percentage_is_null_with_the_reason() -> None:
    printed = estimate_health(make_table([CHARGE]), Rating()).as_json()
    assert printed["state_of_health"] == {
        "value_percent": None,
        "reason": "The rated capacity of this battery is not known, so there is no percentage.",
        "reason_code": "no-rated-capacity",
        "reason_parameters": {},
    }
    capacity = printed["capacity"]
    assert isinstance(capacity, dict)
    assert capacity["value_ah"] is not None
    assert capacity["evidence"] == [CHARGE.digest.hex()]


def test_nothing_measured_is_told_in_full() -> None:
    printed = estimate_health(make_table([]), CAR.rating).as_json()
    assert printed["state_of_health"] == {
        "value_percent": None,
        "reason": "There are no measurements of this battery yet.",
        "reason_code": "no-measurements",
        "reason_parameters": {},
    }
    assert printed["as_of"] is None
    assert printed["legs"] == []
    assert canonical_json(printed)


def test_each_charge_is_listed() -> None:
    (leg,) = _list(estimate_health(make_table([CHARGE]), CAR.rating).as_json()["legs"])
    assert leg == {
        "started_at": "2026-11-23T07:39:50Z",
        "ended_at": "2026-11-23T10:54:00Z",
        "direction": "charge",
        "moved_ah": 87.3,
        "anchor": "bms",
        "counted_ah": 87.3,
        "swing_ratio": 0.969,
        "verdict": "used",
    }


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value
